"""The hub's own workers, as services that it starts, starts again where they die, and ends: runs with schedules and alerts, and imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mindzie.hub.settings import HubSettings, size_of

RUNS: Final = "runs"
IMPORTS: Final = "imports"
_NUMBERS: Final = 1_000_000
"""Numbers of system users that each worker of runs has for itself: what clears up after one ends no run of another."""
_MB: Final = 1_000_000


def workers(settings: HubSettings, environment: dict[str, str]) -> list[dict[str, Any]]:
    """Return the services that work in the background.

    Parameters
    ----------
    settings : HubSettings
        How many there are, and what they are told.
    environment : dict of str
        Where the workspace is, and what its storage signs in with.

    Returns
    -------
    list of dict
        For ``c.JupyterHub.services``; none of them may do anything in the hub.
    """
    commands = [*_runs(settings), *_imports(settings)]
    return [
        {"name": name, "command": command, "environment": environment, "display": False}
        for name, command in commands
    ]


def _runs(settings: HubSettings) -> Iterator[tuple[str, list[str]]]:
    memory = str(int(size_of(settings.run_memory) / _MB))
    for number in range(settings.run_workers):
        name = f"{RUNS}-{number + 1}"
        told = ["--seconds", str(settings.run_seconds), "--memory", memory]
        if settings.runs_at_once:
            told += ["--at-once", str(settings.runs_at_once)]
        if settings.separate:
            first = settings.first_run_uid + number * _NUMBERS
            told += ["--first-uid", str(first), "--state", str(settings.state(name))]
            told += ["--runtime", str(settings.runtime_folder / name)]
        yield name, [*_command(settings, RUNS, "work"), *told]


def _imports(settings: HubSettings) -> Iterator[tuple[str, list[str]]]:
    told = [word for folder in settings.import_folders for word in ("--folder", folder)]
    for number in range(settings.import_workers):
        yield f"{IMPORTS}-{number + 1}", [*_command(settings, "jobs", "run"), *told]


def _command(settings: HubSettings, group: str, act: str) -> list[str]:
    owner = ["--own-uid", str(settings.service_uid)] if settings.separate else []
    words = [group, act, "--watch", "--all-tenants", "--with-parent"]
    return [settings.python, "-m", "mindzie", *words, *owner]

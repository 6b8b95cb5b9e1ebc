"""Settings of the hub: one file, or the environment, each with its meaning and default."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mindzie.core.errors import SettingError
from mindzie.core.home import home
from mindzie.core.refusals import spoken

PREFIX: Final = "MINDZIE_HUB_"
FILE: Final = "MINDZIE_HUB_SETTINGS"
"""Names the file."""
_SET_FOR_SERVERS: Final = frozenset({"MINDZIE_HUB_SETTINGS", "MINDZIE_HUB_WORKSPACE"})
_MADE: Final = {"folder": "`hub` in `MINDZIE_HOME`", "python": "the hub's own"}
_JSON: Final = frozenset({"memory", "cpu", "sign_on", "import_folders"})


class HubSettings(BaseModel):
    """Everything that an installation decides about its hub.

    Each is given in the TOML file that ``MINDZIE_HUB_SETTINGS`` names, or, before that, as ``MINDZIE_HUB_`` and its name in
    capitals. Where the workspace is, is said by ``MINDZIE_WORKSPACE``, ``MINDZIE_STORAGE`` and ``MINDZIE_KEY_FILE``, as for every
    process of Mindzie.

    Examples
    --------
    >>> HubSettings.read({"MINDZIE_HUB_ADDRESS": "http://:9000"}).address
    'http://:9000'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = Field(
        "http://127.0.0.1:8000", description="What the proxy listens at, for browsers."
    )
    public_url: str = Field(
        "", description="The address that people type, where another proxy is in front."
    )
    subdomains: str = Field(
        "",
        description="`https://hub.example`: each person's server gets a host name of its own below it.",
    )
    tls_certificate: str = Field("", description="File with the certificate and those above it.")
    tls_key: str = Field("", description="File with its key.")
    folder: Path = Field(
        default_factory=lambda: home() / "hub",
        description="For the hub's own files and people's homes.",
    )
    database: str = Field(
        "",
        description="The hub's own state, such as `postgresql+psycopg://hub@db.example/hub`; else SQLite in the folder.",
    )
    sign_in: str = Field(
        "local", description="`local`, `entra`, `oidc`, or the class of an authenticator."
    )
    sign_on: dict[str, Any] = Field(
        default={},
        description="For `entra` and `oidc`, what the authenticator is told, by name: `client_id`, `client_secret_file`, `tenant_id`, `cloud`, `issuer` and others.",
    )
    spawner: str = Field(
        "separate",
        description="`separate`: one system user a person, which needs root. `shared`: no isolation, to try it out. `kubernetes`: a pod a person. Or the class of a spawner.",
    )
    python: str = Field(
        default_factory=lambda: sys.executable, description="Interpreter of people's servers."
    )
    first_uid: int = Field(
        50_000, ge=1_000, le=2**31, description="People get system users from this number on."
    )
    runtime_folder: Path = Field(
        Path("/run/mindzie-hub"),
        description="For sockets of people's kernels: a folder of its own, with a short path.",
    )
    service_uid: int = Field(
        0,
        ge=0,
        description="System user of the service that answers for the workspace, to whom `MINDZIE_HOME` belongs; 0: the hub's own.",
    )
    memory: dict[str, str] = Field(
        default={"": "4G"},
        description='By role, `{"developer": "8G", "": "2G"}`: who has several gets the most, who has none of them the last.',
    )
    cpu: dict[str, float] = Field(default={"": 2.0}, description="Cores by role, in the same way.")
    processes: int = Field(
        2_048, ge=64, description="Most processes and threads of one person on this machine."
    )
    warm_pages: int = Field(
        3,
        ge=1,
        description="Pages for dashboards that wait for a reader, so that one opens at once.",
    )
    most_pages: int = Field(
        80, ge=3, description="Most dashboards that are open at once, with those that wait."
    )
    pages_each: int = Field(
        6, ge=1, description="The same of one reader; the one left longest ends."
    )
    page_memory: str = Field(
        "4G", description="Memory of each of the two processes of an open dashboard."
    )
    first_page_uid: int = Field(
        1_000_000,
        ge=1_000,
        le=2**31,
        description="Open dashboards get system users from this number on, each a new one.",
    )
    run_workers: int = Field(
        1,
        ge=0,
        description="Workers that do runs, look after schedules and send what alerts say; 0: they run elsewhere.",
    )
    run_seconds: int = Field(3_600, ge=1, description="Longest time of a run.")
    run_memory: str = Field("4G", description="Most memory of a run.")
    runs_at_once: int = Field(
        0, ge=0, description="Most runs of one tenant at a time; 0: as many as there are workers."
    )
    first_run_uid: int = Field(
        3_000_000,
        ge=1_000,
        le=2**31,
        description="Runs get system users from this number on, each a new one, of a million for each worker.",
    )
    import_workers: int = Field(
        1, ge=0, description="Workers that do imports which wait; 0: they run elsewhere."
    )
    import_folders: list[str] = Field(
        default=[],
        description='Folders, or beginnings of addresses, whose files imports may read for everybody: `["/srv/incoming"]`.',
    )
    idle_minutes: int = Field(
        60, ge=1, description="A server in which nothing happens is stopped after so long."
    )
    kernel_idle_minutes: int = Field(
        30, ge=1, description="The same for a kernel without an open page."
    )
    hub_port: int = Field(8_081, ge=1, le=65_535, description="Of the hub itself.")
    hub_ip: str = Field("127.0.0.1", description="At which people's servers reach the hub.")
    proxy_port: int = Field(8_001, ge=1, le=65_535, description="By which the hub tells the proxy.")
    workspace_port: int = Field(
        8_002, ge=1, le=65_535, description="Of the service that answers for the workspace."
    )
    dashboards_port: int = Field(
        8_003, ge=1, le=65_535, description="Of the service that shows dashboards."
    )
    workspace_url: str = Field(
        "",
        description="At which people's servers reach that service, where it is not on their machine: `http://proxy-public/services/workspace`.",
    )
    most_bytes: int = Field(
        8 * 2**30, ge=2**20, description="Most bytes of one event log that is published."
    )
    proxy_command: str = Field(
        "",
        description="The program `configurable-http-proxy`; else the one that `make hub` installed.",
    )

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the file and the environment.

        Parameters
        ----------
        environment : mapping, optional
            ``os.environ`` where not given.

        Returns
        -------
        HubSettings
            Checked.

        Raises
        ------
        SettingError
            With everything that is wrong, by name.
        """
        given = os.environ if environment is None else environment
        found = _of_file(given.get(FILE, ""))
        for name, value in given.items():
            if name.startswith(PREFIX) and name not in _SET_FOR_SERVERS:
                key = name.removeprefix(PREFIX).lower()
                found[key] = _json(name, value) if key in _JSON else value
        try:
            return cls(**found)
        except ValidationError as error:
            said = "; ".join(spoken(item) for item in error.errors(include_url=False))
        raise SettingError(f"The hub's settings: {said}.")

    @property
    def separate(self) -> bool:
        """Whether this machine keeps people apart, by system users."""
        return self.spawner == "separate"

    def state(self, *parts: str) -> Path:
        """Return a path among the hub's own files, in a folder that nobody else may read."""
        folder = self.folder.resolve() / "state"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return folder.joinpath(*parts)


def most(values: Mapping[str, Any], roles: frozenset[str]) -> Any:
    """Return the largest of the values for somebody's roles, else the one for all others, else None.

    Examples
    --------
    >>> most({"developer": "8G", "": "512M"}, frozenset({"developer", "viewer"}))
    '8G'
    >>> most({"developer": 4.0, "": 0.5}, frozenset({"viewer"}))
    0.5
    """
    own = [value for role, value in values.items() if role in roles]
    return max(own, key=size_of) if own else values.get("")


def size_of(said: str | float) -> float:
    """Return a number, or a size such as ``512M``, as a number.

    Raises
    ------
    SettingError
        Where it is none.

    Examples
    --------
    >>> size_of("2K"), size_of(1.5)
    (2048.0, 1.5)
    """
    text = str(said).strip().upper()
    power = "KMGT".find(text[-1:]) + 1 if text[-1:] else 0
    try:
        return float(text[:-1] if power else text) * float(1024**power)
    except ValueError:
        raise SettingError(f"{said!r} is no size: write it as 512M or 4G.") from None


def table() -> str:
    """Return the rows of the operators' guide: each setting, what it is, and its default."""
    rows = list[str]()
    for name, field in HubSettings.model_fields.items():
        default = field.default
        # what a function gives differs from machine to machine
        made = _MADE.get(name) or (f"`{json.dumps(default, default=str)}`" if default != "" else "")
        rows.append(f"| `{name}` | {field.description} | {made} |")
    return "\n".join(rows)


def _of_file(name: str) -> dict[str, Any]:
    if not name:
        return {}
    try:
        return tomllib.loads(Path(name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(f"{FILE}={name} cannot be read: {error}.") from None


def _json(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        example = (
            '["/srv/incoming"]' if name.endswith("FOLDERS") else '{"developer": "8G", "": "2G"}'
        )
        raise SettingError(f"{name} is JSON, such as {example}.") from None

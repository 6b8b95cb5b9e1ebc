"""Whatever value an argument is given, a method does its work or says in one of our errors why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import argon2
import pytest

from mindzie.access.fields import fields_of
from mindzie.access.installation import Installation
from mindzie.access.tenants import Tenants
from mindzie.core.errors import MindzieError
from tests.access.calls import Caller
from tests.access.conftest import Built
from tests.access.odd import ACTS, OPERATORS, VALUES, arguments, of_workspaces
from tests.access.world import ADMIN


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is written under an odd path come into a folder of its own, and passwords take no time."""
    fast = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("mindzie.access.accounts._HASHER", fast)
    monkeypatch.setattr("mindzie.access.accounts._NOBODY", fast.hash("nobody's"))
    monkeypatch.chdir(tmp_path)


WITH_FILES = ("publish", ".run ", ".mend ", "delete")
FIELDS = [
    *("project", "dataset", "version", "pipeline", "filter preset", "process model", "panel"),
    *("conformance rule", "connector", "mapping", "investigation", "schedule", "dashboard"),
    *("alert", "destination"),
    *("user", "group", "role", "service account", "secret"),
]


def test_every_argument_is_tried() -> None:
    assert of_workspaces() == set(ACTS)
    own = set(arguments(Installation, Tenants)) - {
        "Installation.open url",
        "Installation.open storage",
    }
    assert own == set(OPERATORS)


def refusals(act: Callable[[Any], Any]) -> dict[str, str]:
    """Return what is raised that is none of our errors, by the value that was given."""
    found = {}
    for name, value in VALUES.items():
        try:
            act(value)
        except MindzieError as error:
            if not str(error).strip():
                found[name] = f"{type(error).__name__} without a word"
        except Exception as error:  # noqa: BLE001 - whatever it is
            found[name] = f"{type(error).__name__}: {error}"[:200]
    return found


@pytest.mark.parametrize("argument", ACTS)
def test_an_odd_value_is_taken_or_refused(built: Built, tmp_path: Path, argument: str) -> None:
    folder = tmp_path / "copy" if any(part in argument for part in WITH_FILES) else None

    def act(value: Any) -> None:
        # each on the same stage: what one value does is not there for the next
        with built.undone(folder) as place:
            caller = Caller(built.workspace(place, ADMIN), built.targets["acme"], built.log)
            caller.place = place
            ACTS[argument](caller, value)

    assert refusals(act) == {}


@pytest.mark.parametrize("argument", OPERATORS)
def test_the_operator_is_refused_alike(built: Built, tmp_path: Path, argument: str) -> None:
    def act(value: Any) -> None:
        with built.undone(tmp_path / "copy") as place:
            OPERATORS[argument](Installation(place), value)

    assert refusals(act) == {}


@pytest.mark.parametrize("kind", FIELDS)
def test_an_odd_fact_is_taken_or_refused(built: Built, kind: str) -> None:
    with built.undone() as place:
        caller = Caller(built.workspace(place, ADMIN), built.targets["acme"], built.log)
        found = {
            name: refusals(
                lambda value, name=name: caller.it(kind).refresh().change(**{name: value})
            )
            for name in fields_of(caller.it(kind).kind.record).model_fields
        }
    assert {name: said for name, said in found.items() if said} == {}

"""What the code of a dashboard reaches that its author wrote and its reader runs: what it shows, whoever reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import mindzie as mz
from mindzie.access import new_grants, showing
from mindzie.access.entrance import Place
from mindzie.access.health import problems
from mindzie.access.problem import Problem
from mindzie.access.remote.answering import answer
from mindzie.access.remote.link import _again
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError, LimitError, MindzieError, NotFoundError, SignInError
from mindzie.store.database import Scope
from mindzie.store.models import Base, Grant
from mindzie.store.types import now
from tests.access.calls import CALLS, Caller
from tests.access.conftest import Built
from tests.access.world import ADMIN

READ = {
    *("Workspace.me", "Workspace.gallery", "Workspace.dashboards", "Workspace.datasets"),
    *("Workspace.versions", "Workspace.dataset_of", "dashboards.names", "dashboards.get"),
    *("datasets.names", "datasets.get"),
    *("versions.names", "versions.get", "dataset.versions", "dataset.versions.get"),
    *("dataset.refresh", "dataset.version", "dataset.log", "version.refresh", "version.log"),
    *("dashboard.panels", "dashboard.panels.get", "panel.refresh", "dashboard.refresh"),
    *("dashboard.picture", "dashboard.log"),
    # of a project whose identifier is known: those of these that live there
    *("project.datasets", "project.datasets.get", "project.dashboards", "project.dashboards.get"),
}
"""All that a grant opens of the objects that there are."""
NOTHING = {"Workspace.open", "Workspace.account", "Workspace.audit", "roles.built_in"}
"""What shows nothing of the tenant: another way in, an object that has not been asked yet, what every Mindzie has."""

ENDS = (
    *("its visit", "its time", "unpublishing", "unpublishing and publishing"),
    *("closing the dashboard", "stopping the reader", "taking the role away"),
    "deleting the dashboard",
)
pytestmark = pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)


def shown(built: Built, place: Place, who: str, **more: Any) -> showing.Showing:
    """Show the dashboard of "acme" to somebody."""
    door = built.actors[who]
    assert door.actor.id is not None
    board = built.targets["acme"]["dashboard"].id
    return showing.show(place, door.tenant, door.actor.id, board, **more)


@pytest.fixture
def place(built: Built) -> Iterator[Place]:
    with built.undone() as found:
        yield found


def closed(place: Place) -> list[Problem]:
    """Return what looking an installation over says of dashboards."""
    return [one for one in problems(place, deep=False) if one.kind == "closed"]


def everything(place: Place) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    with place.database.reading(Scope(None)) as session:
        return {
            table.name: sorted(map(str, session.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


# the tenant admin may do everything: who runs whose code must not matter
@pytest.mark.parametrize("who", [ADMIN, "dashboard only"])
def test_a_hostile_author_gets_nothing_of_the_reader(built: Built, place: Place, who: str) -> None:
    opened = shown(built, place, who)
    before = everything(place)
    ws, reached = showing.open_grant(opened.grant, place), set()
    for name, (_, call) in CALLS.items():
        try:
            call(Caller(ws, built.targets["acme"], built.log))
        except MindzieError:
            continue
        reached.add(name)
    assert reached - NOTHING == READ
    assert everything(place) == before


@pytest.mark.parametrize("who", [ADMIN, "dashboard only"])
def test_nothing_of_another_tenant_is_found(built: Built, place: Place, who: str) -> None:
    ws = showing.open_grant(shown(built, place, who).grant, place)
    for name in READ - {"Workspace.me"}:
        with pytest.raises(NotFoundError):
            CALLS[name][1](Caller(ws, built.targets["globex"], built.log))


def test_data_sets_that_it_does_not_name_are_not_found(built: Built, place: Place) -> None:
    ws = showing.open_grant(shown(built, place, ADMIN).grant, place)
    assert ws.datasets.names() == ["orders acme"]
    assert ws.dashboards.names() == ["board acme"]
    assert len(ws.versions) == 2
    assert list(ws.projects) == list(ws.users) == list(ws.runs) == list(ws.import_jobs) == []
    assert ws.me["permissions"] == ["dashboards.read"]
    for name in ("spare dataset", "draft"):
        item = built.targets["acme"][name]
        with pytest.raises(NotFoundError):
            type(item)(ws._door, item._row).log()  # type: ignore[attr-defined]


def test_no_account_shows_how_its_reader_signs_in(built: Built, place: Place) -> None:
    ws = showing.open_grant(shown(built, place, ADMIN).grant, place)
    assert built.workspace(place, ADMIN).account.facts["login"]
    with pytest.raises(ForbiddenError, match="signs in"):
        _ = ws.account.facts
    with pytest.raises(ForbiddenError, match="changes nothing"):
        ws.account.change_password("x", "y" * 12)


def test_only_what_is_to_be_read_may_be_asked_over_the_hub(
    built: Built, place: Place, tmp_path: Path
) -> None:
    ws = showing.open_grant(shown(built, place, ADMIN).grant, place)

    def ask(chain: list[Any], name: str, args: list[Any] | None = None) -> Any:
        question = {"chain": chain, "name": name, "args": args}
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        out.mkdir()
        told, _ = answer(ws, question, [], out)
        if "error" in told:
            raise _again(told["error"])
        return told["result"]

    assert ask(["datasets"], "names", []) == ["orders acme"]
    board = {"item": str(built.targets["acme"]["dashboard"].id)}
    assert ask(["dashboards", board], "log", [])["$"] == "log"
    for chain, name, args in (
        ([], "invite", ["x@example.org"]),
        ([], "users", None),
        ([], "account", None),
        ([], "audit", None),
        ([], "secrets", None),
        (["dashboards"], "create", ["x"]),
        (["dashboards", board], "share", []),
        (["dashboards", board], "visits", []),
        (["dashboards", board], "versions", None),
        (["dashboards", board], "publish_content", [None]),
        (["dashboards", board], "_door", None),
        (["users"], "names", []),
    ):
        with pytest.raises(ForbiddenError, match="not to be had"):
            ask(chain, name, args)


def ended(place: Place, grant: str) -> bool:
    """Return whether a grant opens nothing any more, asked in every way there is."""
    if showing.holds(place, grant):
        return False
    with pytest.raises(SignInError, match="any more"):
        showing.open_grant(grant, place)
    return True


def ways_to_end(built: Built, place: Place, grant: str) -> dict[str, Any]:
    chief = built.workspace(place, ADMIN)
    board = chief.dashboards["board acme"]
    reader = next(user for user in chief.users if user.name == "dashboard only")

    def late() -> None:
        with place.database.writing(Scope(None)) as session:
            session.execute(update(Grant).values(expires_at=now() - timedelta(seconds=1)))

    def again() -> None:
        board.unpublish()
        board.publish()

    return {
        "its visit": lambda: showing.end(place, grant),
        "its time": late,
        "unpublishing": board.unpublish,
        "unpublishing and publishing": again,
        "closing the dashboard": lambda: board.unshare(user=reader),
        "stopping the reader": reader.stop,
        "taking the role away": lambda: [
            given.delete() for given in chief.role_assignments if given.user_id == reader.id
        ],
        "deleting the dashboard": board.delete,
    }


@pytest.mark.parametrize("how", ENDS)
def test_a_grant_ends_with(built: Built, place: Place, how: str) -> None:
    grant = shown(built, place, "dashboard only").grant
    ws = showing.open_grant(grant, place)
    assert ws.datasets["orders acme"].log().case_count
    assert showing.holds(place, grant)
    ways_to_end(built, place, grant)[how]()
    assert ended(place, grant)
    with pytest.raises(SignInError):
        ws.datasets.names()
    with pytest.raises(SignInError):
        ws.describe("x")


def test_it_shows_what_its_publisher_may_read_still(built: Built, place: Place) -> None:
    chief = built.workspace(place, ADMIN)
    author = built.workspace(place, "shared manage")
    author.dashboards["board acme"].publish()
    ws = showing.open_grant(shown(built, place, "dashboard only").grant, place)
    assert ws.datasets.names() == ["orders acme"]
    assert closed(place) == []
    person = next(user for user in chief.users if user.name == "shared manage")
    chief.projects["sales acme"].unshare(user=person)
    assert ws.datasets.names() == []
    (problem,) = closed(place)
    assert problem.where == "acme, dashboard board acme"
    assert "may not read 'orders acme'" in problem.fact
    assert ws.dashboards["board acme"].log().case_count  # its own data set is the project's matter
    chief.dashboards["board acme"].roll_back(2)  # somebody else answers for it
    assert ws.datasets.names() == ["orders acme"]
    assert closed(place) == []


@pytest.mark.parametrize("how", ["stop", "delete"])
def test_an_author_who_leaves_changes_nothing(built: Built, place: Place, how: str) -> None:
    built.workspace(place, "shared manage").dashboards["board acme"].publish()
    ws = showing.open_grant(shown(built, place, "dashboard only").grant, place)
    chief = built.workspace(place, ADMIN)
    getattr(next(user for user in chief.users if user.name == "shared manage"), how)()
    assert ws.datasets["orders acme"].log().case_count
    assert shown(built, place, "dashboard only").version == 2


def test_a_kernel_gets_in_by_its_environment(
    built: Built, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(showing.VARIABLE, shown(built, place, "dashboard only").grant)
    monkeypatch.setattr(showing, "place_of", lambda _=None: place)
    ws = mz.workspace()
    assert ws.datasets.names() == ["orders acme"]
    assert isinstance(ws, Workspace)


@pytest.mark.parametrize("grant", ["", "mzg_", "mzg_" + "x" * 54, "\0", "mzl_x", None, 5])
def test_what_is_no_grant_opens_nothing(built: Built, place: Place, grant: Any) -> None:
    assert ended(place, grant)
    showing.end(place, grant)


def test_no_token_is_kept(built: Built, place: Place) -> None:
    opened = shown(built, place, "dashboard only")
    token = built.workspace(place, ADMIN).dashboards["board acme"].new_link("x")
    link = showing.show_link(place, token)
    kept = str(everything(place))
    for word in (opened.grant, token, link.grant):
        assert word not in kept
        assert word not in repr(opened) + repr(link)
    assert "orders acme" not in repr(opened)  # nor its code


def test_a_grant_is_for_twelve_hours_at_most(built: Built, place: Place) -> None:
    soon = shown(built, place, "dashboard only", hours=0.5)
    assert timedelta(minutes=29) < soon.expires_at - now() <= timedelta(minutes=30)
    for hours in (0, -1, 12.1, float("nan")):
        with pytest.raises(MindzieError, match="hours"):
            shown(built, place, "dashboard only", hours=hours)


def test_nobody_opens_dashboards_without_end(
    built: Built, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_grants, "MOST_OF_ONE", 2)
    monkeypatch.setattr(new_grants, "MOST_BY_LINK", 1)
    first, _ = shown(built, place, "dashboard only"), shown(built, place, "dashboard only")
    with pytest.raises(LimitError, match="open 2 times already"):
        shown(built, place, "dashboard only")
    shown(built, place, "shared manage")
    showing.end(place, first.grant)
    shown(built, place, "dashboard only")
    token = built.workspace(place, ADMIN).dashboards["board acme"].new_link("x")
    showing.show_link(place, token)
    with pytest.raises(LimitError, match="open 1 times already"):
        showing.show_link(place, token)
    with place.database.writing(Scope(None)) as session:
        session.execute(update(Grant).values(expires_at=now() - timedelta(seconds=1)))
    showing.show_link(place, token)

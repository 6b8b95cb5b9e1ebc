"""What a workspace looks like in a notebook: completion, tables, and names that are code."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from mindzie.access.entrance import Place
from mindzie.access.workspace import Workspace
from mindzie.core.errors import NotFoundError, SettingError
from tests.access.installing import keys, orders, place, tenant
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place"]
pytestmark = on_sqlite
CODE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return a workspace with two data sets, one of them named in a bad way."""
    made = tenant(place)
    made.publish(orders(), "orders")
    made.publish(orders(), CODE)
    return made


def test_names_and_collections_are_completed(ws: Workspace) -> None:
    shell = InteractiveShell()
    shell.Completer.use_jedi = False
    try:
        shell.user_ns["ws"] = ws
        for line, wanted in (
            ('ws.datasets["or', "orders"),
            ('ws.projects["', "My work"),
            ("ws.role_", "role_assignments"),
        ):
            with provisionalcompleter():
                found = [each.text for each in shell.Completer.completions(line, len(line))]
            assert any(wanted in each for each in found), (line, found)
    finally:
        shell.history_manager.end_session()
        shell.history_manager = None


class Tags(HTMLParser):
    """Which tags a display has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)


def test_names_that_are_code_are_text(ws: Workspace) -> None:
    shown = [ws, ws.datasets, ws.datasets[CODE], ws.projects["My work"], ws.users]
    for each in shown:
        text = each._repr_html_()
        assert Tags(text).found <= {
            "h4",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "div",
            "b",
            "p",
        }
        assert "color" not in text, "light and dark are the notebook's"
    assert "&lt;img" in ws._repr_html_()


def test_names_come_first_and_times_are_short(ws: Workspace) -> None:
    ws.datasets["orders"].change(description="Of the shop")
    text = ws.datasets._repr_html_()
    assert text.index("name") < text.index("description") < text.index("current")
    assert " UTC</td>" in text
    assert repr(ws) == "<workspace of 'Ada': 1 project, 2 data sets>"
    assert ws.users._repr_html_().count("<tr>") == 2


def test_a_collection_cannot_be_set(ws: Workspace) -> None:
    with pytest.raises(AttributeError, match="cannot be set"):
        ws.datasets = []


def test_tables_say_what_there_is_to_say(ws: Workspace) -> None:
    ws.projects["My work"].change(description="Of mine")
    shown = ws._repr_html_()
    assert ">description<" in shown
    assert ">created<" in shown
    assert "archived" not in shown
    one = ws.datasets["orders"]._repr_html_()
    assert one.startswith("<div><b>data set orders</b></div>")
    assert one.index(">name<") < one.index(">current<") < one.index(">id<")
    assert "project_id" not in one
    assert "UTC" in one


def test_versions_are_found_by_the_numbers_that_completion_offers(ws: Workspace) -> None:
    data = ws.datasets["orders"]
    assert data.versions.names() == ["1"]
    assert data.versions[1] == data.versions["1"] == data.version(1)
    with pytest.raises(NotFoundError, match="There is no version 7 here: it has 1"):
        data.versions[7]
    with pytest.raises(NotFoundError, match="'orders' has no version 7: it has 1"):
        data.log(7)
    with pytest.raises(SettingError, match="A version is found by its number or identifier"):
        data.versions[1.5]
    with pytest.raises(SettingError, match="A version is found by its identifier, not by 1"):
        ws.versions[1]


def test_an_object_completes_what_people_use(ws: Workspace) -> None:
    there = set(dir(ws.datasets["orders"]))
    assert {"change", "current", "log", "name", "versions"} <= there
    assert not there & {"before_create", "check_facts", "fixed", "made_by", "named_by", "shown"}


def test_roles_and_the_audit_log_are_tables(ws: Workspace) -> None:
    assert ">tenant admin<" in ws.roles._repr_html_()
    ws.roles.create("auditor", permissions=["audit.read"])
    assert ws.roles._repr_html_().endswith("</table>")
    assert ">auditor<" in ws.roles._repr_html_()
    count = len(ws.audit)
    shown = ws.audit._repr_html_()
    assert f"{count} entries:" in shown
    assert shown.index(">tenant.create<") < shown.index(">roles.create<")
    for number in range(20):
        ws.groups.create(f"Group {number}")
    assert f"{count + 20} entries, the last 20:" in ws.audit._repr_html_()


def test_collections_count_in_words_and_facts_say_yes_or_no(ws: Workspace) -> None:
    assert repr(ws.projects) == "<1 project: My work>"
    assert repr(ws.groups) == "<0 groups>"
    assert ">yes<" in ws.users._repr_html_()
    with pytest.raises(SettingError, match=r"email of an invitation: .*org \(got 'ada'\)\.$"):
        ws.invite("ada", role="viewer")

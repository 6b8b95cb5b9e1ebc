"""REST and GraphQL against a server that tests start: every way of paging, signing and going wrong."""

from __future__ import annotations

import base64
import gzip
import io
import logging
import time
import traceback
from email.utils import formatdate

import pytest
from pydantic import SecretStr

from mindzie.core.errors import (
    CancelledError,
    MindzieError,
    SettingError,
    SourceError,
    UnknownNameError,
)
from mindzie.ingest.connectors import Increment, connect
from mindzie.ingest.feeds import http
from tests.ingest.feeds.api import Api, events, serving

ROLES = {"case": "claim", "activity": "step", "timestamp": "at"}
CANARY = "canary+of/the api=="
ALL = events(0, 7)


@pytest.fixture
def api(monkeypatch):
    monkeypatch.setattr(http, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as server:
        yield server


def source(api: Api, **more):
    options = {name: str(value) for name, value in more.pop("options", {}).items()}
    return connect(f"rest+{api.url}", options=options, **{"seconds": 20, **more})


def ids(found) -> list[int]:
    return found.preview("events", 100)["id"].to_list()


def told_by(work, family=SourceError) -> str:
    """Return all that an error and its traceback tell."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with pytest.raises(family) as told:
            work()
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    whole = "".join(traceback.format_exception(told.value)) + out.getvalue() + repr(told.value)
    for secret in (CANARY, "canary", base64.b64encode(f"reader:{CANARY}".encode()).decode()):
        assert secret not in whole
    return str(told.value)


# --- paging


def part(offset: int, size: int = 3) -> list:
    return ALL[offset : offset + size]


def by_page(request):
    return {"events": part((int(request.parameters["p"]) - 1) * 3)}


def by_page_with_an_end(request):
    found = part((int(request.parameters["p"]) - 1) * 3)
    return found or (404, {}, {"detail": "Invalid page."})


def by_offset(request):
    return part(int(request.parameters["offset"]), min(3, int(request.parameters["limit"])))


def by_cursor(request):
    begin = int(request.parameters.get("after", 0))
    more = {"next_cursor": str(begin + 3)} if begin + 3 < len(ALL) else {"next_cursor": None}
    return {"data": {"events": part(begin)}, "meta": more}


def by_link(request):
    begin = int(request.parameters.get("begin", 0))
    links = {"Link": f'</v1/events?begin={begin + 3}&per=3>; rel="next", </v1/events>; rel="first"'}
    return 200, links if begin + 3 < len(ALL) else {}, part(begin)


def by_address(request):
    begin = int(request.parameters.get("$skip", 0))
    more = {"@odata.nextLink": f"?$skip={begin + 3}"} if begin + 3 < len(ALL) else {}
    return {"@odata.count": 7, "value": part(begin), **more}


WAYS = {
    "page": (by_page, {"paging": "page", "page_param": "p"}, 4),
    "page with an end": (by_page_with_an_end, {"paging": "page", "page_param": "p"}, 4),
    "offset": (by_offset, {"paging": "offset", "size": 500}, 4),
    "cursor": (
        by_cursor,
        {"paging": "cursor", "cursor_param": "after", "next": "meta.next_cursor"},
        3,
    ),
    "link": (by_link, {"paging": "link"}, 3),
    "next": (by_address, {"paging": "next", "next": "@odata.nextLink"}, 3),
    "auto by header": (by_link, {}, 3),
    "auto by body": (by_address, {}, 3),
    "none": (lambda _: ALL, {"paging": "none"}, 1),
}


@pytest.mark.parametrize("way", WAYS)
def test_all_pages_come(api, way):
    api.answer, options, count = WAYS[way]
    log = source(api, options=options).read("events", **ROLES)
    assert log.event_count == 7
    assert len(api.requests) == count
    assert {request.path for request in api.requests} == {"/v1/events"}


def test_a_preview_asks_for_no_more_than_it_shows(api):
    api.answer = by_link
    found = source(api)
    assert found.preview("events", 2).height == 2
    assert len(api.requests) == 1
    assert {c.name: c.type for c in found.columns("events")}["id"] == "number"
    assert found.test() > 0
    assert found.tables() == found.schemas() == ()


def test_parameters_and_sizes_are_sent(api):
    api.answer = lambda _: part(0)
    found = source(api, options={"size_param": "per_page", "size": 50})
    found.read("events", parameters={"kind": "a&b", "n": 1}, **ROLES)
    assert api.requests[0].parameters == {"kind": "a&b", "n": "1", "per_page": "50"}


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [
        ({"has_more": True, "data": part(0)}, {}, "has more than this page"),
        ({"total": 99, "data": part(0)}, {}, "'total' says so"),
        ({"a": part(0), "b": part(3)}, {}, "several lists: a, b"),
        ({"id": 1}, {}, "no list, but: id"),
        (
            {"data": {"rows": part(0)}},
            {"records": "data.row"},
            "no list of records at records='data.row'",
        ),
        ([1, 2], {}, "No record of"),
        ([], {}, "has no records"),
    ],
)
def test_half_an_answer_is_none(api, body, options, words):
    api.answer = lambda _: body
    with pytest.raises(SourceError, match=words):
        source(api, options=options).read("events", **ROLES)


# --- increments


def test_what_is_new_is_asked_for_by_the_cursor(api):
    api.answer = lambda request: {
        "items": [e for e in now if e["at"] >= request.parameters.get("from", "")]
    }
    now = events(0, 5)
    found = source(api, options={"since": "from"})
    log = found.read("events", **ROLES, cursor="at", key="id")
    assert found.read_new(log) is log
    now += events(5, 7)
    now[4] = {**now[4], "step": "Reopen"}
    more = found.read_new(log)
    state = Increment.of(more)
    assert (more.event_count, state.added, state.changed) == (7, 2, 1)
    assert api.requests[-1].parameters == {"from": "2025-03-01T04:00:00Z"}


# --- signing


def signs(api, options, user=None):
    api.answer = lambda request: part(0)
    found = source(api, options=options, user=user, password=SecretStr(CANARY))
    assert CANARY not in f"{found!r} {found.name}"
    log = found.read("events", **ROLES)
    assert CANARY not in f"{log.manifest.source}"
    return api.requests[-1]


def test_each_way_to_sign_in(api):
    basic = base64.b64encode(f"reader:{CANARY}".encode()).decode()
    assert signs(api, {"auth": "basic"}, "reader").headers["Authorization"] == f"Basic {basic}"
    assert signs(api, {"auth": "bearer"}).headers["Authorization"] == f"Bearer {CANARY}"
    assert signs(api, {"auth": "header", "auth_name": "X-Key"}).headers["X-Key"] == CANARY
    assert signs(api, {"auth": "query", "auth_name": "api_key"}).parameters == {"api_key": CANARY}


def test_client_credentials_get_a_token_and_a_new_one(api):
    given = []

    def answer(request):
        if request.path == "/token":
            assert b"grant_type=client_credentials&scope=read" in request.body
            assert request.headers["Authorization"].startswith("Basic ")
            given.append(f"canary{len(given)}")
            return {"access_token": given[-1], "expires_in": 3600}
        if request.headers["Authorization"] != f"Bearer {given[-1]}" or len(given) == 1:
            return 401, {}, {"message": f"no {CANARY} {given[-1]}"}
        return part(0)

    api.answer = answer
    options = {
        "auth": "oauth2",
        "oauth_url": api.url.replace("/v1", "/token"),
        "oauth_scope": "read",
    }
    found = source(api, options=options, user="reader", password=SecretStr(CANARY))
    assert found.read("events", **ROLES).event_count == 3
    assert len(given) == 2
    api.answer = lambda _: (400, {}, {"error": CANARY})
    assert "gives no token" in told_by(
        source(api, options=options, user="reader", password=SecretStr(CANARY)).test
    )


@pytest.mark.parametrize("way", ["basic", "bearer", "header", "query"])
def test_no_error_and_no_log_holds_the_key(api, way):
    api.answer = lambda _: (403, {}, {"error": {"message": f"{CANARY} may not"}})
    found = source(api, options={"auth": way}, user="reader", password=SecretStr(CANARY))
    assert "does not let this user" in told_by(found.test)
    api.answer = lambda _: (302, {"Location": "http://127.0.0.1:9/"}, b"")
    assert "another machine" in told_by(found.test)
    api.answer = lambda _: (200, {"Link": '<http://localhost:9/v1>; rel="next"'}, part(0))
    assert "another machine" in told_by(lambda: found.read("events", **ROLES))


def test_what_would_be_a_secret_in_the_open_is_refused(api):
    with pytest.raises(SettingError, match="looks like a secret"):
        source(api).read("events", parameters={"api_key": CANARY}, **ROLES)
    words = told_by(lambda: source(api, password=SecretStr(CANARY)), SettingError)
    assert "what the password is for" in words
    for address in (f"rest+{api.url}?key={CANARY}", f"https://reader:{CANARY}@h/x"):
        told_by(lambda address=address: connect(address), SettingError)


# --- what servers do


def test_it_is_tried_again_where_that_helps(api):
    said = iter(
        [
            (503, {"Retry-After": "0"}, b""),
            (429, {"Retry-After": formatdate(0, usegmt=True)}, b""),
            (500, {}, b""),
            part(0),
        ]
    )
    api.answer = lambda _: next(said)
    assert source(api).read("events", **ROLES).event_count == 3
    api.answer = lambda _: (503, {}, b"")
    with pytest.raises(SourceError, match="answers 503 Service Unavailable"):
        source(api).test()
    assert len(api.requests) == 4 + 5
    api.answer = lambda _: (429, {"Retry-After": "3600"}, b"")
    with pytest.raises(SourceError, match="asks to wait 3,600 seconds"):
        source(api).test()
    api.answer = lambda _: (401, {}, b"")
    with pytest.raises(SourceError, match="refuses the key"):
        source(api).test()
    assert len(api.requests) == 4 + 5 + 2


def test_redirects_on_the_same_machine_are_followed(api):
    api.answer = lambda r: (
        part(0) if r.path == "/v2/events" else (301, {"Location": "/v2/events"}, b"")
    )
    assert ids(source(api)) == [0, 1, 2]
    api.answer = lambda r: (302, {"Location": r.path}, b"")
    with pytest.raises(SourceError, match="without end"):
        source(api).test()


def cut(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n[{")


def drip(handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n[")
    for _ in range(100):
        time.sleep(0.05)
        handler.wfile.write(b" ")


WRONG = {
    "a page for people": (
        (200, {"Content-Type": "text/html"}, b"<!doctype html><form>"),
        {},
        "page for people instead of JSON",
    ),
    "no JSON": ((200, {}, b"id;name"), {}, "what is no JSON"),
    "nothing": ((200, {}, b""), {}, "what is no JSON"),
    "deep": ((200, {}, b"[" * 99 + b"]" * 99), {}, "levels deep"),
    "large": ((200, {}, b"[" + b" " * 5000 + b"]"), {"max_bytes": 4000}, "more than 3.91 KiB"),
    "packed large": (
        (200, {"Content-Encoding": "gzip"}, gzip.compress(b"[" + b" " * (65 << 20) + b"]")),
        {},
        "more than 64 MiB",
    ),
    "damaged": ((200, {"Content-Encoding": "gzip"}, b"[]"), {}, "cannot be unpacked"),
    "cut": ((200, {}, cut), {}, "cut the connection"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_servers_are_told_from_right_ones(api, wrong):
    answer, options, words = WRONG[wrong]
    api.answer = lambda _: answer
    with pytest.raises(SourceError, match=words) as told:
        source(api, options=options).read("events", **ROLES)
    assert told.value.__cause__ is None


def test_servers_without_end_are_left(api):
    api.answer = lambda r: [
        {"id": r.parameters["page"], "claim": "1", "step": "Pay", "at": "2025-03-01"}
    ]
    with pytest.raises(SourceError, match="more than 20 pages"):
        source(api, options={"paging": "page", "max_pages": 20}).read("events", **ROLES)
    api.answer = lambda _: part(0)
    with pytest.raises(SourceError, match="the same records"):
        source(api, options={"paging": "page"}).read("events", **ROLES)
    api.answer = lambda r: {"data": events(len(api.requests), len(api.requests) + 1), "next": "c"}
    with pytest.raises(SourceError, match="again and again"):
        source(api, options={"paging": "cursor", "next": "next"}).read("events", **ROLES)
    api.answer = lambda _: (200, {}, drip)
    with pytest.raises(SourceError, match="took longer than"):
        source(api, seconds=0.4).read("events", **ROLES)


def test_reading_can_be_stopped(api):
    found = source(api, options={"paging": "offset"})

    def answer(request):
        found.cancel()
        return by_offset(request)

    api.answer = answer
    with pytest.raises(CancelledError):
        found.read("events", **ROLES)


def test_what_is_said_wrong_is_named(api):
    for options, words in (
        ({"paging": "pages"}, "must be one of auto, none"),
        ({"auth": "bearer"}, "needs password="),
        ({"paging": "cursor"}, "needs next="),
        ({"max_pages": "0"}, "at least 1"),
    ):
        api.answer = lambda _: part(0)
        with pytest.raises(SettingError, match=words):
            source(api, options=options).read("events", **ROLES)
    with pytest.raises(UnknownNameError, match="paging"):
        source(api, options={"pagging": "none"})
    for table in ("../x", "http://h/x", "x?y=1"):
        with pytest.raises(SettingError, match="must be a path below"):
            source(api).read(table, **ROLES)
    with pytest.raises(SourceError, match="does not answer"):
        connect("rest+http://127.0.0.1:1/x").test()


# --- GraphQL

QUERY = "query Claims($after: String, $kind: Kind) { claims(first: 3, after: $after, kind: $kind) { pageInfo { hasNextPage endCursor } nodes { id claim step at } } }"


def graph(request):
    said = request.json["variables"]
    begin = int(said.get("after") or 0)
    info = {"hasNextPage": begin + 3 < len(ALL), "endCursor": str(begin + 3)}
    return {"data": {"viewer": {"claims": {"pageInfo": info, "nodes": part(begin)}}}}


def graphql(api: Api, **more):
    return connect(f"graphql+{api.url}/graphql", **more)


def test_a_connection_is_read_to_its_end(api):
    api.answer = graph
    found = graphql(api, password=SecretStr(CANARY), options={"auth": "bearer"})
    log = found.read(query=QUERY, parameters={"kind": "PAID"}, **ROLES)
    assert log.event_count == 7
    assert [r.json["variables"] for r in api.requests] == [
        {"kind": "PAID"},
        {"kind": "PAID", "after": "3"},
        {"kind": "PAID", "after": "6"},
    ]
    assert api.requests[0].json["query"] == QUERY
    assert found.preview(QUERY, 2).height == 2


def test_edges_and_plain_lists_are_records_too(api):
    info = {"pageInfo": {"hasNextPage": False}}
    api.answer = lambda _: {"data": {"claims": {**info, "edges": [{"node": each} for each in ALL]}}}
    assert graphql(api).preview(QUERY)["id"].to_list() == list(range(7))
    api.answer = lambda _: {"data": {"claims": ALL}}
    assert graphql(api).preview("{ claims { id } }").height == 7


def test_what_graphql_says_of_errors_is_told(api):
    api.answer = lambda _: {"data": None, "errors": [{"message": f"No field 'x' for {CANARY}"}]}
    found = graphql(api, password=SecretStr(CANARY), options={"auth": "bearer"})
    assert "No field 'x' for ***" in told_by(lambda: found.read(query=QUERY, **ROLES))
    api.answer = lambda _: []
    with pytest.raises(SourceError, match="does not answer as GraphQL does"):
        graphql(api).test()
    api.answer = lambda r: {
        "data": {"claims": {"pageInfo": {"hasNextPage": True, "endCursor": "3"}, "nodes": part(0)}}
    }
    with pytest.raises(SettingError, match=r"take the variable \$after"):
        graphql(api).read(query="{ claims { id } }", **ROLES)
    with pytest.raises(SourceError, match="again and again"):
        graphql(api).read(query=QUERY, **ROLES)


@pytest.mark.parametrize(
    "query",
    [
        "mutation { pay(id: 1) }",
        "query A { a } mutation B { b }",
        "subscription { a }",
        "",
        "claims",
        "{a} query A { a }  query B { b }",
        '# query\nmutation M($a: String = "}") { pay }',
    ],
)
def test_only_one_query_is_sent(api, query):
    with pytest.raises(SettingError):
        graphql(api).read(query=query, **ROLES)
    assert not api.requests


@pytest.mark.parametrize(
    "query",
    [
        '{ a(text: "mutation {") { mutation } }',
        "fragment F on C { query } query Q { ...F mutation: subscription }",
    ],
)
def test_words_within_a_query_are_names(api, query):
    api.answer = lambda _: {"data": {"claims": ALL}}
    assert graphql(api).read(query=query, **ROLES).event_count == 7


# --- whom a workspace calls


def test_a_workspace_calls_no_private_network_that_is_not_allowed(api, tmp_path, monkeypatch):
    import mindzie as mz

    workspace = mz.workspace(f"sqlite:///{tmp_path / 'workspace.db'}")
    project = workspace.projects.create("p")
    workspace.secrets.keep("claims", SecretStr(CANARY))
    settings = {"url": api.url, "options": {"auth": "bearer"}}
    secret = workspace.secrets["claims"].id
    made = project.connectors.create("claims", kind="rest", settings=settings, secret_id=secret)
    api.answer = by_link
    # on a machine of one's own the workspace reaches what oneself reaches
    assert mz.connect(made).read("events", **ROLES).event_count == 7
    api.requests.clear()
    workspace.service_accounts.create("somebody else's program")
    assert "MINDZIE_SOURCE_HOSTS=127.0.0.1" in told_by(mz.connect(made).test)
    assert not api.requests
    for allowed in ("127.0.0.1", "h, 127.0.0.0/8"):
        monkeypatch.setenv("MINDZIE_SOURCE_HOSTS", allowed)
        assert mz.connect(made).read("events", **ROLES).event_count == 7
    assert api.requests[0].headers["Authorization"] == f"Bearer {CANARY}"
    other = project.connectors.create(
        "stream", kind="kafka", settings={"url": "kafka://10.1.2.3:9092/t"}
    )
    with pytest.raises(MindzieError, match="private network"):
        mz.connect(other)
    own = project.connectors.create(
        "kinesis", kind="kinesis", settings={"url": "kinesis://eu-central-1/t"}
    )
    with pytest.raises(SettingError, match="a key of its own"):
        mz.connect(own)

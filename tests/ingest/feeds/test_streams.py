"""Streams as bounded batches: every message once, whatever happens between loads."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

import mindzie as mz
from mindzie.core.errors import CancelledError, SettingError, SourceError, UnknownNameError
from mindzie.ingest import watching
from mindzie.ingest.connectors import Increment, connect
from mindzie.ingest.feeds.feed import Asked
from mindzie.ingest.feeds.watch import Watch
from tests.emulators.servers import SECRET

pytestmark = pytest.mark.xdist_group("emulators")
ROLES = {"case": "order.id", "activity": "step", "timestamp": "at"}


def test_it_says_what_it_has(stream):
    stream.add((1, 0), (2, 0))
    source = stream.source()
    assert source.test() > 0
    assert stream.name in source.tables()
    assert source.schemas() == ()
    found = {column.name: column.type for column in source.columns(stream.name)}
    assert found["order.id"] == found["step"] == "text"
    assert found["amount"] == "number"
    assert {*stream.places} < {*found}
    assert source.preview(stream.name, 1).height == 1
    assert SECRET not in repr(source)


def test_a_load_goes_on_where_the_last_ended(stream):
    stream.add((1, 0), (2, 0), (1, 1))
    source = stream.source()
    log = source.read(**ROLES)
    assert log.event_count == 3
    assert source.read_new(log) is log
    stream.add((1, 2), (2, 1))
    more = source.read_new(log)
    assert (more.event_count, Increment.of(more).added) == (5, 2)
    assert source.read_new(more) is more
    assert log.event_count == 3


def test_equal_messages_are_each_an_event_whatever_columns_are_kept(stream):
    stream.add((1, 0), (1, 0))
    source = stream.source()
    log = source.read(**ROLES, attributes=["amount"])
    stream.add((1, 0))
    assert source.read_new(log).event_count == 3


class Heard:
    """Hears how many records are expected."""

    def __init__(self):
        self.expected = []

    def bytes(self, came, size):
        raise AssertionError

    def begins(self, path, kind):
        raise AssertionError

    def expects(self, rows):
        self.expected.append(rows)


def test_a_topic_tells_how_many_messages_come(topic):
    topic.add(*((case, 0) for case in range(1, 8)))
    heard = Heard()
    with watching.watched(heard):
        topic.source().preview(topic.name, 2)
        log = topic.source().read(**ROLES)
        topic.add((9, 0))
        topic.source().read_new(log)
        topic.source(max_rows="3").read(**ROLES)
    assert heard.expected == [7, 1, 3]


def test_a_load_takes_no_more_than_it_may_and_the_next_the_rest(stream):
    stream.add(*((case, 0) for case in range(1, 8)))
    source = stream.source(max_rows="3")
    log = source.read(**ROLES)
    assert log.event_count == 3
    assert {finding.id for finding in log.readiness.findings} >= {"more_to_read"}
    log = source.read_new(log)
    assert log.event_count == 6
    log = source.read_new(log)
    assert log.event_count == 7
    assert source.read_new(log) is log
    small = stream.source(max_bytes="1").read(**ROLES)
    assert 1 <= small.event_count <= 7


def test_what_is_no_record_is_kept_aside_with_its_place(stream):
    bad = (
        b"no json",
        b"",
        b"[1]",
        b'{"a": NaN}',
        b"\xff",
        b"{" * 99,
        b'{"a":' * 40 + b"1" + b"}" * 40,
    )
    stream.add((1, 0), *bad, (1, 1))
    source = stream.source()
    log = source.read(**ROLES)
    assert log.event_count == 2
    assert log.rejected.height == len(bad)
    assert all("record cannot be read: " in reason for reason in log.rejected["reason"])
    assert log.rejected[list(stream.places)].null_count().sum_horizontal().item() == 0
    found = {finding.id: finding.count for finding in log.readiness.findings}
    assert found["unreadable_records"] == len(bad)
    stream.add(b"neither")
    log = source.read_new(log)
    assert (log.event_count, log.rejected.height) == (2, len(bad) + 1)
    assert source.read_new(log) is log


def test_records_of_different_shapes_go_together(stream):
    stream.add(
        (1, 0), b'{"order": "A1", "step": "Odd", "at": "2025-03-02T08:01:00Z", "amount": "ten"}'
    )
    frame = stream.source().preview(stream.name)
    assert sorted(frame["amount"].to_list()) == ["10", "ten"]
    assert {"order", "order.id"} <= {*frame.columns}


def test_a_key_lets_a_later_message_replace_an_earlier(stream):
    stream.add((1, 0), (1, 1))
    source = stream.source()
    log = source.read(**ROLES, key=("order.id", "step"))
    stream.send([("1", b'{"order":{"id":"A1"},"step":"Check","at":"2025-03-09T08:00:00Z"}')])
    more = source.read_new(log)
    assert (more.event_count, Increment.of(more).changed) == (2, 1)
    times = more.events["timestamp"]
    assert str(times.max()).startswith("2025-03-09")


def test_a_data_set_gets_each_message_once(stream, tmp_path):
    workspace = mz.workspace(f"sqlite:///{tmp_path / 'workspace.db'}")
    dataset = workspace.projects.create("p").datasets.create("orders")
    source = stream.source()
    stream.add((1, 0), (1, 1))
    assert source.load_into(dataset, **ROLES) is not None
    assert source.load_into(dataset) is None
    stream.add((1, 2))
    again = stream.source()  # as after a crash: all it needs is in the data set
    assert again.load_into(dataset) is not None
    assert again.load_into(dataset) is None
    assert dataset.refresh().log(enriched=False).event_count == 3


def test_what_cannot_be_is_said(stream):
    stream.add((1, 0))
    source = stream.source()
    with pytest.raises(UnknownNameError, match=stream.name):
        source.read(f"{stream.name}x")
    with pytest.raises(SettingError, match="query= is for databases"):
        source.read(query="SELECT 1")
    with pytest.raises(SettingError, match="max_rows"):
        stream.source(max_rows="many")
    with pytest.raises(UnknownNameError, match="max_rows"):
        stream.source(max_row="1")
    with pytest.raises(CancelledError, match="enough"):
        source.read(**ROLES, progress=_stopping)


def _stopping(_count: int) -> None:
    raise CancelledError("enough")


def test_a_topic_made_anew_is_noticed(topic):
    topic.add((1, 0))
    log = topic.source().read(**ROLES)
    state = Increment.of(log)
    later = state.model_copy(update={"positions": dict.fromkeys(state.positions, "99")})
    source = topic.source()
    with pytest.raises(SourceError, match="was made anew"):
        source._reader.gather(Asked(topic.name, before=later), Watch("Kafka", 20))


def test_nobody_listens_and_nothing_secret_is_said():
    canary = "canary+of/streams"
    said = {"user": "reader", "password": SecretStr(canary)}
    options = {"security.protocol": "SASL_PLAINTEXT"}
    source = connect("kafka://127.0.0.1:1/orders", **said, options=options, seconds=3)
    with pytest.raises(SourceError, match="does not answer") as told:
        source.test()
    assert canary not in f"{told.value!r} {source!r} {vars(source)}"
    endpoint = {"endpoint": "http://127.0.0.1:1"}
    source = connect("kinesis://eu-central-1/orders", **said, options=endpoint, seconds=3)
    with pytest.raises(SourceError, match="does not answer") as told:
        source.test()
    assert canary not in f"{told.value!r} {source!r} {told.value.__context__!r}"


@pytest.mark.parametrize(
    "name", ["plugin.library.paths", "sasl.kerberos.kinit.cmd", "ssl.key.location"]
)
def test_settings_that_would_run_or_read_something_here_are_no_options(name):
    with pytest.raises(UnknownNameError):
        connect("kafka://127.0.0.1:1/orders", options={name: "/tmp/x"})

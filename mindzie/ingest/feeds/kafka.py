"""Kafka: a topic read from kept offsets up to its end as it was at the beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import confluent_kafka as kafka
import polars as pl

from mindzie.core.errors import SettingError, SourceError, unknown
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.feeds.batch import lost, refuse_cursor
from mindzie.ingest.feeds.feed import Asked, Gathered
from mindzie.ingest.feeds.stream import Batch, StreamReader
from mindzie.ingest.feeds.watch import Watch

_ANSWER_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.2
_SCHEMA: Final[Mapping[str, Any]] = {
    "kafka.partition": pl.Int64, "kafka.offset": pl.Int64, "kafka.time": pl.Datetime("us", "UTC"), "kafka.key": pl.String,
}  # fmt: skip
_FIXED: Final = {
    "group.id": "mindzie", "enable.auto.commit": False, "enable.auto.offset.store": False, "enable.partition.eof": True,
    "auto.offset.reset": "error", "isolation.level": "read_committed", "allow.auto.create.topics": False,
    "log_level": 0, "check.crcs": True, "client.id": "mindzie",
}  # fmt: skip
"""Nothing is committed to the group: offsets are kept with the data, so that both come or neither does."""
_SIGNS: Final = {
    "_TRANSPORT": "does not answer: check the addresses of its brokers, that they run and that a firewall lets you through",
    "_ALL_BROKERS_DOWN": "does not answer: check the addresses of its brokers, and security.protocol",
    "_RESOLVE": "is not found under that host name: check the addresses of its brokers",
    "_TIMED_OUT": "does not answer in time: check the addresses of its brokers, and security.protocol",
    "_AUTHENTICATION": "refuses the user or the password: check both, and sasl.mechanism",
    "SASL_AUTHENTICATION_FAILED": "refuses the user or the password: check both, and sasl.mechanism",
    "TOPIC_AUTHORIZATION_FAILED": "does not let this user read the topic: ask for the right to",
    "GROUP_AUTHORIZATION_FAILED": "does not let this user read: ask for the right to, with the group mindzie",
}


class KafkaReader(StreamReader):
    """Reads topics.

    Parameters
    ----------
    hosts : str
        Brokers, each ``HOST:PORT``, with commas between.
    user, password : str, optional
        Of SASL.
    options : mapping
        As the kind lists them.
    label : str
        What messages call it.
    """

    places = ("kafka.partition", "kafka.offset")

    def __init__(
        self, hosts: str, user: str | None, password: str | None, options: Mapping[str, str], label: str
    ) -> None:  # fmt: skip
        super().__init__(password, options, label)
        said = {name: value for name, value in options.items() if "." in name and value}
        self._settings: dict[str, Any] = {"bootstrap.servers": hosts, **said, **_FIXED}
        if user is None:
            self._settings.pop("sasl.mechanism", None)
            return
        self._settings |= {"sasl.username": user, "sasl.password": password or ""}
        if self._settings["security.protocol"] == "PLAINTEXT":
            self._settings["security.protocol"] = "SASL_SSL"

    def test(self, watch: Watch) -> None:
        """Ask for the list of brokers."""
        with self._consumer() as consumer:
            consumer.list_topics(timeout=min(_ANSWER_SECONDS, watch.left))

    def names(self, watch: Watch) -> tuple[str, ...]:
        """Return the topics that are not Kafka's own."""
        with self._consumer() as consumer:
            found = consumer.list_topics(timeout=min(_ANSWER_SECONDS, watch.left)).topics
        return tuple(sorted(name for name in found if not name.startswith("__")))

    def gather(self, asked: Asked, watch: Watch) -> Gathered:
        """Bring messages from the kept offsets on."""
        refuse_cursor(asked, self._label)
        kept = asked.before.positions if asked.before else {}
        batch = Batch(asked, self._bounds, watch, _SCHEMA)
        with batch, self._consumer() as consumer:
            ends, begins, findings = self._ends(consumer, asked.table or "", kept, watch)
            parts = [p for p, end in ends.items() if begins[p] < end]
            topic = asked.table or ""
            consumer.assign([kafka.TopicPartition(topic, p, begins[p]) for p in parts])
            batch.expect(sum(ends[p] - begins[p] for p in parts))
            reading = _Reading(ends, dict(begins), set(parts))
            while reading.open and batch.takes_more:
                came = reading.kept(consumer.consume(batch.next(), _POLL_SECONDS))
                batch.add([each.value() or b"" for each in came], [_place(each) for each in came])
            positions = {str(p): str(place) for p, place in reading.next.items()}
            left = sum(max(0, end - reading.next[p]) for p, end in ends.items())
            return batch.gathered(
                positions, findings, is_open=bool(reading.open), left=left, what="message"
            )

    def _ends(
        self, consumer: kafka.Consumer, topic: str, kept: Mapping[str, str], watch: Watch
    ) -> tuple[dict[int, int], dict[int, int], tuple[Finding, ...]]:
        """Return where each partition ends now, and where reading begins."""
        found = consumer.list_topics(timeout=min(_ANSWER_SECONDS, watch.left)).topics
        if topic not in found or found[topic].error is not None:
            names = sorted(name for name in found if not name.startswith("__"))
            raise unknown("topic", topic, names, self._label)
        ends, begins, gone = {}, {}, 0
        for number in sorted(found[topic].partitions):
            place = kafka.TopicPartition(topic, number)
            low, high = consumer.get_watermark_offsets(
                place, timeout=min(_ANSWER_SECONDS, watch.left)
            )
            begin = int(kept.get(str(number), low))
            if begin > high:
                raise SourceError(
                    f"Partition {number} of {topic!r} ends at {high:,}, before the offset {begin:,} where the last load ended: the topic was made anew. Read all of it again, with source.read()."
                )
            gone += max(0, low - begin) if str(number) in kept else 0
            ends[number], begins[number] = high, max(begin, low)
        return ends, begins, lost(gone)

    @contextmanager
    def _consumer(self) -> Iterator[kafka.Consumer]:
        try:
            consumer = kafka.Consumer(self._settings)
        except (kafka.KafkaException, ValueError, TypeError) as error:
            raise self._ours(error, SettingError) from None
        try:
            yield consumer
        except kafka.KafkaException as error:
            raise self._ours(error, SourceError) from None
        finally:
            consumer.close()

    def _ours(self, error: Exception, family: type[Exception]) -> Exception:
        told: Any = error.args[0] if error.args else error
        name = told.name() if isinstance(told, kafka.KafkaError) else ""
        return family(self._words(_SIGNS.get(name), _words(told)))


class _Reading:
    """How far each partition was read."""

    def __init__(self, ends: dict[int, int], begins: dict[int, int], parts: set[int]) -> None:
        self.ends, self.next, self.open = ends, begins, parts

    def kept(self, messages: list[Any]) -> list[Any]:
        """Return the messages that were there at the beginning."""
        kept = []
        for message in messages:
            part, error = message.partition(), message.error()
            if error is not None:
                if error.code() != kafka.KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
                    raise kafka.KafkaException(error)
                # what is not committed yet lies behind it, and is left for later
                self.next[part] = max(self.next[part], message.offset())
                self.open.discard(part)
            elif message.offset() < self.ends[part]:
                kept.append(message)
                self.next[part] = message.offset() + 1
            if self.next[part] >= self.ends[part]:
                self.open.discard(part)
        return kept


def _place(message: Any) -> tuple[Any, ...]:
    kind, milliseconds = message.timestamp()
    time = None if kind == kafka.TIMESTAMP_NOT_AVAILABLE else milliseconds / 1000
    key = message.key()
    return (
        message.partition(), message.offset(), None if time is None else datetime.fromtimestamp(time, UTC),
        key.decode("utf-8", "replace") if isinstance(key, bytes) else key,
    )  # fmt: skip


def _words(told: Any) -> str:
    said = told.str() if isinstance(told, kafka.KafkaError) else str(told)
    return str(said).splitlines()[0].rstrip(". ") if said else counted(1, "fault")

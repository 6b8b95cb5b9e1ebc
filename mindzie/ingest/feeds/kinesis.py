"""Kinesis: a data stream read from kept sequence numbers up to its end as it was at the beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import boto3
import polars as pl
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mindzie.core.errors import SourceError, unknown
from mindzie.ingest.feeds.batch import refuse_cursor
from mindzie.ingest.feeds.feed import Asked, Gathered
from mindzie.ingest.feeds.stream import Batch, StreamReader
from mindzie.ingest.feeds.watch import Watch

_PAUSE_SECONDS: Final = 0.2
"""A shard answers five times a second."""
_SCHEMA: Final[Mapping[str, Any]] = {
    "kinesis.shard": pl.String, "kinesis.sequence": pl.String, "kinesis.time": pl.Datetime("us", "UTC"), "kinesis.key": pl.String,
}  # fmt: skip
_SIGNS: Final = {
    "UnrecognizedClientException": "refuses the key: check user= and password=",
    "InvalidSignatureException": "refuses the key: check user= and password=",
    "InvalidClientTokenId": "refuses the key: check user= and password=",
    "AccessDeniedException": "does not let this key read that: ask for the right to kinesis:ListShards and kinesis:GetRecords",
    "EndpointConnectionError": "does not answer: check the region, and that a firewall lets you through",
    "ConnectTimeoutError": "does not answer: check the region, and that a firewall lets you through",
    "NoCredentialsError": "needs a key: give user=, its id, and password=, the secret access key",
    "ExpiredTokenException": "refuses the key, whose time is over",
}


class KinesisReader(StreamReader):
    """Reads data streams.

    Parameters
    ----------
    region : str
        Of AWS.
    user, password : str, optional
        The access key; else what AWS's own tools find on this machine.
    options : mapping
        As the kind lists them.
    label : str
        What messages call it.
    """

    places = ("kinesis.shard", "kinesis.sequence")

    def __init__(
        self, region: str, user: str | None, password: str | None, options: Mapping[str, str], label: str
    ) -> None:  # fmt: skip
        super().__init__(password, options, label)
        self._said = {
            "region_name": region,
            "aws_access_key_id": user,
            "aws_secret_access_key": password,
            "endpoint_url": options["endpoint"] or None,
        }

    def test(self, watch: Watch) -> None:
        """Ask for the first stream."""
        with self._client(watch) as client:
            client.list_streams(Limit=1)

    def names(self, watch: Watch) -> tuple[str, ...]:
        """Return the streams."""
        with self._client(watch) as client:
            pages = client.get_paginator("list_streams").paginate()
            return tuple(sorted(name for page in pages for name in page["StreamNames"]))

    def gather(self, asked: Asked, watch: Watch) -> Gathered:
        """Bring records from the kept sequence numbers on."""
        refuse_cursor(asked, self._label)
        positions = dict(asked.before.positions) if asked.before else {}
        begun, open_shards = datetime.now(UTC), 0
        batch = Batch(asked, self._bounds, watch, _SCHEMA)
        with batch, self._client(watch) as client:
            for shard in self._shards(client, str(asked.table)):
                if not batch.takes_more:
                    open_shards += 1
                    continue
                reading = _Shard(client, str(asked.table), shard, positions.get(shard), begun)
                while not reading.over and batch.takes_more:
                    came = reading.kept(batch.next())
                    batch.add(
                        [each["Data"] for each in came], [_place(shard, each) for each in came]
                    )
                    if not reading.over:
                        watch.wait(_PAUSE_SECONDS if not reading.came else 0)
                open_shards += not reading.over
                if reading.last is not None:
                    positions[shard] = reading.last
            return batch.gathered(
                positions, (), is_open=open_shards > 0, left=open_shards, what="shard"
            )

    def _shards(self, client: Any, stream: str) -> list[str]:
        """Return the shards; those that came of others after them."""
        try:
            pages = client.get_paginator("list_shards").paginate(StreamName=stream)
            return sorted(shard["ShardId"] for page in pages for shard in page["Shards"])
        except client.exceptions.ResourceNotFoundException:
            names = [
                n for p in client.get_paginator("list_streams").paginate() for n in p["StreamNames"]
            ]
            raise unknown("stream", stream, names, self._label) from None  # fmt: skip

    @contextmanager
    def _client(self, watch: Watch) -> Iterator[Any]:
        seconds = max(1, min(15, watch.left))
        config = Config(
            connect_timeout=seconds, read_timeout=seconds, retries={"mode": "standard", "max_attempts": 4},
        )  # fmt: skip
        try:
            client = boto3.session.Session().client("kinesis", config=config, **self._said)
            try:
                yield client
            finally:
                client.close()
        except (BotoCoreError, ClientError, ValueError) as error:
            raise self._ours(error) from None

    def _ours(self, error: Exception) -> SourceError:
        told = getattr(error, "response", {}).get("Error", {})
        said = _SIGNS.get(told.get("Code") or type(error).__name__)
        words = str(told.get("Message") or error).splitlines()[0].rstrip(". ")
        return SourceError(self._words(said, words))


class _Shard:
    """One shard on its way to its end."""

    def __init__(
        self, client: Any, stream: str, shard: str, after: str | None, begun: datetime
    ) -> None:
        self._client, self._begun = client, begun
        self.last, self.over, self.came = after, False, 0
        begin = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            begin = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "StartingSequenceNumber": after,
            }
        found = client.get_shard_iterator(StreamName=stream, ShardId=shard, **begin)
        self._next = found["ShardIterator"]

    def kept(self, most: int) -> list[Any]:
        """Return the records of one answer that were there at the beginning."""
        answer = self._client.get_records(ShardIterator=self._next, Limit=most)
        came = answer["Records"]
        kept = [r for r in came if r["ApproximateArrivalTimestamp"] <= self._begun]
        self.came, self._next = len(came), answer.get("NextShardIterator")
        at_tip = len(came) < most and not answer["MillisBehindLatest"]
        self.over = len(kept) < len(came) or self._next is None or at_tip
        if kept:
            self.last = kept[-1]["SequenceNumber"]
        return kept


def _place(shard: str, record: Mapping[str, Any]) -> tuple[Any, ...]:
    time = record["ApproximateArrivalTimestamp"].astimezone(UTC)
    return (shard, record["SequenceNumber"], time, record["PartitionKey"])

"""Brokers and streams to read from: librdkafka's own cluster over Kafka's protocol, and moto's Kinesis."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import confluent_kafka as kafka
import pytest
from pydantic import SecretStr

from mindzie.ingest.connectors import connect
from mindzie.ingest.connectors.source import Source
from tests.emulators.servers import SECRET

_numbers = itertools.count(1)
STEPS = ("Register", "Check", "Pay")


@dataclass
class Stream:
    """An empty stream, and how to write to it and to read it."""

    name: str
    places: tuple[str, str]
    send: Callable[[list[tuple[str, bytes]]], None]
    address: str
    said: dict[str, Any]

    def source(self, **options: str) -> Source:
        """Return a source of it."""
        said = {**self.said, "options": {**self.said.get("options", {}), **options}}
        return connect(self.address, **said)

    def add(self, *records: Any) -> None:
        """Write records: (case, step number), or bytes as they are."""
        self.send([(str(r[0]), event(*r)) if isinstance(r, tuple) else ("?", r) for r in records])


def event(case: int, step: int, **more: Any) -> bytes:
    """Return an event as JSON."""
    said = {
        "order": {"id": f"A{case}"},
        "step": STEPS[step],
        "at": f"2025-03-{step + 1:02}T08:{case:02}:00Z",
    }
    return json.dumps({**said, "amount": 10 * case, **more}).encode()


CLUSTER = """
import os, sys
import confluent_kafka as kafka
holder = kafka.Producer({"test.mock.num.brokers": 3, "bootstrap.servers": "none", "log_level": 0})
found = holder.list_topics(timeout=20).brokers.values()
print(",".join(f"{broker.host}:{broker.port}" for broker in found), flush=True)
sys.stdin.read()
os._exit(0)
"""


@pytest.fixture(scope="session")
def brokers() -> Iterator[kafka.Producer]:
    """Run three brokers, and return what writes to them. They have a process of their own: ending them may last for ever."""
    command = [sys.executable, "-c", CLUSTER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as cluster:
        assert cluster.stdout is not None
        hosts = cluster.stdout.readline().strip()
        producer = kafka.Producer({"bootstrap.servers": hosts, "log_level": 0})
        yield producer
        producer.flush(5)
        cluster.kill()


@pytest.fixture
def topic(brokers: kafka.Producer) -> Stream:
    """Return an empty topic of four partitions."""
    name = f"orders-{next(_numbers)}"

    def send(records: list[tuple[str, bytes]]) -> None:
        for key, value in records:
            brokers.produce(name, value, key)
        assert brokers.flush(20) == 0

    found = brokers.list_topics(topic=name, timeout=20).brokers.values()
    hosts = ",".join(f"{broker.host}:{broker.port}" for broker in found)
    return Stream(name, ("kafka.partition", "kafka.offset"), send, f"kafka://{hosts}/{name}", {})


@pytest.fixture
def shards(s3_server: str, clouds: pytest.MonkeyPatch) -> Stream:
    """Return an empty data stream of two shards."""
    name = f"orders-{next(_numbers)}"
    keys = {"aws_access_key_id": "analyst", "aws_secret_access_key": SECRET}
    client = boto3.client("kinesis", region_name="eu-central-1", endpoint_url=s3_server, **keys)
    client.create_stream(StreamName=name, ShardCount=2)

    def send(records: list[tuple[str, bytes]]) -> None:
        for key, value in records:
            client.put_record(StreamName=name, Data=value, PartitionKey=key)

    said = {"user": "analyst", "password": SecretStr(SECRET), "options": {"endpoint": s3_server}}
    return Stream(
        name, ("kinesis.shard", "kinesis.sequence"), send, f"kinesis://eu-central-1/{name}", said
    )


@pytest.fixture(params=["topic", "shards"])
def stream(request: pytest.FixtureRequest) -> Stream:
    """Return an empty stream of each kind."""
    found: Stream = request.getfixturevalue(request.param)
    return found

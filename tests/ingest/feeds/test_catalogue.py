"""Every row of the catalogue of sources: it can be opened here, or what is missing is named."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import polars as pl
import pytest
from pydantic import SecretStr

from mindzie.core.errors import MissingPackageError, SettingError
from mindzie.ingest import source_table
from mindzie.ingest.connectors import KINDS, connect
from mindzie.ingest.connectors.source import Source
from mindzie.ingest.feeds import FEEDS
from mindzie.ingest.feeds.kinds import feed_kind
from mindzie.ingest.formats import FORMATS

ADDRESSES = {
    "Kafka": "kafka://127.0.0.1:9092/orders", "Kinesis": "kinesis://eu-central-1/orders",
    "REST with paging": "https://api.example.org/v2", "GraphQL": "graphql+https://api.example.org/graphql",
}  # fmt: skip
FRAMES = {
    "pandas": lambda frame: frame.to_pandas(), "Polars": lambda frame: frame, "Arrow": lambda frame: frame.to_arrow(),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_databases(kind, tmp_path):
    path = tmp_path / "source"
    path.touch()
    parts = (
        {"database": path}
        if kind.is_file
        else {"host": "h", "database": "d", "user": "u", "password": SecretStr("x")}
    )
    try:
        found: object = connect(kind.id, **parts)
    except MissingPackageError as error:
        found = str(error)
    names = (f"pip install 'mindzie[{kind.extra}]'", *kind.package.split()[:1])
    assert isinstance(found, Source) or all(name in str(found) for name in names)


@pytest.mark.parametrize("row", ADDRESSES)
def test_streams_and_apis(row):
    assert isinstance(connect(ADDRESSES[row]), Source)
    assert feed_kind(ADDRESSES[row].partition("://")[0]).label.split()[0] in {
        "Kafka",
        "Amazon",
        "REST",
        "GraphQL",
    }


@pytest.mark.parametrize("row", FRAMES)
def test_frames(row):
    frame = pl.DataFrame({"case": ["1"], "activity": ["Pay"], "time": ["2024-05-06 07:08"]})
    assert source_table(FRAMES[row](frame)).frame.height == 1


def test_files():
    """Of packed files and buckets the tests of files and of remote files are the proof."""
    endings = {ending for found in FORMATS.values() for ending in found.endings}
    wanted = {
        ".csv",
        ".tsv",
        ".xlsx",
        ".xls",
        ".xlsb",
        ".parquet",
        ".jsonl",
        ".xes",
        ".jsonocel",
        ".xmlocel",
        ".sqlite",
    }
    assert {ending.removeprefix(".") for ending in wanted} <= {e.removeprefix(".") for e in endings}


@pytest.mark.parametrize("kind", FEEDS, ids=lambda kind: kind.id)
def test_facts_of_feeds_fit_together(kind, root):
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    assert {*kind.package.split()} == {*extras[kind.extra]}
    assert feed_kind(kind.url.partition("://")[0]) is kind
    for name in (kind.id, *kind.aliases):
        assert feed_kind(name) is kind
    assert all(not o.choices or o.otherwise in o.choices for o in kind.options)
    with pytest.raises(SettingError):
        connect(kind.id)


@pytest.mark.parametrize("kind", FEEDS, ids=lambda kind: kind.id)
def test_a_missing_package_is_named(kind):
    program = (
        f"import sys; sys.modules[{kind.module!r}] = None\n"
        "import importlib.util as u; find = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {kind.module!r} else find(name, *a)\n"
        "import mindzie as mz\n"
        f"try: mz.connect({kind.url.split(',')[0]!r})\n"
        "except mz.core.errors.MissingPackageError as error: print(error)\n"
        "assert 'sqlalchemy' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert f"pip install 'mindzie[{kind.extra}]'" in done.stdout, done.stderr

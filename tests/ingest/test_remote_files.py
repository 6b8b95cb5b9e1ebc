"""Files in real servers of S3 (moto) and Azure Blob (Azurite)."""

from __future__ import annotations

import io
from pathlib import Path

import obstore
import polars as pl
import pytest

from mindzie.core.errors import SourceError, StoreError
from mindzie.ingest import source_table
from mindzie.store.files_clients import clients_of
from tests.emulators.servers import SECRET

pytestmark = pytest.mark.xdist_group("emulators")


def put(bucket: str, path: str, content: bytes) -> str:
    root = bucket.rpartition("/")[0]
    obstore.put(clients_of(root).quick, path, content)
    return f"{root}/{path}"


def test_a_file_is_read_as_if_it_were_here(bucket: str, logs: Path) -> None:
    content = (logs / "PurchasingExample.csv.gz").read_bytes()
    address = put(bucket, "in/Purchasing Example.csv.gz", content)
    table = source_table(address)
    assert table.frame.equals(source_table(logs / "PurchasingExample.csv.gz").frame)
    assert table.name == "Purchasing Example"
    with pytest.raises(SourceError, match="more than 99 bytes"):
        source_table(address, max_bytes=99)
    with pytest.raises(SourceError, match="There is no "):
        source_table(address + "x")


def test_a_folder_of_parquet_is_read(bucket: str) -> None:
    for region in ("north", "south"):
        frame = pl.DataFrame({"case": [region], "activity": ["Pay"], "time": ["2020-01-01"]})
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        address = put(bucket, f"log/region={region}/a.parquet", buffer.getvalue())
    table = source_table(address.partition("region=")[0])
    assert table.frame["attribute_0"].to_list() == ["north", "south"]
    with pytest.raises(SourceError, match="has 0 Parquet files"):
        source_table(address.partition("log/")[0] + "nothing/")


def test_no_bucket_and_no_server_say_so(bucket: str, clouds: pytest.MonkeyPatch) -> None:
    address = bucket.replace("-", "-no-") + "/log.csv"
    with pytest.raises((SourceError, StoreError), match=r"There is no|has no such bucket") as error:
        source_table(address)
    assert SECRET not in str(error.value)

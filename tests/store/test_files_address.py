"""Addresses of storages: understood, or refused without saying what was in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mindzie.core.errors import StoreError
from mindzie.store.files import SnapshotFiles
from tests.emulators.servers import SECRET
from tests.store.snapshots import FIRST, orders


@pytest.mark.parametrize("form", ["{}", "file://{}", "file://localhost{}"])
def test_a_folder_is_a_path_or_an_address(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "with space" / "snapshots"
    storage = SnapshotFiles(form.format(folder))
    storage.put(FIRST, orders())
    assert (folder / FIRST.path / "manifest.json").is_file()
    assert str(storage) == str(folder)


def test_an_address_may_be_percent_encoded(tmp_path: Path) -> None:
    assert str(SnapshotFiles(f"file://{tmp_path}/with%20space")) == f"{tmp_path}/with space"


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert str(SnapshotFiles("~/snapshots")) == str(tmp_path / "snapshots")


@pytest.mark.parametrize(
    "url",
    [
        f"s3://name:{SECRET}@bucket/prefix",
        "s3://canary@bucket/prefix",
        "S3://canary:canary@bucket/prefix",
        "az://canary:canary@container/prefix",
        "abfss://container:canary@account.dfs.core.windows.net/prefix",
        "gs://canary@bucket",
        "az://container/prefix?sig=canary",
        "s3://bucket/prefix#canary",
        "file://canary:canary@localhost/folder",
    ],
)
def test_credentials_in_an_address_are_refused(url: str) -> None:
    with pytest.raises(StoreError, match="in the environment") as error:
        SnapshotFiles(url)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://canary/x",
        "https://canary.s3.amazonaws.com/x",
        "memory:///canary",
        "s3:///canary",
        "s3://canary:9000/x",
        "s3://[::1/canary",
        "s3://bucket/../canary",
        "s3://bucket/./canary",
        "abfss://container@canary.example.org/x",
        "file://canary/folder",
        "file://",
        "S4://canary",
    ],
)
def test_another_address_is_not_understood(url: str) -> None:
    with pytest.raises(StoreError, match="a folder, file:///FOLDER, s3://BUCKET") as error:
        SnapshotFiles(url)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/prefix",
        "s3://bucket",
        "gs://bucket.of.example/a/b",
        "az://container",
        "abfss://container@account.dfs.core.windows.net/prefix",
    ],
)
def test_an_address_is_shown_as_it_was_given(
    url: str, clouds: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clouds.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    assert repr(SnapshotFiles(f"{url}/", cache=tmp_path)) == f"<SnapshotFiles {url}>"
    assert list(tmp_path.iterdir()) == []


def test_azure_without_an_account_says_so(clouds: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match="set AZURE_STORAGE_ACCOUNT_NAME"):
        SnapshotFiles("az://container/prefix")


def test_google_takes_its_key_from_the_environment(
    clouds: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = {"type": "service_account", "client_email": "a@b.example", "private_key_id": "1"}
    (tmp_path / "key.json").write_text(json.dumps({**key, "private_key": SECRET}))
    clouds.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    with pytest.raises(StoreError, match="gs://bucket/prefix cannot read the key") as error:
        SnapshotFiles("gs://bucket/prefix", cache=tmp_path / "cache")
    assert SECRET not in str(error.value)
    clouds.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "gone.json"))
    with pytest.raises(StoreError, match="gs://bucket/prefix cannot read the key"):
        SnapshotFiles("gs://bucket/prefix", cache=tmp_path / "cache")


def test_the_kind_may_be_in_capitals(clouds: pytest.MonkeyPatch) -> None:
    assert str(SnapshotFiles("S3://bucket/Prefix")) == "s3://bucket/Prefix"

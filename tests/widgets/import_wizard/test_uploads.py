"""Files that a browser sends: bounded, in order, and never where their name leads."""

from __future__ import annotations

import base64
import gc

import pytest

from mindzie.core.errors import LimitError, SettingError, SourceError
from mindzie.widgets.import_wizard.uploads import Uploads, called


def sent(uploads, name, content, piece=3):
    upload = uploads.begin(name, len(content))
    for at in range(0, len(content), piece):
        uploads.take(at, base64.b64encode(content[at : at + piece]).decode())
    return upload


def test_a_file_comes_as_it_is():
    uploads = Uploads(100)
    upload = sent(uploads, "../../etc/orders.csv", b"case,activity\n1,Pay\n")
    assert upload.complete
    assert upload.name == "orders.csv"
    assert upload.path.read_bytes() == b"case,activity\n1,Pay\n"
    assert upload.path.name.isdigit()
    assert upload.path.parent.name.startswith("mindzie-upload-")


def test_what_was_sent_goes_with_the_next_file_and_with_the_wizard():
    uploads = Uploads(100)
    first = sent(uploads, "a.csv", b"a").path
    second = sent(uploads, "b.csv", b"b").path
    assert not first.exists()
    assert second.exists()
    del uploads
    gc.collect()
    assert not second.parent.exists()


def test_too_large_and_empty_files_are_refused():
    uploads = Uploads(10)
    with pytest.raises(LimitError, match=r"a\.csv has 11 bytes; at most 10 bytes"):
        uploads.begin("a.csv", 11)
    with pytest.raises(SourceError, match=r"a\.csv is empty"):
        uploads.begin("a.csv", 0)


@pytest.mark.parametrize(
    ("offset", "data", "why"),
    [
        (1, "YQ==", "not the next piece"),
        (0, "?", "damaged"),
        (0, "", "longer or shorter"),
        (0, "YWFhYWE=", "longer or shorter"),
    ],
)
def test_only_the_next_piece_is_taken(offset, data, why):
    uploads = Uploads(10)
    upload = uploads.begin("a.csv", 3)
    with pytest.raises(SettingError, match=why):
        uploads.take(offset, data)
    assert upload.received == upload.path.stat().st_size == 0


def test_a_piece_of_no_file_is_refused():
    with pytest.raises(SettingError, match="not the next piece"):
        Uploads(10).take(0, "YQ==")


def test_names_are_only_names():
    assert called("C:\\files\\orders.csv") == "orders.csv"
    assert called("\u202ea\x00b\n.csv") == "ab.csv"
    assert called("..") == ".."
    assert called("/") == "upload"
    assert len(called("x" * 500 + ".csv")) == 120

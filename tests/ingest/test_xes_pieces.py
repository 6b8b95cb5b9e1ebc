"""Large XES files are read piece by piece: the same log comes of it as of reading the whole file at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

import mindzie as mz
from mindzie.core.log import EventLog
from mindzie.ingest import xes, xes_pieces

HEAD = '<?xml version="1.0"?>\n<!-- by hand --><log xes.version="1.0">\n%s'
GLOBAL = '<global scope="event"><string key="Note" value="none"/></global>'
EVENT = (
    '<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="2024-05-{day:02}T0{hour}:00:00Z"/>'
    "{more}</event>"
)


def trace(number: int, more: str = "") -> str:
    events = [
        EVENT.format(name=name, day=number % 28 + 1, hour=hour, more=more)
        for hour, name in enumerate(("Order", "Pay &amp; ship", "Close"))
    ]
    named = f'<string key="concept:name" value="case {number}"/>'
    return f"<trace>{named}{''.join(events)}</trace>\n"


def write(file: Path, *more: str, head: str = "", end: str = "</log>\n") -> Path:
    """Write 200 traces, in the middle of which stands more."""
    some = [trace(number) for number in range(200)]
    file.write_text(HEAD % head + "".join([*some[:100], *more, *some[100:]]) + end)
    return file


def both(
    file: Path, monkeypatch: pytest.MonkeyPatch, piece: int = 1 << 12, **settings: Any
) -> tuple[EventLog, EventLog, bool]:
    """Return a log read as a whole and in pieces, and whether it was."""
    whole = mz.read(file, **settings)
    done: list[bool] = []
    read = xes_pieces.read_pieces

    def noted(*given: Any, times: bool) -> Any:
        found = read(*given, times=times)
        done.append(found is not None)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(xes_pieces, "PIECE", piece)
        patch.setattr(xes, "read_pieces", noted)
        return whole, mz.read(file, **settings), done == [True]


def assert_same(whole: EventLog, pieces: EventLog) -> None:
    assert pieces.fingerprint == whole.fingerprint
    assert pieces.manifest == whole.manifest
    assert_frame_equal(pieces.rejected, whole.rejected)
    for name in ("events", "cases", "variants"):
        one, other = (log.rel.engine.rows(getattr(log.rel, name)) for log in (pieces, whole))
        assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("name", "piece"),
    [("bpic2019_1t_per_variant.xes.gz", 1 << 20), ("running-example.xes", 1 << 12)],
)
def test_a_real_log_is_the_same(
    name: str, piece: int, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, pieces, packed = both(logs / name, monkeypatch, piece)
    assert packed
    assert_same(whole, pieces)


NOTE = '<string key="Note" value="late"/>'
PLAIN = {
    "nothing": (),
    "a column that only some have": (trace(900, NOTE), trace(901, '<float key="Cost" value="1.5"/>')),
    "a trace longer than a piece": (trace(900, NOTE * 200),),
    "attributes within another": (trace(900, '<string key="Note" value="a">' + NOTE + "</string>"),),
}  # fmt: skip
ODD = {
    "a comment": ("<!-- </trace> -->",),
    "a list": (trace(900, '<list key="Notes"><values>' + NOTE + "</values></list>"),),
    "an empty trace": ("<trace/>",),
    "an event without attributes": (trace(900).replace("</trace>", "<event/></trace>"),),
    "a trace within a trace": (trace(900).replace("<event>", trace(901, NOTE * 40) + NOTE * 200 + "<event>", 1),),
    "another type": (trace(900, '<int key="Note" value="7"/>'), *map(trace, range(901, 999)), trace(999, NOTE)),
    "a trace without a name": (trace(900).replace("concept:name", "name", 1),),
    "a date that is none": (trace(900).replace("2024-05", "2024-55", 1),),
    "a second log": ("</log><log>",),
}  # fmt: skip


@pytest.mark.parametrize("more", PLAIN.values(), ids=PLAIN)
def test_pieces_make_the_same_log(
    more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, pieces, packed = both(write(tmp_path / "log.xes", *more), monkeypatch)
    assert packed
    assert_same(whole, pieces)


@pytest.mark.parametrize("more", ODD.values(), ids=ODD)
def test_what_is_odd_is_read_as_a_whole(
    more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, pieces, packed = both(write(tmp_path / "log.xes", *more), monkeypatch)
    assert not packed
    assert_same(whole, pieces)


def test_defaults_of_the_log_hold_in_every_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "log.xes", trace(900, NOTE), head=GLOBAL)
    whole, pieces, packed = both(file, monkeypatch)
    assert not packed
    assert_same(whole, pieces)
    notes = pieces.rel.engine.rows(pieces.rel.cases)[pieces.manifest.attributes[0].column]
    assert set(notes) == {"late", "none"}
    whole, pieces, packed = both(write(file, head=GLOBAL.replace("Note", "Other")), monkeypatch)
    assert packed
    assert_same(whole, pieces)


@pytest.mark.parametrize("end", ["", "</log>x", "<trace><event>", "</log>" + trace(900)])
def test_a_damaged_end_is_told_as_of_a_small_file(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "log.xes", end=end)
    told = []
    for piece in (1 << 30, 1 << 12):
        monkeypatch.setattr(xes_pieces, "PIECE", piece)
        try:
            told.append(mz.read(file).fingerprint)
        except mz.errors.SourceError as error:
            told.append(str(error))
    assert told[0] == told[1]

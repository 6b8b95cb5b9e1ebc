"""Whatever stands in a large table, it is read as a small one: the same log, or the same refusal."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mindzie as mz
from mindzie.core.errors import SourceError
from mindzie.ingest import pieces

ODD: Final = (
    *('""', '"a" b', '5" pipe', '"say ""so"""', '"two\nlines"', '"a\n1,Pay,2024-05-06T07:08:09,x,1,-\n"', '"'),
    *("\ufeffx", " ", "?", "-", "NULL", "x\r", "1e5", "01", "\uff11", "2024-02-30", "inf", "é", "\n", "\n\n", "a,b"),
)  # fmt: skip
ROLES: Final = {"case": "case", "activity": "activity", "timestamp": "time"}


def table(seed: int) -> list[list[str]]:
    chance = random.Random(seed)
    return [
        [
            str(number // 5), chance.choice(("Pay", "Ship")), f"2024-05-{number % 28 + 1:02}T07:{number % 60:02}:00",
            chance.choice("xyz"), str(chance.randint(0, 9)), chance.choice(("-", "2024-05-06", "2024-05-07")),
        ]
        for number in range(150)
    ]  # fmt: skip


def outcome(file: Path, **said: Any) -> Any:
    try:
        log = mz.read(file, **ROLES, **said)
    except SourceError:
        return "refused"  # which of two faults is told depends on the thread that meets one
    return log.fingerprint, log.manifest, log.rejected.to_dict(as_series=False)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 99),
    odd=st.lists(
        st.tuples(st.integers(0, 149), st.integers(0, 5), st.sampled_from(ODD)), max_size=4
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    piece=st.integers(600, 2_500),
    marks=st.sampled_from([(), ("-",), ("x", "2024-05-01T07:00:00")]),
)
def test_a_large_table_is_read_as_a_small_one(
    seed: int, odd: list[tuple[int, int, str]], end: str, piece: int, marks: tuple[str, ...]
) -> None:
    rows = table(seed)
    for row, column, text in odd:
        rows[row][column] = text
    lines = [",".join(row) for row in [["case", "activity", "time", "who", "size", "due"], *rows]]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder) / "log.csv"
        file.write_text(end.join([*lines, ""]), "utf-8", newline="")
        small = outcome(file, null_values=marks)
        patch.setattr(pieces, "PIECE", piece)
        patch.setattr(pieces, "WINDOW", piece // 2)
        assert outcome(file, null_values=marks) == small

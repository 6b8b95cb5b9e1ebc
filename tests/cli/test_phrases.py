"""What reading advises is said as options on the command line, and as arguments in Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.cli.phrases import on_command_line
from mindzie.core.errors import MindzieError, SourceError

ROWS = "id,act,when,who\n1,Order,2024-01-01 10:00,Ann\n1,Ship,2024-01-02 10:00,Bob\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "orders.csv"
    made.write_text(ROWS)
    return made


def test_a_wrong_time_column_is_named_with_a_value_and_the_option(file: Path) -> None:
    settings = {"case": "id", "activity": "act", "timestamp": "who"}
    with pytest.raises(SourceError, match=r"column 'who', such as 'Ann'.*Give timestamp= if"):
        mz.read(file, **settings)
    options = [f"--{role}={column}" for role, column in settings.items()]
    done = CliRunner().invoke(app, ["import", str(file), "--to", str(file.parent / "x"), *options])
    assert isinstance(done.exception, MindzieError)
    said = str(done.exception)
    assert "column 'who', such as 'Ann'" in said
    assert "Give --timestamp COLUMN if" in said
    assert "--date-format FORMAT, such as" in said
    assert "timestamp=" not in said


def test_a_call_becomes_a_command(file: Path) -> None:
    file.write_text("id,what,moment\n1,Order,soon\n1,Ship,late\n")
    done = CliRunner().invoke(app, ["import", str(file), "--to", str(file.parent / "x")])
    said = str(done.exception)
    assert "mindzie import FILE --to DIR --case 'id' --activity COLUMN --timestamp COLUMN" in said
    assert "mz.read" not in said


@pytest.mark.parametrize(
    ("python", "options"),
    [
        ("Give null_values=['?', 'n/a'] to", "Give --null-value '?' --null-value 'n/a' to"),
        ("day_first=True or day_first=False", "--day-first or --month-first"),
        ("timezone='Mars' is not known.", "--timezone 'Mars' is not known."),
        ("give types={column: 'text'} to keep", "give types={column: 'text'} in Python to keep"),
        ("the case is not known", "the case is not known"),
        ("expected_order= or order=", "--expected-order ACTIVITY or --order COLUMN"),
    ],
)
def test_arguments_become_options(python: str, options: str) -> None:
    assert on_command_line(python) == options


def test_every_option_that_is_advised_exists() -> None:
    from mindzie.cli.phrases import _OPTIONS, _PLACES

    known = CliRunner().invoke(app, ["import", "--help"], env={"COLUMNS": "200"}).output
    options = set(re.findall(r"--[a-z-]+", known))
    for name in _PLACES:
        assert _OPTIONS.get(name, f"--{name.replace('_', '-')}") in options


def test_an_operation_without_its_settings_is_shown_as_an_option_takes_it(
    tmp_path: Path, file: Path
) -> None:
    mz.read(file, case="id", activity="act").save(tmp_path / "orders")
    said = CliRunner().invoke(
        app,
        [
            "calculate",
            str(tmp_path / "orders"),
            "--op",
            "case_count",
            "--filter",
            "cases_with_activity",
        ],
    )
    example = re.search(r"--filter '(.*)'$", str(said.exception))
    assert example is not None
    made = CliRunner().invoke(
        app,
        ["calculate", str(tmp_path / "orders"), "--op", "case_count", "--filter", example[1]],
    )
    assert made.exit_code == 0, made.output
    assert made.output.startswith("Number of cases: 1")

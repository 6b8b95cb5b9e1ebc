"""What reading advises is said as options on the command line, and as arguments in Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import mindzie as mz
from mindzie.cli.app import app
from mindzie.cli.phrases import on_command_line
from mindzie.core.errors import ChoiceError, MindzieError, SourceError

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


def test_a_choice_is_asked_for_as_an_option_and_taken(tmp_path: Path) -> None:
    from zipfile import ZipFile

    packed = tmp_path / "two.zip"
    with ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", ROWS)
        archive.writestr("b.csv", ROWS)
    command = ["import", str(packed), "--to", str(tmp_path / "x"), "--case", "id"]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, ChoiceError)
    assert done.exception.choices == ("a.csv", "b.csv")
    assert "Choose one by --member FILE." in str(done.exception)
    done = CliRunner().invoke(app, [*command, "--activity", "act", "--member", "b.csv"])
    assert done.exit_code == 0, done.output


def test_rows_with_several_dates_are_imported_as_the_question_says(tmp_path: Path) -> None:
    wide = tmp_path / "invoices.csv"
    rows = (f"R{n},2024-01-{n:02},2024-02-{n:02},2024-03-{n:02}\n" for n in range(1, 20))
    wide.write_text("invoice,created_at,approved_at,paid_at\n" + "".join(rows))
    command = ["import", str(wide), "--to", str(tmp_path / "x")]
    done = CliRunner().invoke(app, command)
    said = "mindzie import FILE --to DIR --suggested makes an event of each"
    assert said in str(done.exception)
    done = CliRunner().invoke(app, [*command, "--suggested"])
    assert done.exit_code == 0, done.output
    assert "19 cases, 57 events, 3 activities" in done.output


def test_what_is_suggested_is_for_a_log(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["import", "--suggested", "--config", str(tmp_path / "x.yaml")])
    assert "--suggested is for a log" in str(done.exception)


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

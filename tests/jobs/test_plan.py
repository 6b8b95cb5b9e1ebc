"""An import as a value: all that is wrong at once, the same from JSON and YAML, no secrets, nothing run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mindzie.core.errors import CancelledError, SettingError, SourceError
from mindzie.ingest.jobs import ImportPlan, Progress, import_log, run_import
from mindzie.ingest.jobs.yaml_file import loaded, read_plan, save_plan, to_yaml
from mindzie.ingest.mapping.values import Mapping

WHOLE: dict[str, Any] = {
    "source": {"connector": "erp", "query": "SELECT 1 AS a", "parameters": {"since": None}},
    "reading": {"timezone": "Europe/Berlin", "null_values": ["?"], "start": False},
    "mapping": {"roles": {"case": "a"}, "steps": [{"step": "filter", "expression": "a > 1"}]},
    "increments": {"cursor": "changed", "key": ["id"], "overlap": 3600},
    "most_rejected": 0.1,
    "target": {"dataset": "orders", "project": "Sales"},
}


def test_json_and_yaml_give_an_equal_plan(tmp_path: Path) -> None:
    plan = ImportPlan.load(WHOLE)
    assert ImportPlan.load(plan.to_json()) == plan
    save_plan(plan, tmp_path / "i.yaml")
    assert read_plan(tmp_path / "i.yaml") == plan
    with pytest.raises(SettingError, match="exists already"):
        save_plan(plan, tmp_path / "i.yaml")


def test_a_table_of_a_schema_keeps_its_schema() -> None:
    plan = ImportPlan(source={"connector": "erp", "table": "t", "schema": "s"})
    assert plan.to_json()["source"] == {"connector": "erp", "table": "t", "schema": "s"}
    assert ImportPlan.load(plan.to_json()) == plan


def test_paths_in_a_file_are_looked_for_beside_it(tmp_path: Path) -> None:
    (tmp_path / "i.yaml").write_text("source: {file: a.csv}\ntarget: {folder: out}\n")
    plan = read_plan(tmp_path / "i.yaml")
    assert plan.source.file == str(tmp_path / "a.csv")
    assert plan.target is not None
    assert plan.target.folder == str(tmp_path / "out")


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingError) as caught:
        ImportPlan.load({
            "source": {"file": "a.csv", "table": "t"},
            "reading": {"decimal": "x", "foo": 1},
            "mapping": {"steps": [{"step": "dance"}]},
            "target": {},
            "more": 1,
        })  # fmt: skip
    said = str(caught.value)
    for part in ("leave out table", "reading.decimal", "reading.foo is not known", "steps.0"):
        assert part in said
    for part in ("needs either folder or dataset", "more is not known"):
        assert part in said


def test_what_is_wrong_of_reading_is_said_before_anything_is_read() -> None:
    reading = {"timezone": "Mars", "delimiter": "||", "header_row": 0, "max_bytes": 0}
    with pytest.raises(SettingError) as caught:
        ImportPlan(source={"file": "a.csv"}, reading=reading)
    said = str(caught.value).splitlines()[1:]
    assert [line.split(" ")[0].rstrip(":") for line in said] == [
        f"reading.{key}" for key in reading
    ]
    assert "'Europe/Berlin'" in said[0]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({}, "needs one of file, connector and kind"),
        ({"file": "a", "connector": "b", "table": "t"}, "has file and connector"),
        ({"connector": "b"}, "either table or query"),
        ({"kind": "postgresql://me:hunter2@db/erp", "table": "t"}, "looks like a password"),
        ({"kind": "postgresql", "options": {"password": "hunter2"}, "table": "t"}, "looks like a"),
        ({"kind": "x", "table": "t", "password_variable": "A", "password_secret": "B"}, "two"),
    ],
)
def test_sources_that_are_none(source: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        ImportPlan(source=source)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "line 1, column 6: expected"),
        ("a: &x 1\nb: *x", "line 2, column 4: an alias"),
        ("a: 1\na: 2", "'a' is there twice"),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("[" * 5000, "too deep"),
        ("a" * 1_000_001, "more than 1,000,000 letters"),
        ("? [1, 2]\n: 3", "unhashable"),
    ],
)
def test_hostile_yaml_is_refused(text: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        loaded(text, "i.yaml")


def test_dates_in_yaml_stay_texts() -> None:
    assert loaded("day: 2025-01-02", "here") == {"day": "2025-01-02"}


def test_progress_is_told_in_steps_and_may_stop_the_import(file: Path) -> None:
    told: list[Progress] = []
    log = import_log(ImportPlan(source={"file": str(file)}), progress=told.append)
    assert [each.step for each in told] == ["read", "read", "map", "check"]
    assert (told[-1].rows_read, told[-1].rows_loaded, told[-1].rows_rejected) == (4, 2, 2)
    assert told[-1].rate
    assert told[-1].seconds_left is not None
    assert log.rejected["row"].to_list() == [3, 4]

    def stop(_: Progress) -> None:
        raise CancelledError("enough")

    with pytest.raises(CancelledError, match="enough"):
        import_log(ImportPlan(source={"file": str(file)}), progress=stop)


def test_into_a_folder_or_not_at_all(file: Path, tmp_path: Path) -> None:
    said = {"source": {"file": str(file)}, "target": {"folder": str(tmp_path / "out")}}
    with pytest.raises(SourceError, match="2 rows of 4 are rejected"):
        run_import(ImportPlan.load(said | {"most_rejected": 0.4}))
    assert not (tmp_path / "out").exists()
    made = run_import(ImportPlan.load(said | {"mapping": Mapping(roles={"case": "order"})}))
    assert made.folder == tmp_path / "out"
    assert made.log.event_count == 2
    with pytest.raises(SettingError, match="exists already"):
        run_import(ImportPlan.load(said))
    with pytest.raises(SettingError, match="no target"):
        run_import(ImportPlan(source={"file": str(file)}))


def test_what_a_workspace_keeps_needs_one() -> None:
    with pytest.raises(SettingError, match="one of a workspace"):
        import_log(ImportPlan(source={"file": "a.csv"}, mapping="orders"))
    with pytest.raises(SettingError, match="one of a workspace"):
        import_log(ImportPlan(source={"connector": "erp", "table": "t"}))
    source = {"kind": "postgresql", "host": "h", "table": "t", "password_variable": "NOT_THERE_1"}
    with pytest.raises(SettingError, match="'NOT_THERE_1' with the password is not set"):
        import_log(ImportPlan(source=source))


def test_a_plan_is_short_in_yaml() -> None:
    assert to_yaml(ImportPlan(source={"file": "a.csv"})) == "source:\n  file: a.csv\n"


@pytest.mark.parametrize("said", [["day", "day"], ["a", "b", "c"], [], 7, ["day", 1], ""])
def test_a_time_is_of_one_column_or_two(said: Any) -> None:
    stored = {"source": {"file": "x.csv"}, "target": {"folder": "y"}}
    with pytest.raises(SettingError, match="timestamp: must be a column, or two"):
        ImportPlan.load({**stored, "reading": {"timestamp": said}})
    plan = ImportPlan.load({**stored, "reading": {"timestamp": ["day", "at"], "start": False}})
    assert ImportPlan.load(plan.to_json()) == plan

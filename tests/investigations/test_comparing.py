"""Comparing runs: nothing is found where nothing moved, everything where it did, whichever run comes first."""

from __future__ import annotations

import copy
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mindzie as mz
from mindzie.core.errors import SettingError, SourceError, UnknownNameError
from mindzie.investigations.comparing import Tolerance, accept, compare, read_record
from mindzie.investigations.comparing.parts import text

CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-1000, 1000)
    | st.floats(allow_infinity=True, allow_nan=True, width=32)
    | st.sampled_from(["Ship", "Order", "", "007", "7", "7.0", "NaN", "2025-01-01T00:00:00+01:00"])
    | st.lists(st.sampled_from(["Ship", "Order"]), max_size=3)
)
TYPES = {
    "activity": "text", "from_activity": "text", "to_activity": "text", "activities": "list", "cases": "number",
    "median": "duration", "weekday": "number", "late": "boolean",
}  # fmt: skip
UNITS = {"cases": "cases", "weekday": "weekday"}


@st.composite
def tables(draw, names=tuple(TYPES)):
    columns = draw(st.lists(st.sampled_from(names), unique=True, max_size=4))
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELLS)), max_size=5))
    known = [{"name": n, "type": TYPES[n], "unit": UNITS.get(n, "")} for n in columns]
    return {
        "columns": known,
        "rows": rows,
        "facts": draw(st.dictionaries(st.sampled_from("ab"), CELLS)),
    }


@st.composite
def results(draw):
    name = draw(st.sampled_from(["Map", "Rows", "open"]))
    kind = draw(st.sampled_from(["number", "table", "series", "graph"]))
    made = {"name": name, "kind": kind}
    if kind == "number":
        return {**made, "value": draw(CELLS), "unit": draw(st.sampled_from(["", "s", "share"]))}
    if kind == "graph":
        nodes = draw(tables(("activity", "cases", "median")))
        edges = draw(tables(("from_activity", "to_activity", "cases")))
        return {**made, "nodes": nodes, "edges": edges, "facts": {"paths": 3}}
    return {**made, **draw(tables())}


RUNS = st.builds(
    lambda found: {"notebook": "n.ipynb", "results": found}, st.lists(results(), max_size=4)
)


@given(RUNS)
def test_a_run_equals_itself(run):
    compared = compare(run, copy.deepcopy(run), 0)
    assert compared.same
    assert not compared.changed
    assert "Nothing changed." in compared.text()


@given(RUNS, RUNS, st.sampled_from([0, 0.01, 0.5]))
def test_the_other_way_round_the_same_moves_back(before, after, tolerance):
    there, back = compare(before, after, tolerance), compare(after, before, tolerance)
    assert (there.came, there.went) == (back.went, back.came)
    assert there.same == back.same
    others = {result.name: result for result in back.results}
    assert {result.name for result in there.results} == set(others)
    for result in there.results:
        other = others[result.name]
        assert result.kinds == other.kinds[::-1]
        for name, part in result.parts.items():
            mirror = other.parts[name]
            assert (part.came, part.went) == (mirror.went, mirror.came)
            assert (part.columns_came, part.columns_went) == (
                mirror.columns_went,
                mirror.columns_came,
            )
            names = dict(part.renamed or {})
            assert {new: old for old, new in names.items()} == dict(mirror.renamed or {})
            back_names = {new: old for old, new in names.items()}
            one = {
                (m.row, back_names.get(m.column, m.column), text(m.before), text(m.after))
                for m in part.moved
            }
            two = {(m.row, m.column, text(m.after), text(m.before)) for m in mirror.moved}
            assert one == two
    assert there.text()
    assert json.loads(json.dumps(there.to_json()))["same"] == there.same


def run_of(*found, **more):
    """Return what a run of these results leaves, as it is read from its file."""
    made = [{"name": name, "cell": 2, **result.to_json(10_000)} for name, result in found]
    return json.loads(
        json.dumps({"status": "completed", "notebook": "orders.ipynb", "results": made, **more})
    )


def table(rows, columns=None, **more):
    types = columns or {"activity": ("text", ""), "cases": ("number", "cases")}
    known = [{"name": name, "type": kind, "unit": unit} for name, (kind, unit) in types.items()]
    return {"results": [{"name": "steps", "kind": "table", "columns": known, "rows": rows, **more}]}


def number(value, **more):
    return {"results": [{"name": "open cases", "kind": "number", "value": value, **more}]}


@pytest.fixture(scope="module")
def log():
    return mz.demo("order-to-cash", cases=300, seed=4)


@pytest.fixture(scope="module")
def two(log):
    """Return the same notebook on two logs: in the second nobody is reminded, and nothing else differs."""

    def results(of):
        return (
            ("map", of.calculate(mz.calculators.ProcessMap())),
            ("variants", of.calculate(mz.calculators.Variants())),
            ("cases", of.calculate(mz.calculators.CaseCount())),
        )

    without = log.filter(mz.filters.Activities(activities="Send reminder", keep=False))
    return run_of(*results(log)), run_of(*results(without))


def test_paths_variants_and_activities_that_went_are_named(log, two):
    compared = compare(*two)
    changes = {result.name: result for result in compared.changed}
    assert set(changes) == {"map", "variants"}
    assert changes["map"].parts["activities"].went == (("Send reminder",),)
    nodes = log.calculate(mz.calculators.ProcessMap()).edges.to_polars()
    ends = {
        tuple(end or word for end, word in zip(pair, ("START", "END"), strict=True))
        for pair in nodes.select("from_activity", "to_activity").iter_rows()
        if "Send reminder" in pair
    }
    assert set(changes["map"].parts["paths"].went) == ends
    gone = changes["variants"].parts["rows"]
    assert gone.what == "variant"
    assert gone.went
    assert all("Send reminder" in row[0] for row in gone.went)
    assert changes["map"].notes == ("Other filters or enrichments came before it.",)
    said = compared.text()
    assert "orders.ipynb: 2 results changed." in said
    assert "1 activity went: Send reminder" in said
    assert f"{len(ends)} paths went: " in said
    assert f"{len(gone.went)} variants went: " in said


def test_the_page_draws_the_differences_and_asks_for_nothing(two):
    page = compare(*two).html()
    assert page.count("<svg ") == 1
    assert ">gone</text>" in page
    assert "Change in events" in page
    assert not re.search(r"<script|<link|src=|@import|url\(", page)
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_names_from_data_cannot_break_the_page():
    bad = "<script>alert(1)</script>"
    compared = compare(
        table([{"activity": "a", "cases": 1}]), table([{"activity": bad, "cases": 1}])
    )
    assert bad in compared.text()
    assert bad not in compared.html()
    lines = compare(table([]), table([{"activity": "a\nFigure: 0", "cases": 1}])).text()
    assert "1 activity came: a Figure: 0" in lines


def test_the_first_row_of_a_table_came_by_its_name():
    rules = {"rule": ("text", ""), "cases": ("number", "cases")}
    late = table([{"rule": "late", "cases": 1}], rules)
    assert "1 row came: late" in compare(table([], rules), late).text()
    open_ones = {"cases": ("number", "cases")}
    alone = compare(table([{"cases": 3}], open_ones), table([], open_ones)).text()
    assert alone.endswith("1 row went")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (100, 101, True),
        (100, 102, False),
        (0, 0.0, True),
        (None, None, True),
        (None, 0, False),
        (math.nan, None, True),
        (math.inf, math.inf, True),
        (10**400, 10**400, True),
        (10**400, 3, False),
        (math.inf, 1.0, False),
        (1, True, False),
        ("5000", "5001", True),
        ("5000", "6000", False),
        ("007", "7", False),
        ("North", "South", False),
        (0.1 + 0.2, 0.3, True),
    ],
)
def test_figures_are_the_same_or_not(before, after, same):
    assert compare(number(before), number(after)).same is same
    back = compare(number(after), number(before))
    assert (back.same, "Nothing changed" in back.text()) == (same, same)


def test_even_without_tolerance_the_noise_of_sums_is_no_change():
    assert compare(number(0.1 + 0.2), number(0.3), 0).same
    assert not compare(number(0.3), number(0.30001), 0).same


def test_a_tolerance_may_be_for_one_result_alone():
    before = {
        "results": [
            *number(100)["results"],
            *table([{"activity": "Ship", "cases": 100}])["results"],
        ]
    }
    after = {
        "results": [
            *number(120)["results"],
            *table([{"activity": "Ship", "cases": 120}])["results"],
        ]
    }
    compared = compare(before, after, tolerances={"steps": 0.5})
    assert [result.name for result in compared.changed] == ["open cases"]
    with pytest.raises(UnknownNameError, match="Did you mean 'steps'"):
        compare(before, after, tolerances={"step": 0.5})


@pytest.mark.parametrize("wrong", [-0.1, math.nan])
def test_a_tolerance_that_allows_nothing_is_refused(wrong):
    with pytest.raises(SettingError, match="relative tolerance"):
        compare(number(1), number(1), wrong)


def test_rare_rows_may_come_and_go_where_that_is_allowed():
    before = table([{"activity": "Ship", "cases": 100}, {"activity": "Return", "cases": 3}])
    after = table([{"activity": "Ship", "cases": 102}, {"activity": "Refund", "cases": 7}])
    assert compare(before, after, Tolerance(absolute=7)).same
    compared = compare(before, after, Tolerance(absolute=3))
    assert compared.changed[0].parts["rows"].came == (("Refund",),)
    assert compared.changed[0].parts["rows"].went == ()


def test_a_column_of_another_name_is_known_by_its_values():
    before = table([{"activity": "Ship", "cases": 3}, {"activity": "Order", "cases": 5}])
    after = table(
        [{"step": "Ship", "cases": 4}, {"step": "Order", "cases": 5}],
        {"step": ("text", ""), "cases": ("number", "cases")},
    )
    part = compare(before, after).changed[0].parts["rows"]
    assert part.renamed == {"activity": "step"}
    assert [(m.row, m.before, m.after) for m in part.moved] == [(("Ship",), 3, 4)]
    assert "The column activity is called step now." in compare(before, after).text()


def test_columns_that_came_and_went_are_named():
    after = table(
        [{"activity": "Ship", "share": 0.5}],
        {"activity": ("text", ""), "share": ("number", "share")},
    )
    said = compare(table([{"activity": "Ship", "cases": 3}]), after).text()
    assert "1 column came, and is not compared: share" in said
    assert "1 column went, and is not compared: cases" in said


def test_a_result_of_another_kind_is_a_change_and_not_compared():
    after = number(3)
    after["results"][0]["name"] = "steps"
    compared = compare(table([{"activity": "Ship", "cases": 3}]), after)
    assert not compared.same
    assert "steps: was a table and is a number now" in compared.text()
    assert "Was a table and is a number now" in compared.html()


def test_of_a_long_table_it_is_said_that_only_the_first_rows_are_compared():
    rows = [{"activity": "Ship", "cases": 3}]
    compared = compare(table(rows, row_count=20_000), table(rows, row_count=20_000))
    assert compared.same
    assert compared.results[0].notes == (
        "Of 20\u202f000 rows the first 1 were kept before: only these are compared.",
        "Of 20\u202f000 rows the first 1 were kept after: only these are compared.",
    )
    assert "only these are compared" in compared.text()


def test_of_a_map_that_leaves_paths_out_it_is_said_that_they_may_still_be_there(log):
    whole, part = (
        run_of(("Map", log.calculate(mz.calculators.ProcessMap(path_share=share))))
        for share in (1.0, 0.2)
    )
    assert not compare(part, part).results
    notes = compare(whole, part).results[0].notes
    assert any("paths after: what left it may still be in the data" in note for note in notes)


def test_what_moves_most_comes_first_and_the_rest_is_counted():
    before = table([{"activity": f"A{n:02}", "cases": 10 + n} for n in range(30)])
    after = table(
        [{"activity": f"A{n:02}", "cases": (10 + n) * (3 if n == 20 else 2)} for n in range(30)]
    )
    lines = compare(before, after).text().splitlines()
    assert lines[3] == "  cases of A20: 30 → 90 (+200 %)"
    assert lines[-1] == "  and 22 more figures"


def test_periods_and_durations_are_said_as_people_say_them():
    columns = {"period": ("date", ""), "median": ("duration", "")}
    rows = [{"period": f"2025-0{n}-01T00:00:00+01:00", "median": 3600.0 * n} for n in (1, 2)]
    later = [{**row, "median": row["median"] * 2} for row in rows]
    said = compare(table(rows, columns, axis="period"), table(later, columns, axis="period")).text()
    assert "median of 1 Jan 2025: 1 h → 2 h (+100 %)" in said


def test_figures_that_are_alike_are_said_with_the_digits_that_differ():
    columns = {"activity": ("text", ""), "share": ("number", "share")}
    before, after = (
        table([{"activity": "A", "share": share}, {"activity": "B", "share": 0.5}], columns)
        for share in (0.000548345, 0.000577367)
    )
    compared = compare(before, after)
    assert "share of A: 0.000548 → 0.000577 (+5.29 %)" in compared.text()
    assert ">0.000548</td>" in compared.html()


def test_an_investigation_and_its_figures_are_called_as_people_call_them():
    about = {"notebook": "notebook.ipynb", "investigation": "Late orders"}
    made = [
        {
            **about,
            "results": [
                {"name": "Map", "kind": "graph", "facts": {"all_paths": paths, "cases": 9}}
            ],
        }
        for paths in (20, 40)
    ]
    compared = compare(*made)
    assert compared.text().startswith("Late orders: 1 result changed.")
    assert "all paths: 20 → 40 (+100 %)" in compared.text()
    assert "<title>What changed: Late orders</title>" in compared.html()


def test_data_and_parameters_are_said_but_are_no_change():
    def made(data, **parameters):
        provenance = {"fingerprint": data * 32}
        return {**number(3, provenance=provenance), "parameters": parameters}

    compared = compare(made("ab", days=3), made("cd", days=4, dataset="/srv/data/orders"))
    assert compared.same
    said = compared.text()
    assert "Data: abababababab before, cdcdcdcdcdcd after." in said
    assert "Parameter days: 3 before, 4 after." in said
    assert compared.parameters["dataset"] == (None, "orders")


def test_two_results_of_one_name_are_told_apart():
    before = {"results": [*number(1)["results"], *number(2)["results"]]}
    after = {"results": [*number(1)["results"], *number(3)["results"]]}
    assert [result.name for result in compare(before, after).changed] == ["open cases (2)"]


def test_results_that_came_and_went_are_named():
    compared = compare(number(1), table([]))
    assert (compared.came, compared.went, compared.same) == (("steps",), ("open cases",), False)
    assert compared.text() == "New: steps. Gone: open cases."


def test_a_run_that_failed_is_not_the_same():
    failed = {**number(1), "error": {"cell": 4, "message": "no such column"}}
    compared = compare(number(1), failed)
    assert not compared.same
    assert "The run after failed in cell 4: no such column" in compared.text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no json", "holds no results of a run"),
        ("[]", "not as a run leaves it"),
        ('{"results": [{"name": "x"}]}', "results.0.kind: is needed"),
        ('{"results": [{"name": "x", "kind": "table", "rows": [1]}]}', "results.0.rows.0: must be"),
        (
            '{"results": [{"name": "x", "kind": "table", "columns": [{"name": "a"}]}]}',
            "columns.0.type",
        ),
    ],
)
def test_what_is_no_run_is_refused(tmp_path, content, said):
    (tmp_path / "results.json").write_text(content)
    with pytest.raises(SourceError, match=re.escape(said)):
        read_record(tmp_path)
    with pytest.raises(SourceError, match="holds no results"):
        read_record(tmp_path / "absent")


def test_accepted_results_are_text_that_can_be_diffed(tmp_path, two):
    run = {
        **two[0],
        "finished": "2026-01-31T10:00:00+00:00",
        "parameters": {"dataset": "/srv/data/orders"},
    }
    file = accept(run, tmp_path / "accepted", note="First look, checked by hand")
    assert file == tmp_path / "accepted" / "orders.json"
    assert [each.name for each in file.parent.iterdir()] == ["orders.json"]
    text = file.read_text(encoding="utf-8")
    kept = json.loads(text)
    assert text == json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert kept["note"] == "First look, checked by hand"
    assert kept["parameters"] == {"dataset": "orders"}
    assert "/srv" not in text
    assert "2026-01-31" not in text
    assert "versions" not in kept["results"][0]["provenance"]
    assert compare(file, run, 0).same
    # a figure is a line
    run["results"][2]["value"] += 1
    changed = accept(run, tmp_path / "accepted", note="First look, checked by hand").read_text(
        encoding="utf-8"
    )
    lines = [
        pair
        for pair in zip(text.splitlines(), changed.splitlines(), strict=True)
        if len(set(pair)) > 1
    ]
    assert [(one.strip(), other.strip()) for one, other in lines] == [
        ('"value": 300', '"value": 301')
    ]


def test_a_failed_run_is_not_accepted(tmp_path):
    failed = {
        **number(1),
        "notebook": "orders.ipynb",
        "error": {"cell": 4, "message": "no such column"},
    }
    with pytest.raises(SourceError, match="failed in cell 4"):
        accept(failed, tmp_path / "accepted")
    assert not (tmp_path / "accepted").exists()

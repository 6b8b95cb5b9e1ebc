"""Every template on two real logs: its figures are those that others computed for the log, and its report can be read offline."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

import mindzie as mz
from mindzie.investigations.kernel import NAME, RecordingKernel
from mindzie.investigations.notebooks import read_notebook, templates, with_values
from mindzie.investigations.parameters import declared
from mindzie.investigations.recording import taken
from mindzie.investigations.report import report

LOGS = {
    "purchasing_example": "PurchasingExample.csv.gz",
    "loanapp_simplified": "LoanApp_simplified.csv.gz",
}
DAY = 86_400
EACH = [pytest.param(name, marks=pytest.mark.xdist_group(f"templates-{name}")) for name in LOGS]


class Done(NamedTuple):
    """A template that ran: its results, and its report."""

    results: list[dict[str, Any]]
    html: str

    def named(self, name: str) -> dict[str, Any]:
        [found] = [result for result in self.results if result["name"] == name]
        return found

    def rows(self, name: str) -> list[dict[str, Any]]:
        return self.named(name)["rows"]


class Ran(NamedTuple):
    """All templates on one log, beside what others know of it."""

    done: dict[str, Done]
    expected: dict[str, Any]
    raw: pl.DataFrame


def execute(values: dict[str, Any], *names: str) -> dict[str, Done]:
    """Run some templates, or all, in one kernel, which forgets after each."""
    made, kernel, client = {}, None, None
    try:
        for name in names or templates():
            file = templates()[name]
            notebook = with_values(read_notebook(file), values)
            runner = NotebookClient(
                notebook,
                timeout=120,
                kernel_name=NAME,
                kernel_manager_class=RecordingKernel,
                km=kernel,
            )
            runner.kc = client
            with runner.setup_kernel(cleanup_kc=False):
                for place, cell in enumerate(notebook.cells):
                    runner.execute_cell(cell, place)
                kernel, client = runner.km, runner.kc
                client.execute("%reset -f")
            made[name] = Done(taken(notebook), report(notebook))
    finally:
        if client is not None:
            client.stop_channels()
        if kernel is not None:
            run_sync(kernel.shutdown_kernel)(now=True)  # beside browsers, which leave a loop
    return made


@pytest.fixture(scope="module", params=EACH)
def ran(
    request: pytest.FixtureRequest, logs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Ran:
    name = request.param
    folder = tmp_path_factory.mktemp("templates") / "log"
    mz.read(logs / LOGS[name]).save(folder)
    expected = json.loads((logs / "expected" / f"{name}.json").read_text())["views"]["start_order"]
    raw = pl.read_csv(logs / LOGS[name], try_parse_dates=False, infer_schema=False)
    return Ran(execute({"dataset": str(folder)}), expected, raw)


def events(raw: pl.DataFrame) -> pl.DataFrame:
    """Return case, activity, who, start and end of each event in the order of the log, from the file alone."""
    names = (
        ("case_id", "activity", "resource", "start_time", "end_time")
        if "case_id" in raw.columns
        else (
            "case:concept:name",
            "concept:name",
            "org:resource",
            "start_timestamp",
            "time:timestamp",
        )
    )
    known = dict(zip(names, ("case", "activity", "who", "start", "end"), strict=True))
    times = pl.col("start", "end").str.to_datetime(time_unit="us", time_zone="UTC")
    if names[0] != "case_id":
        times = pl.col("start", "end").str.to_datetime(time_unit="us").dt.replace_time_zone("UTC")
    found = raw.select(names).rename(known).with_columns(times)
    return found.sort("case", "start", "end", maintain_order=True)


def cases(raw: pl.DataFrame) -> pl.DataFrame:
    """Return start, end and seconds of each case."""
    found = events(raw).group_by("case").agg(pl.col("start").min(), pl.col("end").max())
    return found.with_columns(
        seconds=(pl.col("end") - pl.col("start")).dt.total_microseconds() / 1e6
    )


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-6)


def test_every_template_is_a_report_that_can_be_read(ran):
    assert set(ran.done) == {
        "bottlenecks_and_waiting", "comparison", "data_readiness", "order_to_cash_check", "process_overview",
        "purchase_to_pay_check", "resources_and_handovers", "rework_and_loops", "service_levels",
        "throughput_and_backlog", "variants_and_happy_path",
    }  # fmt: skip
    for name, done in ran.done.items():
        notebook = read_notebook(templates()[name])
        assert f"<h1>{notebook.metadata['title']}" in done.html, name
        assert "dataset" in {parameter.name for parameter in declared(notebook)}, name
        assert done.html.count("mz-finding") > 3, name
        assert 'class="mz-failed"' not in done.html, name
        assert not re.search(r"<script|<link |src=\"(?!data:)|@import|Traceback", done.html), name


def test_names_of_results_do_not_depend_on_the_data(ran):
    for name, done in ran.done.items():
        names = [result["name"] for result in done.results]
        said = [each for each in names if re.search(r"\d", each) and "90th" not in each]
        assert not [each for each in said if "45 d" not in each and "at most 1" not in each], name


def test_overview_and_readiness_tell_the_size(ran):
    counts = ran.expected["counts"]
    for name in ("process_overview", "data_readiness"):
        facts = ran.done[name].named("Data information")["facts"]
        assert {each: facts[each] for each in counts} == counts
    readiness = ran.done["data_readiness"]
    assert readiness.named("Data quality")["facts"]["score"] == 100
    told = {row["name"] for row in readiness.rows("Attributes")}
    assert {"activity", "timestamp", "resource"} <= told
    assert "event_count" not in told


def test_bottlenecks_rank_by_the_time_that_all_cases_wait(ran):
    done = ran.done["bottlenecks_and_waiting"]
    totals = {(a, b): n * mean for a, b, n, mean in ran.expected["dfg_mean_seconds_top30"]}
    ranked = {
        (row["from_activity"], row["to_activity"]): row["total"] for row in done.rows("Bottlenecks")
    }
    worst = max(totals, key=totals.__getitem__)
    assert next(iter(ranked)) == worst
    assert ranked[worst] == close(totals[worst])
    waits = (
        events(ran.raw)
        .group_by("case")
        .agg(
            first=pl.col("end").filter(pl.col("activity") == worst[0]).min(),
            last=pl.col("start").filter(pl.col("activity") == worst[1]).max(),
        )
    )
    both = waits.drop_nulls()
    found = done.named("Longest wait")
    assert (
        sum(row["count"] for row in found["rows"])
        + found["facts"]["above"]
        + found["facts"]["below"]
        == both.height
    )
    assert f"Most time is lost between {worst[0]} and {worst[1]}" in done.html


def test_rework_is_counted_as_others_count_it(ran):
    done = ran.done["rework_and_loops"]
    repeated = {
        row["activity"]: (row["rework_cases"], row["rework_events"])
        for row in done.rows("Repeated activities")
    }
    per_case, extra = (
        ran.expected[f"rework_{name}_per_activity"] for name in ("cases", "extra_occurrences")
    )
    assert repeated == {name: (per_case[name], extra[name]) for name in per_case}
    again = (
        events(ran.raw)
        .group_by("case", "activity")
        .len()
        .filter(pl.col("len") > 1)["case"]
        .n_unique()
    )
    [rate] = done.rows("Rate of cases in which some activity was repeated")
    assert (rate["matching"], rate["total"]) == (again, ran.expected["counts"]["cases"])
    steps = {(a, b): n for a, b, n in ran.expected["dfg_frequency"]}
    for row in done.rows("Paths that lead back"):
        assert steps[row["from_activity"], row["to_activity"]] == row["events"]
    drawn = done.named("Process map of cases with rework")
    assert sum(row["starts"] for row in drawn["nodes"]["rows"]) == again


def test_the_happy_path_is_the_commonest_variant(ran):
    done, total = ran.done["variants_and_happy_path"], ran.expected["counts"]["cases"]
    way = ran.expected["variants_top10"][0]
    [rate] = done.rows("Cases on the happy path")
    assert (rate["matching"], rate["total"]) == (way["count"], total)
    having = dict(events(ran.raw).group_by("activity").agg(pl.col("case").n_unique()).iter_rows())
    skipped = {name: total - having[name] for name in way["activities"] if having[name] < total}
    added = {name: many for name, many in having.items() if name not in way["activities"]}
    found = {
        row["activity"]: (row["what"], row["cases"])
        for row in done.rows("Added and skipped activities")
    }
    assert found == {
        **{name: ("skipped", many) for name, many in skipped.items()},
        **{name: ("added", many) for name, many in added.items()},
    }


def test_throughput_counts_each_case_once_where_it_begins_and_ends(ran):
    done, known = ran.done["throughput_and_backlog"], cases(ran.raw)
    rows = done.rows("Balance of each period")[::-1]
    for name, column in (("started", "start"), ("ended", "end")):
        weeks = known.group_by(pl.col(column).dt.truncate("1w")).len()
        found = {row["period"][:10]: row[name] for row in rows if row[name]}
        assert found == {str(week.date()): many for week, many in weeks.iter_rows()}
    open_before = 0
    for row in rows:
        assert row["active"] == open_before + row["started"]
        open_before = row["active"] - row["ended"]
    assert open_before == 0


def test_resources_are_counted_and_their_handovers(ran):
    done, known = ran.done["resources_and_handovers"], events(ran.raw)
    taking = dict(known.group_by("who").agg(pl.col("case").n_unique()).iter_rows())
    found = {
        row["category"]: row["cases"] for row in done.rows("Cases by resource") if not row["other"]
    }
    assert found == {name: taking[name] for name in found}
    assert max(found.values()) == max(taking.values())
    people = dict(known.group_by("activity").agg(pl.col("who").n_unique()).iter_rows())
    assert {
        row["activity"]: row["different"] for row in done.rows("How many do each activity")
    } == people
    steps = known.sort("case", "end", maintain_order=True).with_columns(
        before=pl.col("who").shift().over("case")
    )
    steps = steps.filter(pl.int_range(pl.len()).over("case") > 0)
    changed = steps.filter(pl.col("who").ne_missing(pl.col("before"))).height
    assert done.named("Steps that change hands")["value"] == close(changed / steps.height)


def test_service_levels_count_the_cases_in_time(ran):
    done, known = ran.done["service_levels"], cases(ran.raw)
    kept = known.filter(pl.col("seconds") <= 45 * DAY).height
    [rate] = done.rows("Rate of cases that took at most 45 d")
    assert (rate["matching"], rate["total"]) == (kept, known.height)
    ended = (
        known.filter(pl.col("seconds") <= 45 * DAY).group_by(pl.col("end").dt.truncate("1mo")).len()
    )
    months = done.rows("Cases per month of case_end by Promise")
    found = {
        row["period"][:10]: row["cases"]
        for row in months
        if row["category"] == "kept" and row["cases"]
    }
    assert found == {str(month.date()): many for month, many in ended.iter_rows()}


def test_a_comparison_halves_the_log_by_its_starts(ran):
    done, known = ran.done["comparison"], cases(ran.raw)
    middle = known["start"].sort()[known.height // 2].date()
    known = known.with_columns(early=pl.col("start").dt.date() < middle)
    halves = known.partition_by("early", as_dict=True)
    for early, name in ((True, "Before"), (False, "After")):
        half = halves[(early,)]
        assert done.named(f"Cases, {name}")["value"] == half.height
        assert done.named(f"Median duration, {name}")["value"] == close(half["seconds"].median())
    having = events(ran.raw).join(known.select("case", "early"), on="case")
    for row in done.rows("Activities"):
        some = having.filter(pl.col("early"), pl.col("activity") == row["activity"])[
            "case"
        ].n_unique()
        assert row["Before"] == close(some / halves[(True,)].height)
    assert "Change in events" in done.html


def test_rules_that_the_log_cannot_tell_about_say_why(ran):
    purchases = ran.done["purchase_to_pay_check"].rows("Rules")
    known = {row["rule"]: row for row in purchases}
    assert len(known) == 8
    if ran.expected["counts"]["cases"] == 608:
        assert {row["cases"] for row in purchases} == {ran.expected["activities"]["Pay Invoice"]}
        assert {row["not_checked"] for row in purchases} == {None}
    else:
        assert {row["cases"] for row in purchases} == {None}
        assert (
            known["Payment without an invoice"]["not_checked"]
            == "no activity for Clear or pay invoice and Receive invoice"
        )


ORDERS = {
    # what is done in which order, and the rules that it breaks
    "agreed": ("Create Order", "Check Credit", "Confirm Order", "Pick Goods", "Ship Goods", "Create Invoice", "Receive Payment"),
    "unchecked": ("Create Order", "Confirm Order", "Pick Goods", "Ship Goods", "Create Invoice", "Receive Payment"),
    "early": ("Create Order", "Check Credit", "Confirm Order", "Create Invoice", "Ship Goods", "Receive Payment"),
    "hasty": ("Create Order", "Check Credit", "Ship Goods", "Confirm Order", "Create Invoice", "Create Invoice"),
    "free": ("Create Order", "Ship Goods"),
    "parts": ("Create Order", "Check Credit", "Confirm Order", "Ship Goods", "Create Invoice", "Receive Payment", "Ship Goods", "Confirm Order"),
    "prepaid": ("Create Order", "Check Credit", "Confirm Order", "Receive Payment", "Ship Goods", "Create Invoice"),
}  # fmt: skip
BROKEN = {
    "Shipped without a credit check": (7, 2),
    "Shipped without a confirmed order": (7, 1),
    "Shipped before the order was confirmed": (7, 1),
    "Shipped without an invoice": (7, 1),
    "Invoice before goods were shipped": (6, 1),
    "Invoice without shipping": (6, 0),
    "Payment before the invoice": (5, 1),
    "Invoiced more than once": (6, 1),
}


def test_broken_rules_are_counted_and_shown(tmp_path):
    rows = [
        {"case": case, "activity": name, "time": f"2025-03-{place + 1:02}"}
        for case, names in ORDERS.items()
        for place, name in enumerate(names)
    ]
    folder = tmp_path / "orders"
    mz.read(pl.DataFrame(rows)).save(folder)
    ran = execute({"dataset": str(folder)}, "order_to_cash_check", "bottlenecks_and_waiting")
    done = ran["order_to_cash_check"]
    assert {row["rule"]: (row["cases"], row["broken"]) for row in done.rows("Rules")} == BROKEN
    assert (
        "the one broken most often is “Shipped without a credit check”, in 29 % of its cases"
        in done.html.replace("\xa0", " ")
    )
    shown = {row["case_id"] for row in done.rows("Latest cases that break a rule")}
    assert shown == {"unchecked", "free"}
    # of so few cases no pair is ranked, and the longest wait is found all the same
    waits = ran["bottlenecks_and_waiting"]
    assert waits.rows("Bottlenecks") == []
    nothing = {"dataset": str(folder), "start": "2030-01-01"}
    none = execute(nothing, "bottlenecks_and_waiting", "variants_and_happy_path")
    assert none["bottlenecks_and_waiting"].rows("Longest wait over time") == []
    assert "No cases are left" in none["variants_and_happy_path"].html
    assert waits.rows("Longest wait over time")

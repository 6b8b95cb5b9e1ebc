"""The studio as Python sees it: state, code, undo, observers."""

from __future__ import annotations

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import MindzieError, SettingError
from mindzie.core.log import EventLog
from mindzie.widgets.studio.state import MOST_FILTERS, History, State


@pytest.fixture(scope="module")
def log() -> EventLog:
    return mz.demo("order-to-cash", cases=300, seed=1)


@pytest.fixture
def studio(log):
    made = mz.Studio(log)
    yield made
    made.close()


WEST = filters.CasesWithAttribute(attribute="Region", values=("West",))
REWORK = filters.Rework()


def test_filters_apply_in_their_order_and_leave_the_log_alone(studio, log):
    studio.add(WEST)
    studio.add(REWORK)
    assert studio.filters == (WEST, REWORK)
    assert studio.log.case_count == log.filter(WEST, REWORK).case_count
    assert log.case_count == 300


def test_figures_beside_each_filter_are_those_of_the_filtered_logs(studio, log):
    studio.add(WEST)
    studio.add(REWORK)
    cards = studio.shown["filters"]
    assert [card["cases"] for card in cards] == [
        log.filter(WEST).case_count,
        log.filter(WEST, REWORK).case_count,
    ]
    figures = studio.shown["figures"]
    assert figures["events"] == studio.log.event_count
    median = studio.log.calculate(calculators.CaseDuration()).facts["median"].total_seconds()
    assert figures["median"] == pytest.approx(median)


def test_undo_and_redo_go_through_every_change(studio):
    studio.add(WEST)
    studio.add(REWORK)
    studio.remove(0)
    assert studio.filters == (REWORK,)
    studio.undo()
    studio.undo()
    assert studio.filters == (WEST,)
    studio.redo()
    assert studio.filters == (WEST, REWORK)
    studio.add(filters.CaseSize(min=2))
    studio.redo()
    assert len(studio.filters) == 3, "a new change leaves nothing to redo"


def test_undo_with_nothing_to_undo_changes_nothing(studio):
    studio.undo()
    assert studio.filters == ()


def test_a_filter_that_does_not_fit_changes_nothing(studio):
    studio.add(WEST)
    shown = studio.shown
    with pytest.raises(MindzieError, match="Regoin"):
        studio.add(filters.CasesWithAttribute(attribute="Regoin", values=("West",)))
    assert studio.filters == (WEST,)
    assert studio.shown == shown


def test_observers_hear_of_filters_and_log(studio):
    heard = []
    studio.observe(lambda change: heard.append(change["name"]), ["filters", "log"])
    studio.add(WEST)
    assert heard == ["filters", "log"]


def test_switched_off_filters_are_kept_but_not_applied():
    state = State().with_filter(WEST).with_filter(REWORK).switched(0, on=False)
    assert state.filters == (REWORK,)
    assert len(state.steps) == 2
    assert state.moved(1, 0).steps[0].filter == REWORK


def test_places_that_are_not_there_are_refused():
    state = State().with_filter(WEST)
    for refused in (
        lambda: state.without_filter(1),
        lambda: state.moved(0, 1),
        lambda: state.without_result(0),
    ):
        with pytest.raises(SettingError, match="place"):
            refused()
    with pytest.raises(SettingError, match="tab"):
        state.at_tab("result:0")


def test_removing_a_result_keeps_what_is_shown():
    state = State().with_result(calculators.CaseCount()).with_result(calculators.EventCount())
    assert state.tab == "result:1"
    assert state.without_result(0).tab == "result:0"
    assert state.without_result(1).tab == "overview"


def test_history_forgets_the_future_on_a_change():
    history, one, two = History(), State(), State(tab="map")
    history.keep(one)
    assert history.back(two) == one
    history.keep(one)
    assert history.can == {"undo": True, "redo": False}


@pytest.mark.parametrize("tab", ["overview", "map", "variants", "cases", "durations", "result:0"])
def test_the_code_runs_and_gives_what_is_shown(log, tab):
    studio = mz.Studio(
        log, filters=[WEST, REWORK], results=[calculators.Breakdown(attributes="Region")]
    )
    studio.show_tab(tab)
    lines = studio.code.rstrip().split("\n")
    scope: dict[str, object] = {}
    last = max(at for at, line in enumerate(lines) if not line.startswith((" ", ")")))
    exec("\n".join(lines[:last]), scope)
    shown = eval("\n".join(lines[last:]), scope)
    made = scope["log"]
    assert made.fingerprint == studio.log.fingerprint
    assert made.recipe == studio.log.recipe
    assert made.case_count == studio.shown["figures"]["cases"]
    if tab == "map":
        kept = studio.map["view"]["kept"]
        assert len(shown.nodes) == kept["activities"][0]
        assert len(shown.edges) == kept["paths"][0]


def test_the_code_imports_what_operations_hold(log):
    studio = mz.Studio(log, results=[calculators.Rate(outcome=(WEST,))])
    studio.show_tab("cases")
    exec(studio.code, {})
    assert "import calculators, filters\n" in studio.code
    studio.close()


def test_the_code_has_the_results_of_all_tabs(log):
    results = [calculators.Breakdown(attributes="Region"), calculators.CaseCount()]
    studio = mz.Studio(log, filters=[WEST], results=results)
    for tab in ("result:1", "cases"):
        studio.show_tab(tab)
        scope: dict[str, object] = {}
        exec(studio.code, scope)
        assert [made.operation for made in scope["results"]] == results
    studio.show_tab("result:1")
    assert studio.code.endswith("results[1]\n")
    studio.close()


def test_a_log_without_known_source_goes_on_from_the_variable(log):
    from mindzie.widgets.studio.code import code

    elsewhere = type(log)(log.manifest.model_copy(update={"source": {}}), log.rel)
    text = code(elsewhere, State().with_filter(WEST))
    scope = {"log": elsewhere}
    exec(text, scope)
    assert scope["log"].case_count == log.filter(WEST).case_count


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_both_engines_show_the_same(log, engine):
    studio = mz.Studio(log.on(engine), filters=[WEST])
    assert studio.shown["error"] == ""
    reference = mz.Studio(log, filters=[WEST])
    assert studio.shown["figures"] == reference.shown["figures"]
    assert studio.overview["durations"] == reference.overview["durations"]
    assert studio.overview["lost"] == reference.overview["lost"]
    studio.undo()
    studio.close()


def test_no_cases_left_is_a_state_like_any_other(log):
    studio = mz.Studio(log, filters=[filters.CaseSize(min=10_000)])
    assert studio.shown["error"] == ""
    assert studio.shown["figures"]["cases"] == 0
    assert studio.shown["figures"]["median"] is None
    assert studio.overview["variants"] == []


def test_a_saved_notebook_shows_a_picture(studio):
    data, _ = studio._repr_mimebundle_()
    assert "<svg" in data["text/html"]
    assert "http" not in data["text/html"].replace("http://www.w3.org/2000/svg", "")


LONGER = tuple(filters.CaseDuration(min=f"PT{at}S") for at in range(1, 31))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_of_many_filters_only_the_new_one_is_counted(log, engine, monkeypatch):
    own = log.on(engine)
    asked = []
    for name in ("rows", "persist"):
        done = getattr(own.rel.engine, name)
        monkeypatch.setattr(
            own.rel.engine, name, lambda frame, done=done: (asked.append(1), done(frame))[1]
        )

    def work_of_one_more(before):
        studio = mz.Studio(own, filters=before)
        asked.clear()
        studio.add(WEST)
        made = len(asked)
        cards = studio.shown["filters"]
        assert cards[-1]["cases"] == own.filter(*before, WEST).case_count
        studio.close()
        return made

    assert work_of_one_more(LONGER) == work_of_one_more(LONGER[:3])


def test_many_filters_read_the_events_once(log):
    left = log.filter(*LONGER)
    for relation in (left.rel.events, left.rel.cases, left.rel.steps):
        plan = relation.to_native().explain(optimized=False)
        assert plan.count("FILTER") <= 2, plan
    assert left.event_count == len(left.events)


def test_a_studio_says_how_many_filters_it_holds(studio):
    state = State()
    for _ in range(MOST_FILTERS):
        state = state.with_filter(WEST)
    with pytest.raises(SettingError, match="100 filters"):
        state.with_filter(WEST)
    with pytest.raises(SettingError, match="100 filters"):
        mz.Studio(studio.log, filters=[WEST] * (MOST_FILTERS + 1))

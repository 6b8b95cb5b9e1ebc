"""Texts are joined and capitalised alike on both engines."""

import random

import polars as pl
import pytest

from mindzie import enrichments, filters
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.engine.engines import engine_named
from tests.operations.enrichments.conftest import Make, column, event_column

CASES = {"1": "Order 0, Ship 1", "2": "Order 5, Ship 6", "3": "Order 9"}
REGION = ("text", ["North", "North", "straße", "straße", None])
NOTE = ("text", ["a", None, "c", "d", None])
PIECES = ("number", [3, 3, 40, 40, None])
PRICE = ("number", [1.5, 1.5, 0.00002, 0.00002, 7.0])
ATTRIBUTES = {"Region": REGION, "Note": NOTE, "Pieces": PIECES, "Price": PRICE}


def test_case_attributes_make_a_case_attribute(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    step = enrichments.Concatenate(name="Key", attributes=["Region", "Pieces"], joiner="-")
    enriched = log.enrich(step)
    assert column(enriched, "Key") == {"1": "North-3", "2": "straße-40", "3": None}
    made = enriched.attribute("Key")
    assert (made.level, made.type, made.kind) == ("case", "text", "enrichment")
    assert step.title == "Key: Region and Pieces joined"


def test_a_case_and_an_event_attribute_make_an_event_attribute(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    enriched = log.enrich(enrichments.Concatenate(name="Key", attributes=["Note", "Region"]))
    assert enriched.attribute("Key").level == "event"
    assert event_column(enriched, "Key") == ["a North", "North", "c straße", "d straße", None]


def test_a_text_for_missing_values(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    step = enrichments.Concatenate(name="K", attributes=["Note", "Region"], null_text="?")
    assert event_column(log.enrich(step), "K")[1::3] == ["? North", "? ?"]


def test_built_in_attributes_and_fractions(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    step = enrichments.Concatenate(
        name="K", attributes=["activity", "case_id", "start_activity", "Price"], joiner="|"
    )
    expected = ["Order|1|Order|1.5", "Ship|1|Order|1.5", "Order|2|Order|0.00002"]
    assert event_column(log.enrich(step), "K")[:3] == expected
    of_case = enrichments.Concatenate(name="K", attributes=["end_activity", "has_rework"])
    assert column(log.enrich(of_case), "K")["3"] == "Order false"


def test_capitals(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    enriched = log.enrich(
        enrichments.Upper(name="R", attribute="Region"),
        enrichments.Upper(name="A", attribute="activity"),
    )
    assert column(enriched, "R") == {"1": "NORTH", "2": "STRASSE", "3": None}
    assert event_column(enriched, "A") == ["ORDER", "SHIP", "ORDER", "SHIP", "ORDER"]
    assert event_column(enriched, "activity")[0] == "Order"


def test_only_where_a_filter_leaves_the_case(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    shipped = filters.CasesWithActivity(activities="Ship")
    enriched = log.enrich(enrichments.Upper(name="A", attribute="activity", where=shipped))
    assert event_column(enriched, "A") == ["ORDER", "SHIP", "ORDER", "SHIP", None]


def test_an_attribute_may_be_called_like_an_inner_name(make: Make) -> None:
    values = ("text", ["a", "b", "c", "d", "e"])
    log = make(CASES, {"chosen": values, "value": values, "_0": values})
    shipped = filters.CasesWithActivity(activities="Ship")
    step = enrichments.Concatenate(name="K", attributes=["_0", "value", "chosen"], where=shipped)
    assert event_column(log.enrich(step), "K") == ["a a a", "b b b", "c c c", "d d d", None]


def test_what_is_refused(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    with pytest.raises(SettingError, match="'Region' already: choose another name"):
        log.enrich(enrichments.Upper(name="Region", attribute="Region"))
    with pytest.raises(SettingError, match="'resource' already"):
        log.enrich(enrichments.Upper(name="resource", attribute="Region"))
    with pytest.raises(WrongTypeError, match="'Pieces' is a number, but a text is needed"):
        log.enrich(enrichments.Upper(name="P", attribute="Pieces"))
    with pytest.raises(WrongTypeError, match="'case_start' is a date"):
        log.enrich(enrichments.Concatenate(name="P", attributes=["Region", "case_start"]))
    with pytest.raises(UnknownNameError, match="Did you mean 'Region'"):
        log.enrich(enrichments.Concatenate(name="P", attributes=["Regoin"]))
    with pytest.raises(SettingError, match="attributes"):
        enrichments.Concatenate(name="P", attributes=[])


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_every_letter_has_the_capital_unicode_gives_it(engine: str) -> None:
    runner = engine_named(engine)
    letters = ["ß", "ŉ", "ffi", "i", "\u0131", "ά", "я", "xßy", "Ж", "事", None]
    rows = runner.frame(pl.DataFrame({"n": range(11), "text": letters}))
    made = runner.collect(runner.upper(rows, "text", "made")).sort("n")["made"].to_list()
    assert made == [letter and letter.upper() for letter in letters]


def test_engines_write_the_same_fractions() -> None:
    dice = random.Random(1)
    values = [dice.uniform(-1, 1) * 10 ** dice.randint(-9, 22) for _ in range(2000)]
    values += [1e-5, -1e-5, 1e-4, 1e-7, 0.0, 1e15, 1e16, 1e300, float("nan"), float("inf"), None]
    rows = pl.DataFrame({"n": range(len(values)), "value": values})
    said = []
    for engine in map(engine_named, ("polars", "duckdb")):
        made = engine.collect(engine.as_text(engine.frame(rows), "value", "said")).sort("n")
        said.append(made["said"].to_list())
    assert said[0] == said[1]
    assert said[0][-11:-8] == ["0.00001", "-0.00001", "0.0001"]

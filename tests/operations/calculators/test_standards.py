"""Whether a log has what its process should have: names of many systems and languages, shares of real logs."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core.errors import SettingError
from mindzie.operations.standards import PROCESSES, standard


def expected(process: str, name: str) -> object:
    return next(one for one in standard(process)[1] if one.name == name)


@pytest.mark.parametrize(
    ("process", "name", "found"),
    [
        ("purchase_to_pay", "Purchase order", "EKPO.EBELN"),
        ("purchase_to_pay", "Purchase order", "Purchasing Document Number"),
        ("purchase_to_pay", "Purchase order", "Bestellnummer"),
        ("purchase_to_pay", "Vendor", "LIFNR"),
        ("purchase_to_pay", "Vendor", "case Vendor"),
        ("purchase_to_pay", "Vendor", "Número de proveedor"),
        ("purchase_to_pay", "Amount", "case Cumulative net worth (EUR)"),
        ("purchase_to_pay", "Create purchase order", "Create Purchase Order Item"),
        ("purchase_to_pay", "Create purchase order", "Bestellung anlegen"),
        ("purchase_to_pay", "Create purchase order", "Création de la commande"),
        ("purchase_to_pay", "Create purchase order", "Utworzenie zamówienia"),
        ("purchase_to_pay", "Clear or pay invoice", "Rechnung bezahlt"),
        ("accounts_payable", "Invoice", "Numéro de facture"),
        ("accounts_payable", "Due date", "Fälligkeitsdatum"),
        ("accounts_payable", "Approve invoice", "Factuur goedgekeurd"),
        ("accounts_receivable", "Customer", "KUNNR"),
        ("accounts_receivable", "Send reminder", "Mahnung Stufe 1"),
        ("order_to_cash", "Sales order", "VBAK_VBELN"),
        ("order_to_cash", "Sales order", "SalesID"),
        ("order_to_cash", "Ship goods", "Warenausgang gebucht"),
        ("tickets", "Assigned group", "assignment_group"),
        ("tickets", "Priority", "Priorità"),
        ("tickets", "Close", "Cerrado"),
        ("tickets", "In progress", "In Bearbeitung"),
    ],
)
def test_names_of_systems_and_languages_are_known(process: str, name: str, found: str) -> None:
    assert expected(process, name).found(["Something else", found]) == [found]


@pytest.mark.parametrize(
    ("process", "name", "other"),
    [
        ("purchase_to_pay", "Vendor", "Vendor country"),
        ("purchase_to_pay", "Receive goods", "Cancel Goods Receipt"),
        ("purchase_to_pay", "Create purchase order", "Delete Purchase Order Item"),
        ("purchase_to_pay", "Clear or pay invoice", "Remove Payment Block"),
        ("purchase_to_pay", "Clear or pay invoice", "Approve Purchase Order for payment"),
        ("order_to_cash", "Ship goods", "Change delivery date"),
        ("order_to_cash", "Create invoice", "Dispute invoice"),
        ("order_to_cash", "Create sales order", "Cancel order"),
        ("tickets", "Close", "Reopened"),
    ],
)
def test_what_only_sounds_alike_is_not_taken(process: str, name: str, other: str) -> None:
    assert expected(process, name).found([other]) == []


def test_the_usual_name_comes_before_the_unusual() -> None:
    assert expected("tickets", "Assignee").found(["resolved_by", "assigned_to"]) == ["assigned_to"]
    assert expected("tickets", "Priority").found(["urgency", "u_priority"]) == ["urgency"]


@pytest.mark.parametrize("process", PROCESSES)
def test_every_standard_is_whole(process: str) -> None:
    title, wanted = standard(process)
    assert title == title.lower()
    assert len({(one.kind, one.name) for one in wanted}) == len(wanted) >= 14
    for one in wanted:
        assert one.patterns
        assert len(set(one.patterns)) == len(one.patterns), one.name
        # a plain pattern is itself a name that is recognised
        plain = next(p for p in one.patterns if "*" not in p and "|" not in p)
        assert one.found([plain]) == [plain], one.name


@pytest.mark.parametrize(
    ("file", "process", "coverage"),
    [
        ("bpic2019_1t_per_variant.xes.gz", "purchase_to_pay", 4 / 9),
        ("PurchasingExample.csv.gz", "purchase_to_pay", 4 / 9),
        ("uci_incident_event_log.zip", "tickets", 1.0),
    ],
)
def test_the_process_of_a_real_log_is_guessed(
    file: str, process: str, coverage: float, logs: Path
) -> None:
    facts = mz.read(logs / file).calculate(calculators.StandardChecker()).facts
    assert (facts["process"], facts["guessed"]) == (process, True)
    assert facts["found"] / facts["needed"] == pytest.approx(coverage)
    assert max(facts["fits"], key=facts["fits"].get) == process


def test_shares_of_a_real_log_are_those_that_pandas_counts(logs: Path, engine: str) -> None:
    frame = pd.read_csv(logs / "PurchasingExample.csv.gz")
    log = mz.read(logs / "PurchasingExample.csv.gz", engine=engine)
    made = log.calculate(calculators.StandardChecker(process="purchase_to_pay"))
    counted = 0
    for row in made.to_polars().filter("present").to_dicts():
        names = row["found"].split(", ")
        cases = set(frame[frame["activity"].isin(names)]["case_id"].astype(str))
        assert (row["cases"], row["share"]) == (len(cases), pytest.approx(len(cases) / 608))
        assert set(made.drill(**row).cases["case_id"]) == cases
        counted += 1
    assert counted == 6


def test_attributes_are_counted_by_cases_with_a_value(engine: str) -> None:
    frame = pl.DataFrame(
        {
            "EBELN": ["1", "1", "2", "3"],
            "activity": ["Create Purchase Order Item", "Goods receipt"] * 2,
            "time": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"],
            "LIFNR": ["a", "a", None, "b"],
            "NETWR": [None, "5", None, None],
        }
    )
    made = mz.read(frame, engine=engine).calculate(calculators.StandardChecker())
    rows = {row["expected"]: row for row in made.to_polars().to_dicts()}
    assert made.facts["process"] == "purchase_to_pay"
    assert {name: (rows[name]["found"], rows[name]["cases"]) for name in ("Purchase order", "Vendor", "Amount", "Receive goods", "Currency")} == {
        "Purchase order": ("EBELN", 3),
        "Vendor": ("LIFNR", 2),
        "Amount": ("NETWR", 1),
        "Receive goods": ("Goods receipt", 2),
        "Currency": (None, 0),
    }  # fmt: skip
    assert made.drill(**rows["Amount"]).cases["case_id"].to_list() == ["1"]
    with pytest.raises(SettingError, match="no attribute for 'Currency'"):
        made.drill(**rows["Currency"])
    assert made.title == "Purchase-to-pay: 56 % of what is needed"


def test_another_process_may_be_said_and_a_wrong_one_is_refused() -> None:
    log = mz.demo("order-to-cash", cases=50)
    said = log.calculate(calculators.StandardChecker(process="accounts_receivable"))
    assert (said.facts["process"], said.facts["guessed"]) == ("accounts_receivable", False)
    assert json.dumps(calculators.StandardChecker(process="tickets").title) == (
        '"Check against the standard of tickets"'
    )
    with pytest.raises(SettingError, match="process"):
        calculators.StandardChecker(process="hire_to_retire")

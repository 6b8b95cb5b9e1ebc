"""Purchase to pay of a manufacturer: from the requisition to the paid invoice.

The story to find: approving requisitions is the bottleneck and slows down in March 2025; invoices are read by a
robot from August 2024 on; maverick buying: orders written after the invoice came; approvals left out or given by
the buyer who wrote the order; invoices before goods; payments after the due date where the invoice was blocked.
"""

from mindzie.demos.process import (
    DAY,
    HOUR,
    MINUTE,
    Amount,
    Choice,
    Master,
    Process,
    Route,
    Spread,
    Step,
    Team,
)
from mindzie.demos.shifts import (
    DELIVERIES,
    EARLY_AND_LATE,
    NIGHTLY,
    OFFICE,
    OFFICE_ONLY,
    PAYMENT_DAYS,
)

# fmt: off
# A table reads best in long rows.
TEAMS = (
    Team("Departments", "DEP", OFFICE, load=0.7),
    Team("Cost centre managers", "MGR", OFFICE, load=0.96, since=14, then=0.93),
    Team("Purchasing", "PUR", OFFICE, load=0.86),
    Team("Purchasing management", "PMG", OFFICE, load=0.84),
    Team("Goods receiving", "GRC", EARLY_AND_LATE, load=0.8),
    Team("Accounts payable", "ACP", OFFICE, load=0.89),
    Team("Order output", "", users=("PO-OUTPUT",)),
    Team("Supplier portal", "", DELIVERIES, users=("PORTAL",)),
    Team("Invoice scan", "", OFFICE[1:2], users=("SCAN-01", "SCAN-02")),
    Team("Invoice robot", "", users=("RPA-INVOICE",)),
    Team("Invoice match", "", NIGHTLY, users=("MATCH-BATCH",)),
    Team("Payment run", "", PAYMENT_DAYS, users=("PAY-BATCH",)),
)

VENDORS = Master(
    "Vendor",
    "V",
    50_001,
    420,
    0.9,
    attributes=(
        Choice("Vendor country", {"Germany": 58, "Poland": 11, "Italy": 9, "Netherlands": 8, "China": 8, "United States": 6}),
        Choice("Payment terms (days)", {"30": 52, "14": 22, "45": 16, "60": 10}, number=True),
    ),
)
CHOICES = (
    Choice("Plant", {"Hamburg": 30, "Leipzig": 28, "Stuttgart": 42}),
    Choice("Category", {"Raw material": 30, "Packaging": 17, "Maintenance": 18, "IT": 11, "Services": 14, "Marketing": 10}),
    Choice(
        "Purchase type",
        {
            "Raw material": {"Contract": 82, "Spot": 18},
            "Packaging": {"Contract": 66, "Catalogue": 20, "Spot": 14},
            "Maintenance": {"Catalogue": 58, "Contract": 18, "Spot": 24},
            "IT": {"Catalogue": 52, "Contract": 24, "Spot": 24},
            "Services": {"Contract": 40, "Spot": 60},
            "Marketing": {"Contract": 22, "Spot": 78},
        },
        given="Category",
    ),
)
MAIL = Spread(70 * MINUTE, 0.6)
BATCHED = Spread(2 * MINUTE, 0.6)
FAR = {"Vendor country": {"China": 3.2, "United States": 2.4, "Italy": 1.25}}
SPOT = {"Purchase type": {"Spot": 1.8, "Contract": 0.6}}
MAVERICK = {"Category": {"Marketing": 2.6, "Services": 1.9, "Raw material": 0.2, "Packaging": 0.4}}
UNCLEAR = {"Purchase type": {"Spot": 1.5, "Catalogue": 0.45}, "Vendor country": {"China": 1.6, "United States": 1.4}}
SERVICE = {"Category": {"Services": 1.0, "Marketing": 0.7, "IT": 0.25, "Raw material": 0.0, "Packaging": 0.0, "Maintenance": 0.12}}

TO_OUTPUT = (
    Route("approve_order", 0.96, over=6_000, unseen="approve_order"),
    Route("receive", seen="scan_first", unseen="receive"),
    Route("match", seen="scan_first"),
    Route("send"),
)
TO_INVOICE = (Route("match", seen="scan_first"), Route("scan", unseen="scan"), Route("match"))
TO_ENTRY = (Route("enter_robot", 0.7, since=7), Route("enter"))
TO_MATCH = (Route("order", unseen="order"), Route("match"))

REQUESTED = (
    Step(
        "request",
        "Create requisition",
        "Departments",
        Spread(12 * MINUTE, 0.6),
        (Route("withdraw", 0.012), Route("order", 0.45, {"Purchase type": {"Spot": 0.06, "Catalogue": 1.0, "Contract": 0.12}}), Route("approve")),
        wait=Spread(10 * MINUTE, 0.6),
    ),
    Step("withdraw", "Withdraw requisition", "Departments", Spread(3 * MINUTE, 0.5), (), delay=Spread(1.5 * DAY, 0.7), wait=Spread(HOUR, 0.6)),
    Step(
        "approve",
        "Approve requisition",
        "Cost centre managers",
        Spread(6 * MINUTE, 0.7),
        (Route("refuse", 0.055, SPOT), Route("order")),
        wait=Spread(7 * HOUR, 0.9),
        slower={"Plant": {"Stuttgart": 1.25}},
    ),
    Step(
        "refuse",
        "Return requisition",
        "Cost centre managers",
        Spread(4 * MINUTE, 0.5),
        (Route("withdraw", 0.22), Route("amend")),
        wait=Spread(10 * MINUTE, 0.6),
    ),
    Step("amend", "Change requisition", "Departments", Spread(9 * MINUTE, 0.6), (Route("approve"),), wait=Spread(6 * HOUR, 0.9)),
)
ORDERED = (
    Step(
        "order",
        "Create purchase order",
        "Purchasing",
        Spread(14 * MINUTE, 0.6),
        (Route("change_price", 0.02, SPOT), *TO_OUTPUT),
        wait=Spread(4 * HOUR, 0.9),
    ),
    Step(
        "approve_order",
        "Approve purchase order",
        "Purchasing management",
        Spread(5 * MINUTE, 0.6),
        (Route("change_quantity", 0.025), *TO_OUTPUT),
        wait=Spread(4 * HOUR, 0.9),
        same_as=("order", 0.022),
    ),
    Step(
        "send",
        "Send purchase order",
        "Order output",
        Spread(5, 0.5),
        (
            Route("confirm", 0.9, {"Purchase type": {"Spot": 0.8}}),
            Route("cancel", 0.012),
            Route("scan_early", 0.055, SPOT),
            Route("receive_service", 1.0, SERVICE),
            Route("receive"),
        ),
    ),
    Step(
        "confirm",
        "Receive order confirmation",
        "Supplier portal",
        Spread(3, 0.5),
        (
            Route("change_price", 0.03, SPOT),
            Route("change_quantity", 0.018),
            Route("change_date", 0.035, FAR),
            Route("cancel", 0.008),
            Route("scan_early", 0.055, SPOT),
            Route("receive_service", 1.0, SERVICE),
            Route("receive"),
        ),
        delay=Spread(20 * HOUR, 0.8),
        wait=Spread(1.5 * HOUR, 0.8),
    ),
    Step(
        "change_price",
        "Change price",
        "Purchasing",
        Spread(8 * MINUTE, 0.6),
        (Route("approve_order", 0.6, over=6_000), *TO_OUTPUT),
        wait=Spread(5 * HOUR, 0.9),
    ),
    Step("change_quantity", "Change quantity", "Purchasing", Spread(7 * MINUTE, 0.6), TO_OUTPUT, wait=Spread(4 * HOUR, 0.9)),
    Step(
        "change_date",
        "Change delivery date",
        "Purchasing",
        Spread(5 * MINUTE, 0.6),
        (Route("cancel", 0.05), Route("receive")),
        wait=Spread(4 * HOUR, 0.8),
        delay=Spread(3 * DAY, 0.6),
    ),
    Step("cancel", "Cancel purchase order", "Purchasing", Spread(6 * MINUTE, 0.5), (), wait=Spread(3 * HOUR, 0.8), delay=Spread(3 * DAY, 0.8)),
)
RECEIVED = (
    Step(
        "receive",
        "Receive goods",
        "Goods receiving",
        Spread(16 * MINUTE, 0.6),
        (Route("receive_rest", 0.07, FAR), Route("return", 0.018), *TO_INVOICE),
        wait=Spread(2 * HOUR, 0.7),
        delay=Spread(7 * DAY, 0.6),
        slower=FAR,
    ),
    Step(
        "receive_service",
        "Confirm service",
        "Departments",
        Spread(8 * MINUTE, 0.6),
        (*TO_INVOICE,),
        wait=Spread(9 * HOUR, 0.9),
        delay=Spread(12 * DAY, 0.7),
    ),
    Step(
        "receive_rest",
        "Receive goods",
        "Goods receiving",
        Spread(14 * MINUTE, 0.6),
        (Route("receive_rest", 0.12), *TO_INVOICE),
        wait=Spread(2 * HOUR, 0.7),
        delay=Spread(5 * DAY, 0.7),
    ),
    Step(
        "return",
        "Return goods",
        "Goods receiving",
        Spread(20 * MINUTE, 0.5),
        (Route("cancel", 0.1), Route("receive")),
        wait=Spread(8 * HOUR, 0.8),
        delay=Spread(1 * DAY, 0.6),
    ),
)
INVOICED = (
    Step("scan_first", "Receive invoice", "Invoice scan", Spread(40, 0.5), TO_ENTRY, wait=Spread(15 * MINUTE, 0.6), sets_due=True),
    Step(
        "scan_early",
        "Receive invoice",
        "Invoice scan",
        Spread(40, 0.5),
        (Route("early_robot", 0.7, since=7), Route("early_enter")),
        delay=Spread(2.5 * DAY, 0.6),
        wait=MAIL,
        sets_due=True,
    ),
    Step("early_robot", "Enter invoice", "Invoice robot", Spread(35, 0.4), (Route("receive_late"),), wait=Spread(3 * MINUTE, 0.5)),
    Step("early_enter", "Enter invoice", "Accounts payable", Spread(8 * MINUTE, 0.5), (Route("receive_late"),), wait=Spread(5 * HOUR, 0.8)),
    Step(
        "receive_late",
        "Receive goods",
        "Goods receiving",
        Spread(16 * MINUTE, 0.6),
        (Route("match"),),
        wait=Spread(2 * HOUR, 0.7),
        delay=Spread(4 * DAY, 0.6),
        slower=FAR,
    ),
    Step("scan", "Receive invoice", "Invoice scan", Spread(40, 0.5), TO_ENTRY, delay=Spread(3 * DAY, 0.7), wait=MAIL, sets_due=True),
    Step("enter_robot", "Enter invoice", "Invoice robot", Spread(35, 0.4), (Route("enter", 0.06), *TO_MATCH), wait=Spread(3 * MINUTE, 0.5)),
    Step("enter", "Enter invoice", "Accounts payable", Spread(8 * MINUTE, 0.5), TO_MATCH, wait=Spread(5 * HOUR, 0.8)),
    Step(
        "match",
        "Match invoice",
        "Invoice match",
        Spread(3, 0.5),
        (Route("block", 0.135, UNCLEAR, unseen="block"), Route("approve_invoice", 0.9, over=12_000), Route("pay_late", 0.05), Route("pay")),
        wait=BATCHED,
    ),
    Step(
        "block", "Block invoice", "Accounts payable", Spread(4 * MINUTE, 0.5), (Route("clarify", 0.85), Route("release")), wait=Spread(3 * HOUR, 0.8)
    ),
    Step(
        "clarify",
        "Clarify difference",
        "Purchasing",
        Spread(24 * MINUTE, 0.7),
        (Route("correct", 0.2), Route("clarify", 0.12), Route("release")),
        wait=Spread(14 * HOUR, 0.9),
        delay=Spread(2 * DAY, 0.9),
    ),
    Step(
        "correct",
        "Receive corrected invoice",
        "Invoice scan",
        Spread(45, 0.5),
        (Route("enter"),),
        delay=Spread(6 * DAY, 0.6),
        wait=MAIL,
        sets_due=True,
    ),
    Step(
        "release",
        "Release invoice",
        "Accounts payable",
        Spread(5 * MINUTE, 0.5),
        (Route("approve_invoice", 0.9, over=12_000), Route("pay_late", 0.22), Route("pay")),
        wait=Spread(4 * HOUR, 0.8),
    ),
    Step(
        "approve_invoice",
        "Approve invoice",
        "Cost centre managers",
        Spread(6 * MINUTE, 0.6),
        (Route("pay_late", 0.08), Route("pay")),
        wait=Spread(6 * HOUR, 0.8),
    ),
    Step("pay", "Pay invoice", "Payment run", Spread(4, 0.5), (), delay=Spread(2 * DAY, 0.6, -9 * DAY), wait=BATCHED, from_due=True),
    Step("pay_late", "Pay invoice", "Payment run", Spread(4, 0.5), (), delay=Spread(4 * DAY, 0.7, 0.5 * DAY), wait=BATCHED, from_due=True),
)

PURCHASE_TO_PAY = Process(
    name="purchase-to-pay",
    story=__doc__ or "",
    case_name="Purchase",
    first_case=4_500_000_001,
    arrivals=OFFICE_ONLY,
    masters=(VENDORS,),
    choices=CHOICES,
    amount=Amount(
        "Amount",
        Spread(1_600, 1.2),
        by="Category",
        factors={"Raw material": 2.8, "Packaging": 1.2, "Maintenance": 0.5, "IT": 0.9, "Services": 1.6, "Marketing": 1.4},
    ),
    due_name="Invoice due date",
    terms="Payment terms (days)",
    teams=TEAMS,
    entry=(Route("scan_first", 0.045, MAVERICK), Route("request")),
    steps=REQUESTED + ORDERED + RECEIVED + INVOICED,
)

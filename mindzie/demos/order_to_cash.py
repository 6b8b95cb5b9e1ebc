"""Order to cash of a trading company: from the customer's order to the cleared invoice.

The story to find: the credit team is the bottleneck and loses people in February 2025; from October 2024 on
small orders are scored by a robot; large orders are shipped without approval now and then; some invoices leave before
the goods; customers in the South wait for one slow carrier; retail customers pay late.
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
    BANK_STATEMENT,
    DELIVERIES,
    EARLY_AND_LATE,
    NIGHTLY,
    OFFICE,
    WEB_AND_OFFICE,
)

# fmt: off
# A table reads best in long rows.
TEAMS = (
    Team("Order desk", "ORD", OFFICE, load=0.78),
    Team("Sales", "SAL", OFFICE, load=0.74),
    Team("Credit control", "CRD", OFFICE, load=0.965, since=13, then=0.92),
    Team("Warehouse", "WHS", EARLY_AND_LATE, load=0.87),
    Team("Billing", "BIL", OFFICE, load=0.8),
    Team("Receivables", "REC", OFFICE, load=0.82),
    Team("Order interface", "", users=("EDI-IN", "WEB-SHOP")),
    Team("Workflow", "", users=("WF-SYSTEM",)),
    Team("Carrier interface", "", DELIVERIES, users=("TRACKING",)),
    Team("Billing run", "", NIGHTLY, users=("BILL-BATCH",)),
    Team("Bank interface", "", BANK_STATEMENT, users=("BANK-IN",)),
)

CUSTOMERS = Master(
    "Customer",
    "C",
    10_001,
    640,
    0.85,
    attributes=(
        Choice("Region", {"North": 24, "West": 33, "South": 27, "East": 16}),
        Choice("Customer segment", {"Key account": 12, "Wholesale": 38, "Retail": 50}),
        Choice(
            "Payment terms (days)",
            {"Key account": {"60": 45, "45": 30, "30": 25}, "Wholesale": {"45": 15, "30": 70, "14": 15}, "Retail": {"30": 45, "14": 55}},
            given="Customer segment",
            number=True,
        ),
    ),
)
PRODUCTS = Master(
    "Product",
    "P-",
    2_001,
    90,
    0.8,
    attributes=(Choice("Product group", {"Tools": 26, "Fasteners": 24, "Safety": 18, "Electrical": 17, "Machines": 7, "Spare parts": 8}),),
)
CHANNEL = Choice(
    "Channel",
    {
        "Key account": {"EDI": 74, "E-mail": 16, "Web shop": 6, "Phone": 4},
        "Wholesale": {"EDI": 30, "Web shop": 30, "E-mail": 30, "Phone": 10},
        "Retail": {"Web shop": 56, "E-mail": 28, "Phone": 16},
    },
    given="Customer segment",
)
BANKED = Spread(4 * MINUTE, 0.6)
BATCHED = Spread(3 * MINUTE, 0.6)
BY_SYSTEM = {"Channel": {"E-mail": 0.0, "Phone": 0.0}}
ERROR_PRONE = {"Channel": {"EDI": 0.35, "Web shop": 0.7, "E-mail": 1.7, "Phone": 2.2}}
LATE_PAYER = {"Customer segment": {"Key account": 0.7, "Retail": 1.35}, "Region": {"East": 1.25}}

TO_STOCK = (Route("confirm_system", 1.0, BY_SYSTEM), Route("confirm"))
TO_APPROVAL = (Route("approve", 0.94, over=10_000, unseen="approve"), *TO_STOCK)
TO_CREDIT = (Route("score", 0.72, BY_SYSTEM, since=9), Route("credit", 0.97, {"Customer segment": {"Key account": 0.55}}), *TO_APPROVAL)
TO_PAYMENT = (
    Route("dispute", 0.035, ERROR_PRONE, unseen="dispute"),
    Route("remind", 0.135, LATE_PAYER),
    Route("pay_late", 0.155, LATE_PAYER),
    Route("pay"),
)

ORDERED = (
    Step(
        "receive_system",
        "Receive order",
        "Order interface",
        Spread(4, 0.5),
        (Route("change_price", 0.03, ERROR_PRONE), Route("change_quantity", 0.03, ERROR_PRONE), *TO_CREDIT),
    ),
    Step(
        "receive",
        "Receive order",
        "Order desk",
        Spread(9 * MINUTE, 0.5),
        (Route("change_price", 0.035, ERROR_PRONE), Route("change_quantity", 0.035, ERROR_PRONE), *TO_CREDIT),
        wait=Spread(15 * MINUTE, 0.6),
    ),
    Step(
        "change_price",
        "Change price",
        "Sales",
        Spread(11 * MINUTE, 0.6),
        (Route("change_quantity", 0.04), Route("cancel", 0.03), *TO_CREDIT),
        wait=Spread(3 * HOUR, 0.9),
    ),
    Step(
        "change_quantity",
        "Change quantity",
        "Order desk",
        Spread(6 * MINUTE, 0.6),
        (Route("change_price", 0.03), *TO_CREDIT),
        wait=Spread(1.5 * HOUR, 0.8),
    ),
    Step("score", "Score credit automatically", "Workflow", Spread(15, 0.5), (Route("credit", 0.09), *TO_APPROVAL)),
    Step(
        "credit",
        "Check credit",
        "Credit control",
        Spread(22 * MINUTE, 0.7),
        (Route("documents", 0.085, {"Customer segment": {"Retail": 1.5, "Key account": 0.3}}), Route("reject", 0.018), *TO_APPROVAL),
        wait=Spread(4 * HOUR, 0.8),
    ),
    Step(
        "documents",
        "Request credit documents",
        "Credit control",
        Spread(7 * MINUTE, 0.5),
        (Route("cancel", 0.07), Route("credit")),
        wait=Spread(30 * MINUTE, 0.6),
    ),
    Step("reject", "Reject order", "Credit control", Spread(10 * MINUTE, 0.5), (), wait=Spread(30 * MINUTE, 0.6)),
    Step(
        "approve",
        "Approve order",
        "Sales",
        Spread(8 * MINUTE, 0.7),
        (Route("change_price", 0.06), Route("reject", 0.01), *TO_STOCK),
        wait=Spread(5 * HOUR, 0.9),
    ),
    Step(
        "confirm_system",
        "Confirm order",
        "Workflow",
        Spread(3, 0.4),
        (
            Route("change_date", 0.02),
            Route("cancel", 0.012),
            Route("replenish", 0.06, {"Product group": {"Machines": 2.6, "Spare parts": 1.8}}),
            Route("pick"),
        ),
    ),
    Step(
        "confirm",
        "Confirm order",
        "Order desk",
        Spread(5 * MINUTE, 0.5),
        (
            Route("change_date", 0.03),
            Route("cancel", 0.018),
            Route("replenish", 0.06, {"Product group": {"Machines": 2.6, "Spare parts": 1.8}}),
            Route("pick"),
        ),
        wait=Spread(1.2 * HOUR, 0.8),
    ),
    Step(
        "change_date",
        "Change delivery date",
        "Order desk",
        Spread(5 * MINUTE, 0.5),
        (Route("cancel", 0.05), Route("pick")),
        wait=Spread(2 * HOUR, 0.8),
        delay=Spread(20 * HOUR, 0.8),
    ),
    Step("cancel", "Cancel order", "Order desk", Spread(5 * MINUTE, 0.5), (), wait=Spread(2 * HOUR, 0.8)),
    Step(
        "replenish",
        "Replenish stock",
        "Warehouse",
        Spread(25 * MINUTE, 0.5),
        (Route("cancel", 0.06), Route("pick")),
        wait=Spread(1 * HOUR, 0.6),
        delay=Spread(6 * DAY, 0.55),
    ),
)
DELIVERED = (
    Step(
        "pick",
        "Pick goods",
        "Warehouse",
        Spread(18 * MINUTE, 0.6),
        (Route("invoice_early", 0.022, unseen="invoice"), Route("pack")),
        wait=Spread(2.5 * HOUR, 0.7),
    ),
    Step("invoice_early", "Create invoice", "Billing", Spread(8 * MINUTE, 0.5), (Route("send_early"),), wait=Spread(2 * HOUR, 0.7), sets_due=True),
    Step("send_early", "Send invoice", "Billing run", Spread(5, 0.5), (Route("pack"),), wait=BATCHED, sets_due=True),
    Step("pack", "Pack goods", "Warehouse", Spread(11 * MINUTE, 0.5), (Route("pick", 0.014), Route("ship")), wait=Spread(40 * MINUTE, 0.7)),
    Step(
        "ship",
        "Ship goods",
        "Warehouse",
        Spread(6 * MINUTE, 0.5),
        (Route("invoice_first", 0.12, unseen="send_early"), Route("deliver")),
        wait=Spread(2 * HOUR, 0.7),
    ),
    Step("invoice_first", "Create invoice", "Billing run", Spread(6, 0.5), (Route("deliver"),), wait=BATCHED, sets_due=True),
    Step(
        "deliver",
        "Confirm delivery",
        "Carrier interface",
        Spread(2, 0.5),
        (
            Route("return", 0.022),
            Route("pay", 0.8, seen="send_early"),
            Route("pay_late", seen="send_early"),
            Route("send", seen="invoice_first"),
            Route("invoice_auto", 0.75, since=6),
            Route("invoice"),
        ),
        delay=Spread(1.4 * DAY, 0.45),
        wait=Spread(2.5 * HOUR, 0.6),
        slower={"Region": {"South": 1.6}},
    ),
    Step(
        "return",
        "Receive returned goods",
        "Warehouse",
        Spread(15 * MINUTE, 0.5),
        (Route("refund", 0.75), Route("pick")),
        wait=Spread(3 * HOUR, 0.7),
        delay=Spread(5 * DAY, 0.5),
    ),
)
INVOICED = (
    Step("invoice_auto", "Create invoice", "Billing run", Spread(6, 0.5), (Route("send"),), wait=BATCHED, sets_due=True),
    Step("invoice", "Create invoice", "Billing", Spread(9 * MINUTE, 0.5), (Route("send"),), wait=Spread(4 * HOUR, 0.8), sets_due=True),
    Step("send", "Send invoice", "Billing run", Spread(5, 0.5), TO_PAYMENT, wait=BATCHED, sets_due=True),
    Step(
        "dispute",
        "Dispute invoice",
        "Receivables",
        Spread(14 * MINUTE, 0.6),
        (Route("refund", 0.12), Route("correct", 0.75), Route("pay_late")),
        wait=Spread(3 * HOUR, 0.8),
        delay=Spread(8 * DAY, 0.6),
    ),
    Step("correct", "Correct invoice", "Billing", Spread(16 * MINUTE, 0.6), (Route("send"),), wait=Spread(6 * HOUR, 0.8)),
    Step(
        "remind",
        "Send reminder",
        "Receivables",
        Spread(3 * MINUTE, 0.4),
        (Route("remind_again", 0.22), Route("pay_reminded")),
        wait=Spread(2 * HOUR, 0.6),
        delay=Spread(2 * DAY, 0.4, 7 * DAY),
        from_due=True,
    ),
    Step(
        "remind_again",
        "Send reminder",
        "Receivables",
        Spread(4 * MINUTE, 0.4),
        (Route("write_off", 0.12), Route("pay_reminded")),
        wait=Spread(2 * HOUR, 0.6),
        delay=Spread(2 * DAY, 0.4, 12 * DAY),
    ),
    Step(
        "pay",
        "Receive payment",
        "Bank interface",
        Spread(2, 0.5),
        (Route("clear", 0.3), Route("clear_auto")),
        delay=Spread(5 * DAY, 0.7, -13 * DAY),
        wait=BANKED,
        from_due=True,
    ),
    Step(
        "pay_late",
        "Receive payment",
        "Bank interface",
        Spread(2, 0.5),
        (Route("clear", 0.3), Route("clear_auto")),
        delay=Spread(5 * DAY, 0.8, 1 * DAY),
        wait=BANKED,
        from_due=True,
    ),
    Step(
        "pay_reminded",
        "Receive payment",
        "Bank interface",
        Spread(2, 0.5),
        (Route("clear", 0.4), Route("clear_auto")),
        delay=Spread(7 * DAY, 0.7),
        wait=BANKED,
    ),
    Step("clear_auto", "Clear invoice", "Workflow", Spread(4, 0.5), (), wait=Spread(20 * MINUTE, 0.5)),
    Step("clear", "Clear invoice", "Receivables", Spread(6 * MINUTE, 0.6), (), wait=Spread(5 * HOUR, 0.8)),
    Step("write_off", "Write off invoice", "Receivables", Spread(12 * MINUTE, 0.5), (), wait=Spread(6 * HOUR, 0.6), delay=Spread(30 * DAY, 0.3)),
    Step("refund", "Issue refund", "Billing", Spread(12 * MINUTE, 0.5), (), wait=Spread(8 * HOUR, 0.8)),
)

ORDER_TO_CASH = Process(
    name="order-to-cash",
    story=__doc__ or "",
    case_name="Order",
    first_case=1_200_001,
    arrivals=WEB_AND_OFFICE,
    masters=(CUSTOMERS, PRODUCTS),
    choices=(CHANNEL,),
    amount=Amount(
        "Order amount",
        Spread(1_900, 1.15),
        by="Product group",
        factors={"Tools": 1.0, "Fasteners": 0.45, "Safety": 0.7, "Electrical": 1.3, "Machines": 6.5, "Spare parts": 0.6},
    ),
    due_name="Invoice due date",
    terms="Payment terms (days)",
    teams=TEAMS,
    entry=(Route("receive_system", 1.0, BY_SYSTEM), Route("receive")),
    steps=ORDERED + DELIVERED + INVOICED,
)

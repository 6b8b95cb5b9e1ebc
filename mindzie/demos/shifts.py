"""Working hours that the processes share."""

from mindzie.demos.process import Arrivals, Shift

OFFICE = (
    Shift(hours=((7.0, 11.5), (12.0, 15.75))),
    Shift(hours=((8.0, 12.0), (12.5, 16.75))),
    Shift(hours=((9.0, 12.5), (13.25, 17.5))),
)
EARLY_AND_LATE = (
    Shift(hours=((6.0, 10.0), (10.5, 14.0))),
    Shift(hours=((14.0, 18.0), (18.5, 22.0))),
)
NIGHTLY = (Shift(hours=((21.0, 21.5),), weekdays=(0, 1, 2, 3, 4, 5, 6), holidays_off=False),)
BANK_STATEMENT = (Shift(hours=((6.5, 7.0),)),)
DELIVERIES = (Shift(hours=((8.0, 18.5),), weekdays=(0, 1, 2, 3, 4, 5)),)
PAYMENT_DAYS = (Shift(hours=((17.0, 17.5),), weekdays=(1, 3)),)

WEB_AND_OFFICE = Arrivals(
    months=(92, 94, 104, 100, 99, 101, 92, 84, 103, 108, 122, 96),
    weekdays=(118, 112, 106, 103, 92, 26, 20),
    hours=(
        3,
        2,
        1,
        1,
        2,
        6,
        18,
        45,
        82,
        100,
        104,
        96,
        70,
        84,
        92,
        86,
        70,
        50,
        34,
        28,
        26,
        22,
        14,
        7,
    ),
    holiday=18,
    growth=0.012,
)
OFFICE_ONLY = Arrivals(
    months=(104, 98, 106, 100, 98, 102, 90, 80, 104, 106, 112, 90),
    weekdays=(112, 114, 108, 104, 78, 0, 0),
    hours=(0, 0, 0, 0, 0, 0, 4, 40, 90, 105, 104, 78, 40, 82, 92, 70, 40, 12, 0, 0, 0, 0, 0, 0),
    holiday=0,
    growth=0.006,
)

"""Process overview by Panel: ``panel serve dashboards/overview.py``, or ``mindzie serve --panel``.

MINDZIE_DATASET names the data set folder; without it demo data is shown.
"""

import os

import panel as pn

import mindzie as mz
from mindzie import calculators
from mindzie.dashboards.overview import overview

pn.extension()

folder = os.environ.get("MINDZIE_DATASET")
# Read once for all readers; each gets filters of their own.
log = pn.state.as_cached(
    "log", lambda: mz.open(folder) if folder else mz.demo("order-to-cash", cases=5_000)
)
board = mz.Dashboard(log)
figures = [
    [board.show(calculators.DataInformation())],
    [board.show(calculators.ProcessMap(measure="events"))],
    [
        board.show(
            calculators.Variants(),
            rows=8,
            columns=("activities", "cases", "share", "median_duration"),
        )
    ],
    [
        board.show(calculators.CaseDuration(bins=24, unit="d")),
        board.show(calculators.CasesOverTime(period="month")),
    ],
    [
        board.show(
            calculators.Bottlenecks(),
            rows=8,
            columns=("from_activity", "to_activity", "cases", "median", "p90", "share"),
        )
    ],
    [
        board.show(
            calculators.ActivityStatistics(),
            rows=12,
            columns=(
                "activity",
                "cases",
                "share",
                "rework_cases",
                "rework_events",
                "median_waiting",
            ),
        )
    ],
]
overview(board, figures, "Process overview").servable(title="Process overview")

"""Runs of the workspace by Panel: ``panel serve dashboards/runs.py --address 127.0.0.1``.

It shows and does what whoever starts it may, so it is for them alone.
"""

import panel as pn

import mindzie as mz
from mindzie.dashboards.runs import RunsPage

pn.extension("tabulator")

RunsPage(mz.workspace()).layout.servable()

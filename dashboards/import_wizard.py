"""The import wizard by Panel: ``panel serve dashboards/import_wizard.py``.

Files are uploaded; MINDZIE_IMPORT_FOLDER names a folder whose files every reader may choose as well.
"""

import os

import panel as pn

import mindzie as mz
from mindzie.dashboards.bridge import bridge
from mindzie.dashboards.template import page

pn.extension()

wizard = mz.ImportWizard(folder=os.environ.get("MINDZIE_IMPORT_FOLDER") or False)
# What was uploaded goes when its page is left; by then the names of this file are gone.
pn.state.on_session_destroyed(lambda _session, left=wizard: left.close())
page("Import a log", bridge(wizard, sizing_mode="stretch_width")).servable()

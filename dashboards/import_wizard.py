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
# what was uploaded goes when its page is left
pn.state.on_session_destroyed(lambda _session: wizard.close())
page("Import a log", bridge(wizard, sizing_mode="stretch_width")).servable()

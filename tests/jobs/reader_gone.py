"""A reader that says how far it is and then never ends, or dies: as native code may on a bad file."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from mindzie.ingest.jobs.progress import Progress

asked = json.loads(sys.stdin.readline())
Path(asked["plan"]["source"]["file"] + ".pid").write_text(str(os.getpid()))
print(json.dumps(Progress("read", rows_expected=7).to_json()), flush=True)  # noqa: T201 - how it tells
if "dies" in asked["plan"]["source"]["file"]:
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(3600)

"""Imports: what one is (`ImportPlan`), doing it with progress (`import_log`, `run_import`), and the jobs of a workspace."""

from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.jobs.progress import Progress
from mindzie.ingest.jobs.running import Imported, import_log, run_import

__all__ = ["ImportPlan", "Imported", "Progress", "import_log", "run_import"]

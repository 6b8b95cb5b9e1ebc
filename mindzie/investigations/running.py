"""Running a notebook: by Papermill in a kernel of its own, into a folder that is there whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from mindzie.core.errors import DataSetError
from mindzie.core.log import package_version
from mindzie.investigations.executing import Failure, Setting, execute
from mindzie.investigations.notebooks import find_notebook, read_notebook
from mindzie.investigations.parameters import declared, given
from mindzie.investigations.recording import taken

__all__ = ["REPORT", "RESULTS", "Failure", "Run", "leave", "run"]

RESULTS: Final = "results.json"
REPORT: Final = "report.html"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left.

    Parameters
    ----------
    notebook, report, results : Path
        The files.
    error : Failure, optional
        Where a cell failed.
    """

    notebook: Path
    report: Path
    results: Path
    error: Failure | None = None

    @property
    def status(self) -> Literal["completed", "failed"]:
        """Whether every cell ran."""
        return "completed" if self.error is None else "failed"


def run(
    notebook: str | Path, out: str | Path, parameters: Mapping[str, Any] | None = None, *, timeout: int | None = None,
    code: bool = False, overwrite: bool = False, pdf: bool = False,
) -> Run:  # fmt: skip
    """Run a notebook in a kernel of its own.

    Parameters
    ----------
    notebook : str or Path
        A file, or the name of a template.
    out : str or Path
        The folder to write. It appears when the run is over, with the executed notebook, ``report.html`` and
        ``results.json``, also where a cell failed.
    parameters : mapping, optional
        By name; text is converted to the type that the notebook's parameters cell declares.
    timeout : int, optional
        Longest time for one cell, in seconds.
    code : bool
        Whether the report shows the code.
    overwrite : bool
        Whether an earlier run's folder is replaced.
    pdf : bool
        Whether there is ``report.pdf`` as well, with a cover.

    Returns
    -------
    Run
        The files, and the failure where there was one.

    Raises
    ------
    UnknownNameError
        Where there is no such notebook or parameter.
    SettingError
        Where a parameter's value does not fit.
    DataSetError
        Where the folder is there already, or is the one this runs in.
    MissingPackageError
        Where PDF is asked for without the extra ``pdf``; nothing is run then.
    """
    from mindzie.investigations.pdf import PDF, printer, report_pdf

    if pdf:
        printer()
    source, target = find_notebook(notebook), Path(out)
    prepared = read_notebook(source)
    values = given(declared(prepared), parameters or {}, source.name)
    _refuse(target, overwrite=overwrite)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
        folder = Path(beside) / "run"
        error = leave(prepared, folder, source.name, values, Setting(timeout), code=code)
        if pdf:
            page, results = ((folder / one).read_text("utf-8") for one in (REPORT, RESULTS))
            (folder / PDF).write_bytes(report_pdf(page, json.loads(results)))
        _put(folder, target)
    return Run(target / source.name, target / REPORT, target / RESULTS, error)


def _put(folder: Path, target: Path) -> None:
    """Put a folder in the place of another, which stays where it was if that fails."""
    if not target.exists():
        folder.rename(target)
        return
    # Beside both: what is cleaned up after a failure must not hold the only copy.
    earlier = target.with_name(f".{target.name}-before-{folder.parent.name.rpartition('-')[2]}")
    target.rename(earlier)
    try:
        folder.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


def _refuse(target: Path, *, overwrite: bool) -> None:
    if Path.cwd().is_relative_to(target.resolve()):
        raise DataSetError(
            f"{target} is the folder you are in, which cannot be replaced: name a folder in it."
        )
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not overwrite:
        raise DataSetError(
            f"{target} exists already: choose another folder, or overwrite an earlier run (--overwrite)."
        )
    if not (target / RESULTS).is_file():
        raise DataSetError(
            f"{target} is not the folder of an earlier run, so it is not overwritten: choose another folder."
        )


def leave(
    prepared: Any, folder: Path, name: str, values: dict[str, Any], setting: Setting, *,
    code: bool = False, about: Mapping[str, Any] | None = None,
) -> Failure | None:  # fmt: skip
    """Execute a notebook, and leave it with its report and its results.

    Parameters
    ----------
    prepared : NotebookNode
        As ``read_notebook`` returns it.
    folder : Path
        To be made.
    name : str
        Of the notebook's file in it.
    values : dict
        Parameters, as ``given`` returns them.
    setting : Setting
        Where and how.
    code : bool
        Whether the report shows the code.
    about : mapping, optional
        What else the results say of the run.

    Returns
    -------
    Failure or None
        The cell that failed.
    """
    import nbformat

    from mindzie.investigations.report import report

    folder.mkdir()
    executed, error = execute(prepared, folder / name, values, setting)
    results = taken(executed)
    # Where it ran was there for the run only, and is nobody's business.
    for path in ("input_path", "output_path"):
        executed.metadata.get("papermill", {}).pop(path, None)
    nbformat.write(executed, folder / name)
    summary = {
        "status": "completed" if error is None else "failed",
        "notebook": name,
        **(about or {}),
        # JSON has no NaN and no infinity: they are named.
        "parameters": json.loads(json.dumps(values), parse_constant=str),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "mindzie": package_version(),
        "error": None if error is None else {"cell": error.cell, "message": error.message},
        "results": results,
    }
    (folder / REPORT).write_text(report(executed, code=code, results=summary), encoding="utf-8")
    text = json.dumps(summary, ensure_ascii=False, indent=1)
    (folder / RESULTS).write_text(text, encoding="utf-8")
    return error

"""Running a notebook: by Papermill in a kernel of its own, into a folder that is there whole or not at all."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from mindzie.core.errors import DataSetError
from mindzie.core.log import package_version
from mindzie.investigations.notebooks import find_notebook, read_notebook
from mindzie.investigations.parameters import declared, given
from mindzie.investigations.recording import taken

RESULTS: Final = "results.json"
REPORT: Final = "report.html"


@dataclass(frozen=True, slots=True)
class Failure:
    """The cell that failed.

    Parameters
    ----------
    cell : int
        As Jupyter numbers executed cells.
    source : str
        Its code.
    message : str
        The error, without traceback.
    """

    cell: int
    source: str
    message: str


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
    code: bool = False, overwrite: bool = False,
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
    """
    source, target = find_notebook(notebook), Path(out)
    prepared = read_notebook(source)
    values = given(declared(prepared), parameters or {}, source.name)
    _refuse(target, overwrite=overwrite)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
        folder = Path(beside) / "run"
        folder.mkdir()
        executed, error = _execute(prepared, folder / source.name, values, timeout)
        _leave(executed, folder, source.name, values, error, code=code)
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


def _execute(
    prepared: Any, file: Path, values: dict[str, Any], timeout: int | None
) -> tuple[Any, Failure | None]:
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import remove_error_markers

    from mindzie.investigations.kernel import NAME, RecordingKernel

    nbformat.write(prepared, file)
    # Papermill fills in parameters between braces, and these are none.
    place = str(file).replace("{", "{{").replace("}", "}}")
    # What goes wrong is said once, by the run.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    said = None
    try:
        papermill.execute_notebook(
            place,
            place,
            values,
            kernel_name=NAME,
            progress_bar=False,
            execution_timeout=timeout,
            kernel_manager_class=RecordingKernel,
        )
    except PapermillExecutionError as error:
        said = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        said = (
            f"The cell took longer than {timeout} seconds: allow more time, or give it less to do."
        )
    except DeadKernelError:
        said = "The kernel died, perhaps for want of memory."
    executed = remove_error_markers(nbformat.read(file, as_version=4))
    return executed, _failure(executed, said) if said is not None else None


def _failure(executed: Any, message: str) -> Failure:
    begun = [
        cell
        for cell in executed.cells
        if cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("start_time")
    ]
    failed = next((cell for cell in begun if cell.metadata.papermill.get("exception")), begun[-1])
    failed.metadata["mindzie_failed"] = message
    return Failure(failed.execution_count or len(begun), failed.source, message)


def _leave(
    executed: Any,
    folder: Path,
    name: str,
    values: dict[str, Any],
    error: Failure | None,
    *,
    code: bool,
) -> None:
    import nbformat

    from mindzie.investigations.report import report

    results = taken(executed)
    # Where it ran was there for the run only, and is nobody's business.
    for path in ("input_path", "output_path"):
        executed.metadata.get("papermill", {}).pop(path, None)
    nbformat.write(executed, folder / name)
    (folder / REPORT).write_text(report(executed, code=code), encoding="utf-8")
    summary = {
        "status": "completed" if error is None else "failed",
        "notebook": name,
        # JSON has no NaN and no infinity: they are named.
        "parameters": json.loads(json.dumps(values), parse_constant=str),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "mindzie": package_version(),
        "error": None if error is None else {"cell": error.cell, "message": error.message},
        "results": results,
    }
    (folder / RESULTS).write_text(
        json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8"
    )

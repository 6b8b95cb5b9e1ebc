"""Executing a notebook: by Papermill in a kernel of its own, whatever goes wrong in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mindzie.investigations.watching import Watch, children, end

if TYPE_CHECKING:
    from mindzie.investigations.spare import Spare

Tell = Callable[[int, int], None]
"""Is told how many code cells are done, and of how many."""


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
class Setting:
    """Where and how a notebook is executed.

    Parameters
    ----------
    timeout : int, optional
        Longest time for one cell, in seconds.
    folder : Path, optional
        Where it runs; here where not given.
    watch : Watch, optional
        Ends what takes too long or too much memory.
    tell : callable, optional
        Is told how many cells are done.
    spare : Spare, optional
        Becomes the kernel, which is started anew where not given.
    """

    timeout: int | None = None
    folder: Path | None = None
    watch: Watch | None = None
    tell: Tell | None = None
    spare: Spare | None = None


_LOOKS: Final = 0.25
"""Seconds between two looks at whether it has ended."""
PLAIN: Final = Setting()
"""Here, with as much time and memory as it takes."""


def execute(
    prepared: Any, file: Path, values: dict[str, Any], setting: Setting = PLAIN
) -> tuple[Any, Failure | None]:
    """Execute a notebook.

    Parameters
    ----------
    prepared : NotebookNode
        The notebook.
    file : Path
        Where it is written meanwhile.
    values : dict
        Its parameters.
    setting : Setting
        Where and how.

    Returns
    -------
    tuple of NotebookNode and Failure or None
        The notebook with its outputs, and the cell that failed.
    """
    import nbformat
    from papermill.execute import remove_error_markers

    nbformat.write(prepared, file)
    said = _run(file, values, setting)
    executed = remove_error_markers(nbformat.read(file, as_version=4))
    return executed, _failure(executed, said) if said is not None else None


def _run(file: Path, values: dict[str, Any], setting: Setting) -> str | None:
    """Execute the notebook in a file, and return what went wrong."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from mindzie.investigations.kernel import NAME

    # Papermill fills in parameters between braces, and these are none.
    place = str(file).replace("{", "{{").replace("}", "}}")
    # What goes wrong is said once, by the run.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    watch = setting.watch or Watch()
    try:
        with watch:
            _interruptible(
                papermill.execute_notebook,
                place,
                place,
                values,
                kernel_name=NAME,
                progress_bar=False,
                cwd=setting.folder,
                execution_timeout=setting.timeout,
                kernel_manager_class=_kernel(setting.spare),
                **_hooks(file, setting.tell, more=bool(values)),
            )
    except PapermillExecutionError as error:
        return watch.reached or f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        return f"The cell took longer than {setting.timeout} seconds: allow more time, or give it less to do."
    except DeadKernelError:
        return watch.reached or "The kernel died, perhaps for want of memory."
    except RuntimeError:
        if watch.reached is None:
            raise
        return watch.reached  # it had not begun
    return None


def _interruptible(call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Call on a thread, where nbclient takes no signals for itself; an interruption ends what was started, and then is raised."""
    before = children()
    with ThreadPoolExecutor(1, "mindzie-run") as pool:
        called = pool.submit(_on_a_loop, partial(call, *arguments, **named))
        try:
            while not called.done():  # Polars lets a signal wait for as long as its thread does
                wait([called], _LOOKS)
        except BaseException:
            while not called.done():  # what is only being started ends at one of the next looks
                end(children() - before)
                wait([called], _LOOKS)
            raise
        called.result()


def _on_a_loop(call: Callable[[], Any]) -> None:
    """Call with the event loop that Jupyter's clients would make for this thread, and leave to itself."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    try:
        call()
    finally:
        loop.close()


def _kernel(spare: Spare | None) -> type:
    from mindzie.investigations.kernel import RecordingKernel

    if spare is None:
        return RecordingKernel
    from mindzie.investigations.spare import kernel_of

    return kernel_of(spare)


def _hooks(file: Path, tell: Tell | None, *, more: bool) -> dict[str, Any]:
    if tell is None:
        return {}
    import nbformat

    cells = nbformat.read(file, as_version=4).cells
    # the parameters that were given are a cell of their own
    count = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in cells) + more
    done = 0
    tell(done, count)

    def executed(*, execute_reply: Any, **_: Any) -> None:
        nonlocal done
        if execute_reply["content"]["status"] == "ok":
            done += 1
            tell(done, count)

    return {"on_cell_executed": executed}


def _failure(executed: Any, message: str) -> Failure:
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    begun = [cell for cell in code if cell.metadata.get("papermill", {}).get("start_time")]
    seen = begun or code[:1]
    failed = next((cell for cell in seen if cell.metadata.papermill.get("exception")), seen[-1])
    failed.metadata["mindzie_failed"] = message
    return Failure(failed.execution_count or max(len(begun), 1), failed.source, message)

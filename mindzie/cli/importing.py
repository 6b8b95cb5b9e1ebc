"""``mindzie import``: a log into a data set folder or the workspace, by options or by a YAML file that says it all."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.data import AsJson, show_log
from mindzie.cli.doors import Database, opened
from mindzie.cli.phrases import advising
from mindzie.core.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mindzie.ingest.jobs import ImportPlan, Progress
    from mindzie.ingest.jobs.progress import Tell

_YAML: Final = (".yaml", ".yml")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    file: Annotated[
        str | None,
        typer.Argument(
            help="A log: CSV, Excel, JSON lines, Parquet, XES, OCEL, packed or not; or a YAML file with an import.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="YAML", help="A YAML file that says what to import, how and to where."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The data set folder to write; it must not exist yet."),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The workspace's data set that gets it, in place of --to."
        ),
    ] = None,
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="The project of --dataset.")
    ] = None,
    workspace: Database = None,
    save_yaml: Annotated[
        Path | None,
        typer.Option(metavar="YAML", help="Write the import as a YAML file, and do nothing else."),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="A mapping: a YAML or JSON file, or a name in the workspace."
        ),
    ] = None,
    suggested: Annotated[
        bool,
        typer.Option(
            "--suggested",
            help="Take the mapping that is suggested, such as for rows with several dates.",
        ),
    ] = False,
    most_rejected: Annotated[
        float | None, typer.Option(help="Share of rejected rows, 0 to 1, above which it fails.")
    ] = None,
    case: Annotated[
        str | None, typer.Option(help="Column with the case id; guessed if not given.")
    ] = None,
    activity: Annotated[str | None, typer.Option(help="Column with the activity.")] = None,
    timestamp: Annotated[
        list[str] | None,
        typer.Option(
            help="Column with the (completion) time; twice for that of the date and that of the time of day."
        ),
    ] = None,
    start: Annotated[
        list[str] | None, typer.Option(help="Column with the start time; twice as --timestamp.")
    ] = None,
    resource: Annotated[str | None, typer.Option(help="Column with the resource.")] = None,
    order: Annotated[
        str | None, typer.Option(help="Column that orders events of equal time.")
    ] = None,
    expected_order: Annotated[
        list[str] | None,
        typer.Option(help="Activity in expected order, to order equal times; repeat it."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of times without offset, such as Europe/Berlin.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Field delimiter of a CSV file; found out if not given.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a CSV file.")] = None,
    decimal: Annotated[str | None, typer.Option(help="Decimal mark: . or ,")] = None,
    day_first: Annotated[
        bool | None, typer.Option("--day-first/--month-first", help="How to read 1/2/2025.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(help="How times are written, such as %d.%m.%Y %H:%M.")
    ] = None,
    null_value: Annotated[
        list[str] | None, typer.Option(help="Text that means missing, such as ?; repeat it.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook, by its name or number.")
    ] = None,
    header_row: Annotated[
        int | None, typer.Option(min=1, help="Row with the names of the columns, from 1.")
    ] = None,
    member: Annotated[str | None, typer.Option(help="Which file of an archive.")] = None,
    object_type: Annotated[
        str | None, typer.Option(help="Which objects of an object-centric log are the cases.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the log.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read an event log and keep it as a data set."""
    reading = {
        "case": case, "activity": activity, "timestamp": _column(timestamp), "start": _column(start), "resource": resource, "order": order,
        "expected_order": expected_order, "timezone": timezone, "delimiter": delimiter, "encoding": encoding, "decimal": decimal,
        "day_first": day_first, "date_format": date_format, "null_values": null_value, "name": name,
        "sheet": int(sheet) if sheet and sheet.isdecimal() else sheet, "header_row": header_row, "member": member, "object_type": object_type,
    }  # fmt: skip
    target = {"folder": None if to is None else str(to), "dataset": dataset, "project": project}
    said = {
        "mapping": None if mapping is None else _mapping(mapping),
        "most_rejected": most_rejected,
    }
    with advising():
        if suggested:
            said["mapping"] = _suggested(file, mapping, _given(reading))
        plan = _plan(_one(file, config), _given(reading), _given(target), _given(said))
        if save_yaml is not None:
            _save(plan, save_yaml)
        else:
            _do(plan, workspace, as_json=as_json)


def _column(names: list[str] | None) -> str | list[str] | None:
    return names[0] if names and len(names) == 1 else names


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _one(file: str | None, config: Path | None) -> str | Path:
    """Return the log, or the YAML file as a path."""
    if (file is None) == (config is None):
        raise SettingError("Say what to import: either a log, or --config with a YAML file.")
    if config is not None or str(file).lower().endswith(_YAML):
        return config or Path(str(file))
    return str(file)


def _plan(
    what: str | Path, reading: dict[str, Any], target: dict[str, Any], said: dict[str, Any]
) -> ImportPlan:
    """Return what the command line says; of a YAML file's import it replaces what it says otherwise."""
    from mindzie.ingest.jobs import ImportPlan
    from mindzie.ingest.jobs.yaml_file import read_plan

    if isinstance(what, str):
        if not target:
            raise SettingError("Say where to: --to DIR, or --dataset NAME of the workspace.")
        return ImportPlan(source={"file": what}, reading=reading, target=target, **said)
    stored = read_plan(what).to_json() | said
    stored["reading"] = stored.get("reading", {}) | reading
    plan = ImportPlan.load(stored | ({"target": target} if target else {}))
    if plan.target is None:
        raise SettingError(f"{what} has no target: write one, or say --to DIR or --dataset NAME.")
    return plan


def _mapping(said: str) -> Any:
    from mindzie.ingest.jobs.yaml_file import loaded

    path = Path(said)
    return loaded(path.read_text("utf-8"), said) if path.is_file() else said


def _suggested(file: str | None, mapping: str | None, reading: dict[str, Any]) -> Any:
    """Return the mapping that is suggested for a log's columns."""
    if file is None or file.lower().endswith(_YAML) or mapping is not None:
        raise SettingError("--suggested is for a log, and in place of --config and --mapping.")
    from mindzie.ingest.suggestions import suggest

    return suggest(file, **reading).mapping


def _save(plan: ImportPlan, path: Path) -> None:
    from mindzie.ingest.jobs.yaml_file import beside, save_plan

    here = Path.cwd()
    # a YAML file's paths are looked for beside it
    save_plan(plan if path.absolute().parent == here else beside(plan, here), path)
    typer.echo(f"Written to {path}: mindzie import --config {path} does it.")


def _do(plan: ImportPlan, workspace: str | None, *, as_json: bool) -> None:
    from mindzie.ingest.jobs import run_import

    needs = plan.target is not None and plan.target.dataset is not None
    needs |= plan.source.connector is not None or isinstance(plan.mapping, str)
    needs |= plan.source.password_secret is not None
    with telling() as tell:
        made = run_import(plan, workspace=opened(workspace) if needs else None, progress=tell)
    if made.version is not None and not as_json:
        said = "" if made.is_new else "Nothing is new. "
        typer.echo(f"{said}Version {made.version.label} of the data set {plan.target.dataset!r}.")  # type: ignore[union-attr]
    show_log(made.log, as_json=as_json)
    job = made.job
    if job is not None and made.is_new and made.log.rejected.height and not as_json:
        typer.echo(f"Mend what was rejected: mindzie jobs rejected {job.id} --out rejected.csv")


@contextmanager
def telling() -> Iterator[Tell | None]:
    """Show progress in one line of a terminal; files and pipes get none."""
    if not sys.stderr.isatty():
        yield None
        return

    def tell(progress: Progress) -> None:
        typer.echo(f"\r\033[K{progress}", nl=False, err=True)

    try:
        yield tell
    finally:
        typer.echo("\r\033[K", nl=False, err=True)

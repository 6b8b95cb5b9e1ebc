"""Copy as code: the Python, and the YAML of the command line, that import what the wizard imports."""

from __future__ import annotations

import re
from typing import Any

from mindzie.ingest.mapping.values import Mapping
from mindzie.widgets.import_wizard.plan import Plan
from mindzie.widgets.import_wizard.source import Source

_SHORT = 88


def code(source: Source, plan: Plan, columns: list[str]) -> str:
    """Return a script that makes the log.

    Parameters
    ----------
    source : Source
        What is imported.
    plan : Plan
        How.
    columns : list of str
        Of the source.

    Returns
    -------
    str
        It ends with the studio on the log.
    """
    script = source.script()
    settings = plan.reading(columns)
    mapping = settings.pop("mapping", None)
    lines = [*script.before, *([] if mapping is None else _mapping(mapping))]
    if mapping is not None:
        settings["mapping"] = _Name("mapping")
    given = [*script.given, *(f"{name}={_said(value)}" for name, value in settings.items())]
    call = ", ".join(given)
    if len(call) < _SHORT:
        lines.append(f"log = {script.reader}({call})")
    else:
        lines += [f"log = {script.reader}(", *(f"    {row}," for row in given), ")"]
    return "\n".join([*_imports(lines), "", *lines, "mz.Studio(log)"]) + "\n"


def _imports(lines: list[str]) -> list[str]:
    """Return what a script needs, the standard library's first."""
    if not any("SecretStr(" in line for line in lines):
        return ["import mindzie as mz"]
    return ["import os", "", "from pydantic import SecretStr", "", "import mindzie as mz"]


def description(source: Source, plan: Plan, columns: list[str], name: str) -> str:
    """Return the import as the YAML that ``mindzie import --config`` takes.

    Parameters
    ----------
    source, plan, columns
        As for `code`.
    name : str
        Of the log; its folder is called so.

    Returns
    -------
    str
        Without secrets.

    Raises
    ------
    SettingError
        Where only Python knows the source.
    """
    from mindzie.ingest.jobs import ImportPlan
    from mindzie.ingest.jobs.yaml_file import to_yaml

    settings = plan.reading(columns)
    mapping = settings.pop("mapping", None)
    folder = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "log"
    made = ImportPlan(
        source=source.planned(),
        reading=settings,
        mapping=mapping,
        target={"folder": folder},
    )
    return to_yaml(made)


class _Name(str):
    """A variable of the script."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _said(value: Any) -> str:
    return repr(list(value)) if isinstance(value, tuple) else repr(value)


def _mapping(mapping: Mapping) -> list[str]:
    roles = {role: name for role, name in mapping.roles if name}
    steps = [step.model_dump(mode="json", exclude_defaults=False) for step in mapping.steps]
    rows = [f"        {step!r}," for step in steps]
    return ["mapping = mz.Mapping(", f"    roles={roles!r},", "    steps=[", *rows, "    ],", ")"]

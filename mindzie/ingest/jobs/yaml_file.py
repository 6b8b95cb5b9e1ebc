"""Imports as YAML files: read safely, written so that people can go on with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest.jobs.plan import ImportPlan

_LONGEST: Final = 1_000_000


class _Plain(yaml.SafeLoader):  # type: ignore[misc]
    """Values of JSON alone: no tags that make objects, no dates made of texts, no names said twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's way
        first: [each for each in found if each[0] != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases, of which a few lines can make a value of any size."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "an alias (*name), which is not read here", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a name that is there twice."""
        names = [key.value for key, _ in node.value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"{twice!r} is there twice", node.start_mark
            )
        return dict(super().construct_mapping(node, deep=deep))


def loaded(text: str, where: str) -> Any:
    """Return the values of a YAML (or JSON) text.

    Parameters
    ----------
    text : str
        At most a million letters.
    where : str
        Where it is from, for messages.

    Returns
    -------
    object
        Values as in JSON.

    Raises
    ------
    SettingError
        With the place of what is wrong.

    Examples
    --------
    >>> loaded("source: {file: orders.csv}", "here")
    {'source': {'file': 'orders.csv'}}
    """
    if len(text) > _LONGEST:
        raise SettingError(f"{where} has more than {_LONGEST:,} letters, and is no import.")
    try:
        return yaml.load(text, _Plain)  # noqa: S506 - a loader that is safer than the safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or "it is not YAML"
    except (RecursionError, ValueError) as error:
        place, what = "", str(error) if isinstance(error, ValueError) else "it is too deep"
    raise SettingError(f"{where}{place}: {what}.")


def read_plan(path: Path) -> ImportPlan:
    """Read an import from a YAML file.

    Parameters
    ----------
    path : Path
        As `save_plan` or a person wrote it. Files that it names are looked for beside it.

    Returns
    -------
    ImportPlan
        Checked.

    Raises
    ------
    SourceError
        Where there is no such file.
    SettingError
        With everything that is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SourceError(f"{path} cannot be read: {why}.") from None
    said = loaded(text, str(path))
    try:
        plan = ImportPlan.load(said)
    except SettingError as error:
        raise SettingError(f"{path}: {error}") from None
    return beside(plan, path.parent)


def beside(plan: ImportPlan, folder: Path) -> ImportPlan:
    """Return a plan whose relative paths are looked for in a folder."""
    source, target = plan.source, plan.target
    if source.file is not None and "://" not in source.file:
        path = str(folder / Path(source.file).expanduser())
        source = source.model_copy(update={"file": path})
    if target is not None and target.folder is not None:
        path = str(folder / Path(target.folder).expanduser())
        target = target.model_copy(update={"folder": path})
    return plan.model_copy(update={"source": source, "target": target})


def to_yaml(plan: ImportPlan) -> str:
    """Return a plan as YAML.

    Examples
    --------
    >>> print(to_yaml(ImportPlan(source={"file": "orders.csv"}, target={"dataset": "orders"})), end="")
    source:
      file: orders.csv
    target:
      dataset: orders
    """
    said = plan.to_json()
    return str(yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100))


def save_plan(plan: ImportPlan, path: Path) -> None:
    """Write a plan as a YAML file, which must not exist yet.

    Raises
    ------
    SettingError
        Where it exists.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_yaml(plan))
    except FileExistsError:
        raise SettingError(f"{path} exists already: choose another name.") from None

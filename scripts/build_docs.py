"""Write the pages of the catalogue from the operations themselves, and the list that makes a rename visible.

``--check`` writes nothing and fails where a page is not up to date.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from pprint import pformat
from typing import Any

from docs_connectors import page as page_of_connectors
from docs_examples import example_of
from docs_previews import preview
from docs_words import settings_table

import mindzie as mz
from mindzie.access.permissions import LEVELS, OPERATES, PERMISSIONS, ROLES, all_of
from mindzie.core.errors import MindzieError
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.ingest.mapping.functions import FUNCTIONS
from mindzie.operations import operations

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "operations"
RIGHTS = ROOT / "docs" / "operators" / "permissions.md"
CALLS = ROOT / "docs" / "analysts" / "expressions.md"
CONNECTORS = ROOT / "docs" / "connectors.md"
GOLDEN = ROOT / "tests" / "operations" / "golden_operations.json"
VERBS = {"filter": "filter", "calculator": "calculate", "enrichment": "enrich"}
VARIABLES = {"filter": "kept", "calculator": "result", "enrichment": "enriched"}
TITLES = {
    "filter": "Filters choose cases or events",
    "calculator": "Calculators turn a log into a result",
    "enrichment": "Enrichments add attributes, or reshape events",
}
MADE = "<!-- made by `make docs` from the operation itself: change its docstrings -->"
MADE_OF_CALLS = "<!-- made by `make docs` from mindzie/ingest/mapping/functions.py -->"
MADE_OF_RIGHTS = "<!-- made by `make docs` from mindzie/access/permissions.py -->"
CASES = 200
WIDTH = 100


def main() -> int:
    """Write what changed, or with --check say it; return the exit code."""
    ours = [cls for cls in operations() if cls.__module__.startswith("mindzie.")]
    log = mz.demo("order-to-cash", cases=CASES)
    wanted = {PAGES / f"{cls.kind}s" / f"{cls.id}.md": page(cls, log) for cls in ours}
    wanted |= {
        PAGES / "index.md": index(ours),
        GOLDEN: golden(ours),
        RIGHTS: rights(),
        CALLS: calls(),
    }
    wanted[CONNECTORS] = page_of_connectors()
    stale = [path for path in PAGES.rglob("*.md") if path not in wanted]
    changed = [p for p, text in wanted.items() if not p.exists() or p.read_text("utf-8") != text]
    for path in (*stale, *changed):
        print(path.relative_to(ROOT))
    if "--check" in sys.argv[1:]:
        return 1 if stale or changed else 0
    for path in stale:
        path.unlink()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
    return 0


def page(cls: type[Operation], log: EventLog) -> str:
    """Return the page of an operation."""
    try:
        example = example_of(cls)
        shown = preview(example, log)
    except MindzieError as error:
        message = f"The example of the {cls.kind} {cls.id} does not fit the demo log: {error}\nGive it one in scripts/docs_examples.py."
        raise SystemExit(message) from None
    parts = [
        f"# {heading(cls)}\n{MADE}",
        f"{cls.kind} `{cls.id}` · {cls.category} · [all operations](../index.md)",
        meaning(cls),
        "## Settings",
        settings_table(cls.model_json_schema()) if cls.model_fields else "It has none.",
        "## Example",
        example.title,
        f"```python\n{code(example)}```",
        f"```json\n{stored(example)}\n```",
        f"On the demo log of {CASES} cases:",
        shown,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def calls() -> str:
    """Return the page of the functions of expressions."""
    rows = [
        f"| `{function.example}` | {function.says} | {function.gives if function.gives in {'text', 'number', 'date', 'boolean'} else 'as its values'} |"
        for _, function in sorted(FUNCTIONS.items())
    ]
    parts = [
        f"# Expressions of mappings\n{MADE_OF_CALLS}",
        "SQL's grammar: names of columns stand as they are or in double quotes, texts in single quotes; `+ - * / %`, `||`, `= <> < <= > >=`, `and or not`, `in (...)`, `between ... and ...`, `like 'A%'`, `is null`, `case when ... then ... else ... end`. A missing value makes a missing value. Nothing else of SQL is understood, and nothing is run as code. See [mappings](mappings.md).",
        "| call | means | gives |\n|---|---|---|\n" + "\n".join(rows),
    ]
    return "\n\n".join(parts) + "\n"


def rights() -> str:
    """Return the page of permissions and roles."""
    granted = {name: all_of(tuple(names)) for name, (_, names) in ROLES.items()}
    levels = {name: all_of(tuple(names)) for name, names in LEVELS.items()}
    roles = [f"| {name} | {said} |" for name, (said, _) in ROLES.items()]
    rows = [
        f"| `{each.name}` | {each.description} | "
        + " | ".join("yes" if each.name in names else "" for names in granted.values())
        + " |"
        for each in PERMISSIONS
    ]
    shared = [
        f"| {name} | {', '.join(f'`{each.name}`' for each in PERMISSIONS if each.name in names)} |"
        for name, names in levels.items()
    ]
    parts = [
        f"# Permissions and roles\n{MADE_OF_RIGHTS}",
        "A role says what its holder may do, a share says where and how far: in a shared project both must allow it. A role that is given for one project needs no share there, and who made a project manages it. Roles of a tenant's own are made of the same permissions.",
        "\n".join(["| role | |", "|---|---|", *roles]),
        "\n".join(
            [
                f"| permission | | {' | '.join(granted)} |",
                f"|---|---|{':-:|' * len(granted)}",
                *rows,
            ]
        ),
        "## Shares",
        "A share of a project gives at most these, of what its holder's roles allow:",
        "\n".join(["| level | |", "|---|---|", *shared]),
        "Who may share a project opens it to others as far as it is open to themselves, by having made it or by a share: to `edit`, a developer makes connectors there though an analyst let them in. Who has it by roles alone gives nobody what they have not there themselves.",
        "## The operator",
        f"Who runs `mindzie admin` has these in every tenant: {', '.join(f'`{name}`' for name in sorted(OPERATES))}.",
    ]
    return "\n\n".join(parts) + "\n"


def heading(cls: type[Operation]) -> str:
    """Return an id as a title."""
    return cls.id.replace("_", " ").capitalize()


def meaning(cls: type[Operation]) -> str:
    """Return the docstring up to its examples."""
    text = inspect.cleandoc(cls.__doc__ or "").partition("\nExamples\n---")[0]
    return text.replace("``", "`")


def code(example: Operation) -> str:
    """Return Python that does the example, one setting a line where it is long."""
    made, verb = repr(example), VERBS[example.kind]
    call = f"{VARIABLES[example.kind]} = log.{verb}({made})"
    if len(call) > WIDTH:
        fields = type(example).model_fields
        lines = [
            f"        {name}={pformat(value, width=WIDTH - 8).replace(chr(10), chr(10) + ' ' * 8)},\n"
            for name, value in example
            if value != fields[name].get_default(call_default_factory=True)
        ]
        head = made.partition("(")[0]
        call = f"{VARIABLES[example.kind]} = log.{verb}(\n    {head}(\n{''.join(lines)}    )\n)"
    families = sorted(f"{kind}s" for kind in VERBS if f"{kind}s." in made)
    imports = f"import mindzie as mz\nfrom mindzie import {', '.join(families)}"
    return f'{imports}\n\nlog = mz.demo("order-to-cash", cases={CASES})\n{call}\n'


def stored(example: Operation) -> str:
    """Return the JSON of an example, short lists on one line."""
    text = json.dumps(example.to_json(), indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+([^][{}]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)


def index(classes: list[type[Operation]]) -> str:
    """Return the table of contents, by kind and category."""
    parts = [f"# Operations\n{MADE}"]
    for kind, title in TITLES.items():
        rows = ["| | category | |", "|---|---|---|"]
        for c in sorted((c for c in classes if c.kind == kind), key=lambda c: (c.category, c.id)):
            described = c.description().replace("``", "`")
            rows.append(f"| [`{c.id}`]({kind}s/{c.id}.md) | {c.category} | {described} |")
        parts += [f"## {title}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def golden(classes: list[type[Operation]]) -> str:
    """Return every id with its settings and their defaults: stored notebooks and dashboards depend on them."""
    made: dict[str, dict[str, Any]] = {kind: {} for kind in VERBS}
    for cls in classes:
        schema = cls.model_json_schema()
        needed = schema.get("required", ())
        made[cls.kind][cls.id] = {
            name: "needed" if name in needed else {"default": offered.get("default")}
            for name, offered in schema.get("properties", {}).items()
        }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())

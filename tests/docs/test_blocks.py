"""Every block of code in the documentation does what it says."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from mindzie.cli.app import app
from mindzie.core.operation import REGISTRY
from mindzie.ingest.jobs import ImportPlan
from mindzie.ingest.jobs.yaml_file import loaded
from mindzie.operations import operations

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
DRAWN = ("", "text", "mermaid")  # for people alone
RUN = ("sql",)  # by test_operators_guide.py
KNOWN = (".", "cd", "export", "git", "mkdir", "pip", "source", "umask")  # commands of others
FENCE = re.compile(r"^( *)```([\w+-]*)[^\n]*\n(.*?)^\1```\s*$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    line: int
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        yield Block(found[2], text.count("\n", 0, found.start()) + 2, found[3])


def wrong_words(words: list[str], line: str) -> str:
    """Return what is wrong with a line of mindzie: a command or an option that there is not."""
    command: Any = typer.main.get_command(app)
    said = [word for word in words if not word.startswith("-")]
    while said and (known := getattr(command, "commands", None)) is not None:
        if said[0] not in known:
            return f"no such command: {line}"
        command = known[said.pop(0)]
    options = {name for each in command.params for name in each.opts} | {"--help", "--version"}
    asked = {word.partition("=")[0] for word in words if word.startswith("--")}
    return f"no such option: {line}" if asked - options - {"--install-completion"} else ""


def targets() -> set[str]:
    made = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert made
    return set(made[1].split())


def wrong_command(line: str) -> str:
    """Return what is wrong with a line of shell, or nothing."""
    words = shlex.split(line, comments=True)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words or words[0] in KNOWN:
        return ""
    said = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    if words[0] == "make":
        return "" if set(said) - {"..."} <= targets() else f"no such target: {line}"
    if words[0] == "mindzie" and said[:1] == ["run"] and len(said) > 1:
        template = ROOT / "notebook_templates" / f"{said[1]}.ipynb"
        return "" if template.is_file() else f"no such template: {line}"
    if words[0] == "mindzie":
        return wrong_words(words[1:], line)
    return f"neither make nor mindzie nor one of {KNOWN}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    operations()  # all are known before the page adds its own, which end with it
    for kind, known in REGISTRY.items():
        monkeypatch.setitem(REGISTRY, kind, dict(known))
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        where = f"{page.relative_to(ROOT)}, line {block.line}"
        if block.language == "python":
            # the line numbers of a traceback are those of the page
            code = "\n" * (block.line - 1) + block.text
            exec(compile(code, str(page), "exec", dont_inherit=True), names)
        elif block.language == "sh":
            for line in block.text.replace("\\\n", " ").splitlines():
                assert not wrong_command(line), f"{where}: {wrong_command(line)}"
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "yaml":
            ImportPlan.load(loaded(block.text, where))
        else:
            assert block.language in (*DRAWN, *RUN), f"{where}: nothing checks {block.language!r}"


def test_all_fences_are_seen() -> None:
    for page in PAGES:
        fences = re.findall(r"^ *```", page.read_text("utf-8"), re.MULTILINE)
        assert len(fences) == 2 * len(list(blocks(page))), page


@pytest.mark.parametrize(
    "line",
    [
        "make nothing",
        "mindzie conquer",
        "mindzie run conquest.ipynb",
        "curl x",
        "MINDZIE=1 mindzie conquer --all",
        "mindzie admin conquer",
        "mindzie admin tenants create acme --max-armies 2",
    ],
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    assert wrong_command(line)


@pytest.mark.parametrize(
    "line",
    [
        "# a comment",
        'make test PYTEST="-k map"  # some',
        "mindzie info orders --json",
        "mindzie admin tenants create acme --max-users 2",
    ],
)
def test_a_command_that_exists_is_fine(line: str) -> None:
    assert not wrong_command(line)


@pytest.mark.parametrize("kind", ["filter", "calculator", "enrichment"])
def test_json_of_a_page_makes_the_operation_that_its_python_makes(kind: str) -> None:
    from mindzie import load

    pages = [page for page in PAGES if page.parent.name == f"{kind}s"]
    assert len(pages) > 5
    for page in pages:
        python, stored = (block.text for block in blocks(page))
        operation = load(stored, kind)
        names: dict[str, object] = {}
        exec(python, names)
        made = names.get("kept", names.get("enriched", names.get("result")))
        seen = made.recipe[-1] if kind != "calculator" else made.operation
        assert seen == operation, page

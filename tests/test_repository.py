"""The repository's own promises: locks, environment, decisions, changelog, make."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("uv", "build", "studio", "dev", "emulators", "conda")
PYTHONS = ("3.11", "3.13")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def locked(root: Path, name: str, python: str) -> dict[str, str]:
    """Return package -> version of one lock, for one Python on Linux."""
    text = (root / "requirements" / f"{name}.txt").read_text("utf-8")
    machine = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    pins = [Requirement(line.rstrip(" \\")) for line in re.findall(r"^[a-z].*", text, re.MULTILINE)]
    chosen = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(machine)]
    versions = {canonicalize_name(pin.name): str(pin.specifier)[2:] for pin in chosen}
    assert len(versions) == len(chosen), "a package is locked twice"
    return versions


def asked(project: dict[str, Any], *extras: str) -> list[Requirement]:
    of_extras = project["project"]["optional-dependencies"]
    lines = [
        *project["project"]["dependencies"],
        *(line for name in extras for line in of_extras[name]),
    ]
    found = []
    for requirement in map(Requirement, lines):
        if requirement.name == "mindzie":  # an extra that is made of others
            found += asked(project, *requirement.extras)
        else:
            found.append(requirement)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_locks_have_no_address(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert not re.findall(r"^-.*", text, re.MULTILINE), "an option belongs on the command line"


@pytest.mark.parametrize("name", [name for name in LOCKS if name != "conda"])
def test_every_locked_package_has_hashes(root: Path, name: str) -> None:
    text = (root / "requirements" / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert not [entry for entry in entries if "--hash=sha256:" not in entry]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", ["studio", "dev", "conda"])
def test_locks_match_the_requirements(
    root: Path, project: dict[str, Any], name: str, python: str
) -> None:
    versions = locked(root, name, python)
    extras = ("studio", "dev") if name == "dev" else ("studio",)
    for requirement in asked(project, *extras):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not locked: run `make lock`"
        assert version in requirement.specifier, f"{requirement} != {version}: run `make lock`"


@pytest.mark.parametrize("python", PYTHONS)
def test_sets_agree_on_versions(root: Path, python: str) -> None:
    studio, dev = locked(root, "studio", python), locked(root, "dev", python)
    assert studio == locked(root, "conda", python)
    assert studio.items() <= dev.items()


def test_the_build_lock_matches_the_build_requirements(root: Path, project: dict[str, Any]) -> None:
    versions = locked(root, "build", "3.11")
    for requirement in map(Requirement, project["build-system"]["requires"]):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_left_out_stays_out(root: Path, name: str) -> None:
    text = (root / "requirements" / "overrides.txt").read_text("utf-8")
    left_out = {Requirement(line).name for line in re.findall(r"^[a-z].*", text, re.MULTILINE)}
    assert left_out == {"rfc3987-syntax"}
    assert not left_out & locked(root, name, "3.13").keys()


@pytest.mark.parametrize("folder", ["extensions", "tests/emulators"])
def test_npm_locks_have_no_address(root: Path, folder: str) -> None:
    text = (root / folder / "package-lock.json").read_text("utf-8")
    assert '"resolved": "http' not in text
    assert '"integrity"' in text


@pytest.mark.parametrize("extra", ["dashboards", "runs"])
def test_an_extra_alone_has_what_notebooks_run_and_show(project, extra: str) -> None:
    names = {requirement.name for requirement in asked(project, extra)}
    assert names >= {"anywidget", "ipykernel", "ipywidgets"}


def test_conda_installs_what_make_studio_installs(root: Path) -> None:
    text = (root / "environment.yml").read_text("utf-8")
    assert ".[studio]" in text
    assert "--constraint requirements/conda.txt" in text


def test_decision_records_are_numbered_and_listed(root: Path) -> None:
    folder = root / "docs" / "decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    assert [path.name[:4] for path in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    index = (folder / "README.md").read_text("utf-8")
    for path in records:
        text = path.read_text("utf-8")
        assert re.findall(r"^## (.*)", text, re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]
        assert f"]({path.name})" in index


def test_changelog_fragments_are_well_named(root: Path, project: dict[str, Any]) -> None:
    types = "|".join(entry["directory"] for entry in project["tool"]["towncrier"]["type"])
    fragments = [path for path in (root / "changelog.d").iterdir() if path.name != "README.md"]
    for path in fragments:
        assert re.fullmatch(rf"(\+[a-z0-9-]+|\d+)\.({types})\.md", path.name), path.name
        assert path.read_text("utf-8").strip()


def test_make_help_lists_every_target(root: Path) -> None:
    targets = re.search(r"^\.PHONY: (.*)", (root / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert targets
    run = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make (\w+)", run.stdout, re.MULTILINE) == targets[1].split()


def test_an_old_python_is_refused_before_anything_changes(root: Path, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(root / "scripts" / "bootstrap", tmp_path / "scripts")
    (tmp_path / ".venv").mkdir()
    old = tmp_path / "python3.10"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)
    environment = {**os.environ, "PYTHON": str(old)}
    run = subprocess.run([script, "python"], env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert f"PYTHON={old} is not Python 3.11 to 3.13." in run.stderr
    assert (tmp_path / ".venv").is_dir()


def test_a_machine_without_a_browser_is_told_what_to_install(root: Path, tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell
    script = str(root / "scripts" / "system_packages")
    environment = {"PATH": str(tmp_path)}
    run = subprocess.run([shell, script], env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert "apt-get install chromium" in run.stderr
    assert "MINDZIE_CHROMIUM=" in run.stderr


def test_dates_are_written_as_every_system_can(root: Path) -> None:
    # Windows has no %-d, and ends the program over it.
    found = [file for file in (root / "mindzie").rglob("*.py") if "%-d" in file.read_text("utf-8")]
    assert found == []


@pytest.mark.xdist_group("alone")
def test_groups_of_tests_stay_on_one_worker(request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    assert alone or request.node.nodeid.endswith("@alone"), "xdist and pytest do not fit"


def test_extras_that_are_named_are_there(root: Path) -> None:
    extras = set(
        tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    )
    texts = [*root.glob("mindzie/**/*.py"), *root.glob("docs/**/*.md"), root / "README.md"]
    named = {
        extra.strip(): path
        for path in texts
        for found in re.findall(
            r"pip install '(?:mindzie|\.)\[([a-z, ]+)\]'", path.read_text("utf-8")
        )
        for extra in found.split(",")
    }
    assert len(named) > 5
    assert {extra: path for extra, path in named.items() if extra not in extras} == {}

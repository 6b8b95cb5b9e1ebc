"""The command line: help, completion in the shell, and errors without traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

import mindzie as mz

COMMANDS = ("import", "info", "calculate", "operations", "run", "studio", "serve")


def mindzie(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "mindzie", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_figures_are_said_as_everywhere_else(tmp_path):
    folder = tmp_path / "orders"
    mz.demo("order-to-cash", cases=2000).save(folder)
    about = mindzie("info", str(folder)).stdout
    assert "2\u202f000 cases" in about
    assert re.search(r"\n\d+ [A-Z][a-z]{2} 20\d\d \d\d:\d\d to \d+ [A-Z][a-z]{2} 20\d\d", about), (
        about
    )
    shown = mindzie("calculate", str(folder), "--op", "variants").stdout
    assert re.search(r"[1-9]\d? %", shown), shown
    assert re.search(r"and \d+ rows more: --csv prints all|^(?!.*more:)", shown, re.DOTALL)
    count = mindzie("calculate", str(folder), "--op", "case_count").stdout
    assert count == "Number of cases: 2\u202f000 cases\n"
    rows = mindzie("calculate", str(folder), "--op", "variants", "--csv").stdout
    assert " \u2192 " in rows.splitlines()[1]
    assert "%" not in rows


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_its_options(name):
    done = mindzie(name, "--help", COLUMNS="120")
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert "--help" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands(shell):
    words = {"_MINDZIE_COMPLETE": f"complete_{shell}", "COMP_WORDS": "mindzie s", "COMP_CWORD": "1"}
    words |= {"_TYPER_COMPLETE_ARGS": "mindzie s", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    code = "import sys; sys.argv = ['mindzie']; from mindzie.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **words},
    )
    assert "studio" in done.stdout
    assert "serve" in done.stdout
    assert "import" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "proces_overview", "--out", "x"), "Did you mean 'process_overview'"),
        (("studio", "nothing.csv"), "no data set and no log file nothing.csv"),
        (("serve", "nothing.ipynb"), "no notebook nothing.ipynb"),
        (("serve", "--panel", "nothing"), "no data set and no log file nothing"),
    ],
)
def test_what_is_not_there_is_said_without_traceback(arguments, said, tmp_path):
    done = mindzie(*arguments, MINDZIE_HOME=str(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("package", "arguments", "extra"),
    [
        ("papermill", ("run", "process_overview", "--out", "x"), "runs"),
        ("weasyprint", ("run", "process_overview", "--out", "x", "--pdf"), "pdf"),
        ("voila", ("serve",), "dashboards"),
        ("jupyterlab", ("studio",), "lab"),
    ],
)
def test_a_missing_package_names_its_extra(package, arguments, extra, tmp_path):
    hidden = f"import sys; sys.modules[{package!r}] = None; sys.argv = ['mindzie', *{arguments!r}]"
    done = subprocess.run(
        [sys.executable, "-c", f"{hidden}; from mindzie.cli import main; main()"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "MINDZIE_HOME": str(tmp_path)},
    )
    assert done.returncode == 2
    assert f"pip install 'mindzie[{extra}]'" in done.stderr


def test_a_folder_that_cannot_be_written_is_said_without_traceback(tmp_path):
    file = tmp_path / "file"
    file.touch()
    done = mindzie("run", "process_overview", "--out", str(file / "out"))
    assert done.returncode == 1
    assert done.stderr.startswith("mindzie: ")
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr

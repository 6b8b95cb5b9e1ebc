"""Renew the locks in requirements/: versions and hashes, no download addresses."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path("requirements")
HEADER = "# Made by `make lock`; valid for Python 3.11 and newer on every platform.\n"


def main() -> None:
    """Write every lock; what is locked already stays at its version unless --upgrade is given."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    requires = "\n".join(project["build-system"]["requires"])
    emulators = "\n".join(project["dependency-groups"]["emulators"])
    studio, constraint = extras("studio"), ["--constraint", "requirements/studio.txt"]
    lock("uv", ["-"], text="uv", hashes=True)
    lock("build", ["-"], text=requires, hashes=True)
    lock("studio", studio, hashes=True)
    lock("hub", [*studio, *extras("hub"), *constraint], hashes=True)
    lock("dev", [*studio, *extras("hub", "dev"), *constraint], hashes=True)
    lock("emulators", ["-"], text=emulators, hashes=True)
    lock("conda", [*studio, *constraint], hashes=False)


def extras(*names: str) -> list[str]:
    """Return the arguments that ask for the project with these extras."""
    return ["pyproject.toml", *(f"--extra={name}" for name in names)]


def lock(name: str, arguments: list[str], *, hashes: bool, text: str = "") -> None:
    """Resolve one set for all supported versions of Python and write its lock."""
    target = FOLDER / f"{name}.txt"
    arguments = list(dict.fromkeys(arguments))
    arguments += ["--generate-hashes"] if hashes else []
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version=3.11"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--overrides=requirements/overrides.txt", f"--output-file={target}"]
    upgrade = [argument for argument in sys.argv[1:] if argument.startswith("--upgrade")]
    subprocess.run([*command, *arguments, *upgrade], cwd=ROOT, input=text, text=True, check=True)
    body = (ROOT / target).read_text("utf-8").removeprefix(HEADER)
    (ROOT / target).write_text(HEADER + body, "utf-8")


if __name__ == "__main__":
    main()

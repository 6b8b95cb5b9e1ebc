"""What a user installs: the wheel carries the built JavaScript, made without Node on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.packaging, pytest.mark.xdist_group("packaging")]


@pytest.fixture(scope="module")
def distributions(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, then the wheel from nothing but the sdist."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "uv", "build", "--quiet", "--no-build-isolation"]
    command += ["--python", sys.executable, "--out-dir", str(out)]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return out


def wheel_names(folder: Path) -> list[str]:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_carries_the_javascript(distributions: Path, root: Path) -> None:
    static = "mindzie/widgets/static/"
    names = {name for name in wheel_names(distributions) if name.startswith(static)}
    assert any(name.endswith(".js") for name in names)
    here = {path.relative_to(root).as_posix() for path in (root / static).rglob("*.js")}
    assert here <= names


def test_the_wheel_brings_jupyterlab_its_extension_and_the_server_its_part(
    distributions: Path,
) -> None:
    names = [name.partition(".data/data/")[2] for name in wheel_names(distributions)]
    lab = "share/jupyter/labextensions/@mindzie/lab"
    assert f"{lab}/package.json" in names
    assert f"{lab}/schemas/@mindzie/lab/plugin.json" in names
    assert any(name.startswith(f"{lab}/static/remoteEntry.") for name in names)
    assert "etc/jupyter/jupyter_server_config.d/mindzie.json" in names
    inside = [name for name in wheel_names(distributions) if "mindzie/lab/labextension" in name]
    assert not inside, "once is enough"


def test_the_wheel_holds_the_package_and_no_more(distributions: Path) -> None:
    names = wheel_names(distributions)
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"mindzie"}
    assert "mindzie/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]


def test_the_wheel_carries_the_steps_of_the_database(distributions: Path, root: Path) -> None:
    folder = root / "mindzie" / "store" / "migrations"
    here = {path for path in folder.rglob("*") if path.suffix in {".py", ".mako"}}
    names = {path.relative_to(root).as_posix() for path in here}
    assert any(name.endswith("v0001_tenants_and_people.py") for name in names)
    assert names <= set(wheel_names(distributions))


def test_the_sdist_can_be_built_again(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "extensions/package-lock.json"} <= names
    assert any(name.startswith("mindzie/widgets/static/") for name in names)
    assert not [name for name in names if "node_modules" in name]

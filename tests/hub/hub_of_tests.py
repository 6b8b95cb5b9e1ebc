"""The smallest hub: no proxy, servers that do nothing, and an authenticator of ours."""

import ast
import os
import sys
from pathlib import Path

from jupyterhub.proxy import Proxy

from mindzie.hub.pages import TEMPLATES

SERVER = """
import os
import signal
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

signal.signal(signal.SIGINT, signal.SIG_DFL)

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

HTTPServer(("127.0.0.1", urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).port), Answer).serve_forever()
"""


class NoProxy(Proxy):
    """Keeps routes in mind; people of these tests talk to the hub itself."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._routes = {}

    async def start(self):
        """There is nothing to start."""

    async def stop(self):
        """There is nothing to stop."""

    async def add_route(self, routespec, target, data):
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec):
        self._routes.pop(routespec, None)

    async def get_all_routes(self):
        return self._routes


folder, port = Path(os.environ["HUB_FOLDER"]), int(os.environ["HUB_PORT"])
name = os.environ["HUB_AUTHENTICATOR"]
c = get_config()  # noqa: F821 - the hub gives it
c.JupyterHub.authenticator_class = name
c.JupyterHub.template_paths = [TEMPLATES]
c.JupyterHub.hub_ip, c.JupyterHub.hub_port = "127.0.0.1", port
c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.JupyterHub.default_url = "/hub/home"
c.JupyterHub.redirect_to_server = False
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
c.Spawner.http_timeout = c.Spawner.start_timeout = 120
c.Spawner.cmd = [sys.executable, "-c", SERVER]
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "{username}")
for key, value in ast.literal_eval(os.environ["HUB_SETTINGS"]).items():
    c[name.rpartition(".")[2]][key] = value

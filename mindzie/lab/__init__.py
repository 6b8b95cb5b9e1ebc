"""Mindzie within JupyterLab: what its panel and its notebook toolbar ask of the user's server.

Jupyter finds it by ``etc/jupyter/jupyter_server_config.d/mindzie.json``, and the page's part in ``share/jupyter/labextensions``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["_jupyter_server_extension_points", "_load_jupyter_server_extension"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "mindzie.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from mindzie.lab.handlers import routes

    server.web_app.add_handlers(".*$", routes(server.web_app.settings["base_url"]))

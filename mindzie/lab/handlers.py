"""What the server answers: one address for each act, and the reports of runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from pydantic import ConfigDict, ValidationError, validate_call
from tornado import web

from mindzie.core.errors import (
    ForbiddenError,
    MindzieError,
    MissingPackageError,
    NotFoundError,
    SettingError,
    SignInError,
)
from mindzie.core.refusals import refusal
from mindzie.lab.desk import Desk
from mindzie.lab.notebooks import Notebooks

_STATUS: Final = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (SignInError, HTTPStatus.FORBIDDEN),
)
_CHECKED: Final = ConfigDict(arbitrary_types_allowed=True)
# what a report says was made by whoever wrote its notebook: it gets nothing of the reader's session
_APART: Final = "sandbox allow-popups allow-downloads"
_UUID: Final = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def routes(base: str) -> list[tuple[str, type]]:
    """Return what is answered, and by what.

    Parameters
    ----------
    base : str
        Path of the server.

    Returns
    -------
    list of tuple
        Patterns and handlers.
    """
    return [
        (url_path_join(base, "mindzie", "do", r"([a-z_]+)"), Acts),
        (url_path_join(base, "mindzie", "reports", _UUID), Report),
    ]


class Acts(APIHandler):
    """Does what the page asks for, with the rights of whose server it is."""

    auth_resource = "mindzie"

    @web.authenticated
    @authorized
    async def post(self, name: str) -> None:
        """Do one act, with the arguments of the JSON body."""
        desk = Desk(Notebooks(self.contents_manager, asyncio.get_running_loop()))
        try:
            act, asked = _acts().get(name), self.get_json_body() or {}
            if act is None or not isinstance(asked, dict):
                raise web.HTTPError(HTTPStatus.NOT_FOUND)
            answer = await asyncio.to_thread(_done, act, desk, asked)
        except MindzieError as error:
            answer = {"message": str(error)}
            self.set_status(next((code for kind, code in _STATUS if isinstance(error, kind)), 400))
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(answer, default=str))


def _acts() -> Mapping[str, Callable[..., Any]]:
    # JupyterLab finds the panel wherever Mindzie is installed, also without what the workspace needs
    try:
        from mindzie.lab.acts import ACTS
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed: pip install 'mindzie[runs,workspace]'."
        raise MissingPackageError(message) from None
    return ACTS


def _done(act: Callable[..., Any], desk: Desk, asked: dict[str, Any]) -> Any:
    try:
        return validate_call(config=_CHECKED)(act)(desk, **asked)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingError(f"{where}: {refusal(first)}.") from None


class Report(JupyterHandler):
    """Shows the report of a run."""

    auth_resource = "mindzie"

    @property
    def content_security_policy(self) -> str:
        """Keep it apart from the reader's session."""
        return _APART

    @web.authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answer with the page, or say why there is none."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        try:
            self.finish(await asyncio.to_thread(_report, key))
        except MindzieError as error:
            self.set_status(HTTPStatus.NOT_FOUND)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(str(error))


def _report(key: str) -> str:
    import mindzie as mz

    return mz.workspace().runs[key].report

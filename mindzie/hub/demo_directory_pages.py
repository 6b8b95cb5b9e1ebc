"""What the stand-in for Microsoft Entra ID answers: its document, its keys, the choice of an account, and tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader

from mindzie.hub.entra_clouds import ANY
from mindzie.hub.pages import TEMPLATES

if TYPE_CHECKING:
    from mindzie.hub.demo_directory import DemoDirectory

Claims = dict[str, Any]
_PAGES: Final = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
_MOST: Final = 65_536
"""Bytes of a question."""


class Pages(BaseHTTPRequestHandler):
    """Answers as Microsoft's addresses do, with its numbers of errors."""

    owner: DemoDirectory

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        self.get()

    def do_POST(self) -> None:
        """Answer what comes with a body."""
        self.post(self.rfile.read(min(int(self.headers["Content-Length"]), _MOST)).decode())

    def get(self) -> None:
        """Answer with a page, or a document."""
        parts = urlsplit(self.path)
        directory, _, what = parts.path.strip("/").partition("/")
        if directory not in {ANY, *self.owner.directories}:
            self.refuse("invalid_tenant", "AADSTS90002: Tenant not found.")
        elif what == "v2.0/.well-known/openid-configuration":
            self.say(HTTPStatus.OK, self._document(directory))
        elif what == "discovery/v2.0/keys":
            pattern = self.owner.issuer("{tenantid}")
            self.say(HTTPStatus.OK, {"keys": [key.public(pattern) for key in self.owner.keys]})
        elif what == "oauth2/v2.0/authorize":
            self._authorize(_only(parts.query))
        else:
            self.say(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def _document(self, directory: str) -> Claims:
        home = f"{self.owner.address}/{directory}"
        return {
            "issuer": self.owner.issuer("{tenantid}" if directory == ANY else directory),
            "authorization_endpoint": f"{home}/oauth2/v2.0/authorize",
            "token_endpoint": f"{home}/oauth2/v2.0/token",
            "jwks_uri": f"{home}/discovery/v2.0/keys",
        }

    def _authorize(self, said: dict[str, str]) -> None:
        owner = self.owner
        needed = {
            "response_type": "code",
            "client_id": owner.client,
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in needed.items() if said.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if not said.get(name)]
        if said.get("client_id") != owner.client:
            self._page("AADSTS700016: Application was not found in the directory.")
        elif said.get("redirect_uri") not in owner.redirects:
            self._page("AADSTS50011: The redirect URI does not match.", HTTPStatus.OK)
        elif wrong:
            self._page(f"AADSTS900144: {', '.join(wrong)}")
        elif said.get("prompt") == "none":
            self._back(said, error="login_required", error_description="AADSTS50058: no session")
        elif said.get("as") in owner.people:
            code = secrets.token_urlsafe(16)
            owner.codes[code] = said
            self._back(said, code=code, session_state="x")
        else:
            self._choose(said)

    def _choose(self, said: dict[str, str]) -> None:
        here = urlsplit(self.path).path
        found = dict[str, list[dict[str, str]]]()
        for one in self.owner.people.values():
            home = self.owner.directories.get(one.tid, one.tid)
            about = ", ".join(one.roles) or "No app role"
            link = f"{here}?{urlencode({**said, 'as': one.oid})}"
            found.setdefault(home, []).append({"name": one.name, "about": about, "link": link})
        self._page("", HTTPStatus.OK, organisations=found)

    def _back(self, said: dict[str, str], **told: str) -> None:
        back = urlencode({**told, "state": said["state"]})
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"{said['redirect_uri']}?{back}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(
        self, wrong: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST, **about: object
    ) -> None:
        page = _PAGES.get_template("demo_directory.html").render(wrong=wrong, **about)
        self._send(status, "text/html; charset=utf-8", page.encode())

    def post(self, body: str) -> None:
        """Answer a code, a renewal, or an application's own name, with tokens."""
        owner, said = self.owner, _only(body)
        if (said.get("client_id"), said.get("client_secret")) != (owner.client, owner.secret):
            self.refuse("invalid_client", "AADSTS7000215: Invalid client secret provided.")
        elif said["grant_type"] == "client_credentials":
            told = {"access_token": "of the application", "token_type": "Bearer"}
            self.say(HTTPStatus.OK, told)
        else:
            oid, nonce = self.asked_for(said)
            person = owner.people.get(oid)
            if person is None:
                self.refuse("invalid_grant", "AADSTS54005: redeemed.")
            elif person.disabled:
                self.refuse("invalid_grant", "AADSTS50057: The account is disabled.")
            else:
                directory = self.path.strip("/").partition("/")[0]
                self.say(HTTPStatus.OK, owner.answer(oid, nonce, directory))

    def asked_for(self, said: dict[str, str]) -> tuple[str, str | None]:
        """Return who comes by a code or a renewal, each of which holds once; empty for nobody."""
        if said["grant_type"] == "refresh_token":
            return self.owner.renewals.pop(said["refresh_token"], ""), None
        begun = self.owner.codes.pop(said["code"], {})
        digest = hashlib.sha256(said["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = begun.get("code_challenge") == challenge
        right = right and begun.get("redirect_uri") == said["redirect_uri"]
        return (begun["as"], begun["nonce"]) if right else ("", None)

    def refuse(self, error: str, description: str) -> None:
        """Answer what is wrong."""
        told = {"error": error, "error_description": description}
        self.say(HTTPStatus.BAD_REQUEST, told)

    def say(self, status: int, said: Claims, headers: dict[str, str] | None = None) -> None:
        """Answer in JSON."""
        self._send(status, "application/json", json.dumps(said).encode(), headers)

    def _send(
        self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _only(said: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(said).items()}

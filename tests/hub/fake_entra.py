"""A small Microsoft Entra ID: the v2.0 endpoints of its directories as a real server, and what an attacker would change."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "00000000-aaaa-4000-8000-000000000000", "client-secret-canary"
ACME, GLOBEX, SHARED, FOREIGN = (
    f"{mark}0000000-0000-4000-8000-00000000000{mark}" for mark in "abcf"
)
Claims = dict[str, Any]


@dataclass
class Person:
    """Somebody of a directory."""

    oid: str
    tid: str
    name: str = "Anne Miner"
    roles: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    guest: bool = False
    cut_off: bool = False
    disabled: bool = False
    home: str = ""
    """Where a guest comes from; as that they sign in where no directory is named."""

    def claims(self) -> Claims:
        found: Claims = {
            "oid": self.oid,
            "tid": self.tid,
            "sub": f"pairwise-{self.oid}",
            "name": self.name,
            "email": "anne@example.org",
            "ver": "2.0",
            "acct": int(self.guest),
            "roles": self.roles,
        }
        if self.cut_off:
            return {**found, "_claim_names": {"groups": "src1"}}
        return {**found, "groups": self.groups}


class Key:
    """A pair of keys to sign with."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        self.private = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    def public(self, issuer: str) -> Claims:
        found = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**found, "kid": self.id, "use": "sig", "issuer": issuer}


class Entra:
    """The server, its people by object identifier, and how it misbehaves."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.keys = [Key()]
        self.codes: dict[str, dict[str, Any]] = {}
        self.renewals: dict[str, str] = {}
        self.redirects: list[str] = []
        self.directories = {ACME, GLOBEX, SHARED, FOREIGN}
        self.renewed: list[str] = []
        self.of_graph: list[int] = []
        self.asked: list[str] = []
        self.calm()
        owner = self

        class Handler(_Handler):
            entra = owner

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def calm(self) -> None:
        """Behave again."""
        self.change: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.down = False

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is not published any more."""
        self.keys = [Key()]

    def issuer(self, tid: str) -> str:
        return f"{self.address}/{tid}/v2.0"

    def signed(self, claims: Claims, key: Key | None = None, kid: str | None = None) -> str:
        key = key or self.keys[0]
        headers = {"kid": kid or key.id}
        return jwt.encode(claims, key.private, algorithm="RS256", headers=headers)

    def token(self, person: Person, nonce: str | None, directory: str = "") -> str:
        moment = int(time.time())
        if directory == "organizations" and person.home:
            person = replace(person, tid=person.home, guest=False)
        claims = {
            **person.claims(),
            "iss": self.issuer(person.tid),
            "aud": CLIENT,
            "iat": moment,
            "nbf": moment,
            "exp": moment + 3_600,
            **({"nonce": nonce} if nonce else {}),
        }
        return self.sign({name: one for name, one in self.change(claims).items() if one != ...})

    def answer(self, oid: str, nonce: str | None, directory: str) -> Claims:
        renewal = secrets.token_urlsafe(16)
        self.renewals[renewal] = oid
        return {
            "token_type": "Bearer",
            "expires_in": 3_600,
            "access_token": f"graph-{oid}",
            "refresh_token": renewal,
            "id_token": self.token(self.people[oid], nonce, directory),
        }


class _Handler(BaseHTTPRequestHandler):
    entra: Entra

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        directory, _, what = parts.path.strip("/").partition("/")
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.entra.down:
            self._say(503, {"error": "temporarily_unavailable"})
        elif directory not in {"organizations", *self.entra.directories}:
            self._refuse("invalid_tenant", "AADSTS90002: Tenant not found.")
        elif what == "v2.0/.well-known/openid-configuration":
            self._say(200, self._document(directory))
        elif what == "discovery/v2.0/keys":
            pattern = self.entra.issuer("{tenantid}")
            self._say(200, {"keys": [key.public(pattern) for key in self.entra.keys]})
        elif what == "oauth2/v2.0/authorize":
            self._authorize(said)
        else:
            self._say(404, {"error": "not_found"})

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        body = self.rfile.read(size).decode()
        if self.entra.down:
            self._say(503, {"error": "temporarily_unavailable"})
        elif self.path == "/v1.0/me/getMemberGroups":
            self._groups()
        else:
            self._token({name: values[0] for name, values in parse_qs(body).items()})

    def _document(self, directory: str) -> Claims:
        home = f"{self.entra.address}/{directory}"
        issuer = "{tenantid}" if directory == "organizations" else directory
        return {
            "issuer": self.entra.issuer(issuer),
            "authorization_endpoint": f"{home}/oauth2/v2.0/authorize",
            "token_endpoint": f"{home}/oauth2/v2.0/token",
            "jwks_uri": f"{home}/discovery/v2.0/keys",
        }

    def _authorize(self, said: dict[str, str]) -> None:
        needed = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        wrong = [name for name, value in needed.items() if said.get(name) != value]
        wrong += [name for name in ("state", "nonce", "code_challenge") if not said.get(name)]
        if said.get("client_id") != CLIENT:
            self._page(400, "AADSTS700016: Application was not found in the directory.")
        elif said.get("redirect_uri") not in self.entra.redirects:
            self._page(200, "AADSTS50011: The redirect URI does not match.")
        elif wrong:
            self._page(400, f"AADSTS900144: {wrong}")
        elif said.get("prompt") == "none":
            self._back(said, error="login_required", error_description="AADSTS50058: no session")
        elif "as" in said:
            code = secrets.token_urlsafe(16)
            self.entra.codes[code] = said
            self._back(said, code=code, session_state="x")
        else:
            self._choose(said)

    def _choose(self, said: dict[str, str]) -> None:
        links = [
            f"<li><a href='{urlsplit(self.path).path}?{urlencode({**said, 'as': one.oid})}'>{one.name}</a>"
            for one in self.entra.people.values()
        ]
        self._page(200, f"<ul>{''.join(links)}</ul>")

    def _back(self, said: dict[str, str], **told: str) -> None:
        back = urlencode({**told, "state": said["state"]})
        self.send_response(302)
        self.send_header("Location", f"{said['redirect_uri']}?{back}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, status: int, body: str) -> None:
        page = f"<!doctype html><title>Pick an account</title>{body}"
        self._send(status, "text/html; charset=utf-8", page.encode())

    def _token(self, said: dict[str, str]) -> None:
        if said.get("client_id") != CLIENT or said.get("client_secret") != SECRET:
            self._refuse("invalid_client", "AADSTS7000215: Invalid client secret provided.")
            return
        if said["grant_type"] == "client_credentials":
            self._say(200, {"access_token": "of the application", "token_type": "Bearer"})
            return
        if said["grant_type"] == "refresh_token":
            oid, nonce = self.entra.renewals.pop(said["refresh_token"], ""), None
            self.entra.renewed.append(oid)
        else:
            begun = self.entra.codes.pop(said["code"], {})
            digest = hashlib.sha256(said["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            right = begun.get("code_challenge") == challenge
            right = right and begun.get("redirect_uri") == said["redirect_uri"]
            oid, nonce = (begun["as"], begun["nonce"]) if right else ("", None)
        person = self.entra.people.get(oid)
        if person is None or person.disabled:
            number = "AADSTS50057: The account is disabled." if person else "AADSTS54005: redeemed."
            self._refuse("invalid_grant", number)
        else:
            directory = self.path.strip("/").partition("/")[0]
            self._say(200, self.entra.answer(oid, nonce, directory))

    def _groups(self) -> None:
        token = self.headers["Authorization"].removeprefix("Bearer graph-")
        self.entra.asked.append(token)
        if self.entra.of_graph:
            self._say(self.entra.of_graph.pop(0), {"error": "busy"}, {"Retry-After": "0"})
        else:
            self._say(200, {"value": self.entra.people[token].groups})

    def _refuse(self, error: str, description: str) -> None:
        self._say(400, {"error": error, "error_description": description})

    def _say(self, status: int, said: Claims, headers: dict[str, str] | None = None) -> None:
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

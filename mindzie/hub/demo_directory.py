"""A stand-in for Microsoft Entra ID, to try the hub out: directories, their people, and the tokens that say who signs in.

It asks for no password, so it listens on this machine alone, is started by ``make hub`` alone, and only organisations that were made with it
trust it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from http.server import ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from mindzie.access.signing_on import Vouched
from mindzie.core.own_process import end_when_alone, heard
from mindzie.hub.demo_directory_pages import Pages
from mindzie.hub.entra_clouds import ANY, issuer_of

CLIENT: Final = "00000000-aaaa-4000-8000-000000000000"
"""Application (client) ID of the hub."""
LOOPBACK: Final = "127.0.0.1"
_HOUR: Final = 3_600
Claims = dict[str, Any]


def guid(name: str) -> str:
    """Return an identifier in the form of a directory's, the same each time.

    Examples
    --------
    >>> len(guid("north"))
    36
    """
    return str(uuid5(NAMESPACE_URL, f"mindzie:demo:{name}"))


@dataclass
class Person:
    """Somebody of a directory.

    Parameters
    ----------
    oid, tid : str
        Identifiers of the person and the directory.
    name : str
        As shown.
    roles, groups : list of str
        App roles, and identifiers of groups.
    email : str
        Address.
    guest, disabled : bool
        What the directory says of the account.
    home : str
        Where a guest comes from; as that they sign in where no directory is named.
    """

    oid: str
    tid: str
    name: str
    roles: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    email: str = ""
    guest: bool = False
    disabled: bool = False
    home: str = ""

    def claims(self) -> Claims:
        """Return what a token says of them."""
        return {
            "oid": self.oid,
            "tid": self.tid,
            "sub": f"pairwise-{self.oid}",
            "name": self.name,
            "email": self.email,
            "ver": "2.0",
            "acct": int(self.guest),
            "roles": self.roles,
            "groups": self.groups,
        }

    def vouched(self, address: str) -> Vouched:
        """Return them as the directory at an address vouches for them."""
        groups = frozenset([*self.roles, *self.groups])
        issuer = issuer_of(self.tid, address)
        return Vouched(issuer, self.oid, self.name, self.email, groups, guest=self.guest)


class Key:
    """A pair of keys to sign with."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        self.private = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    def public(self, issuer: str) -> Claims:
        """Return the key that is published."""
        found = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**found, "kid": self.id, "use": "sig", "issuer": issuer}


class DemoDirectory:
    """The directories, served on this machine by Microsoft's addresses (v2.0).

    Parameters
    ----------
    secret : str
        The hub's client secret.
    port : int
        Where it listens; 0 for any that is free.
    pages : type
        What answers.
    """

    def __init__(self, secret: str, port: int = 0, pages: type[Pages] = Pages) -> None:
        self.client, self.secret = CLIENT, secret
        self.people: dict[str, Person] = {}
        self.directories = dict[str, str]()
        """Names by identifier."""
        self.redirects: list[str] = []
        self.keys = [Key()]
        self.codes: dict[str, dict[str, str]] = {}
        self.renewals: dict[str, str] = {}
        handler = type("Handler", (pages,), {"owner": self})
        self.server = ThreadingHTTPServer((LOOPBACK, port), handler)
        self.server.daemon_threads = True
        self.address = f"http://{LOOPBACK}:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()

    def issuer(self, tid: str) -> str:
        """Return what a directory's tokens are issued by."""
        return issuer_of(tid, self.address)

    def signed(self, claims: Claims, key: Key | None = None, kid: str | None = None) -> str:
        """Return claims as a token."""
        key = key or self.keys[0]
        headers = {"kid": kid or key.id}
        return jwt.encode(claims, key.private, algorithm="RS256", headers=headers)

    def issued(self, claims: Claims) -> str:
        """Return the ID token of claims."""
        return self.signed(claims)

    def token(self, person: Person, nonce: str | None, directory: str = "") -> str:
        """Return the ID token of somebody who signs in by a directory, or by any."""
        moment = int(time.time())
        if directory == ANY and person.home:
            person = replace(person, tid=person.home, guest=False)
        claims = {
            **person.claims(),
            "iss": self.issuer(person.tid),
            "aud": self.client,
            "iat": moment,
            "nbf": moment,
            "exp": moment + _HOUR,
            **({"nonce": nonce} if nonce else {}),
        }
        return self.issued(claims)

    def answer(self, oid: str, nonce: str | None, directory: str) -> Claims:
        """Return what the hub gets for a code."""
        renewal = secrets.token_urlsafe(16)
        self.renewals[renewal] = oid
        return {
            "token_type": "Bearer",
            "expires_in": _HOUR,
            "access_token": f"graph-{oid}",
            "refresh_token": renewal,
            "id_token": self.token(self.people[oid], nonce, directory),
        }


def main() -> None:
    """Serve as long as the hub that started it runs."""
    told, say = heard()
    try:
        made = DemoDirectory(told["secret"], told["port"])
    except OSError as error:
        say({"error": error.strerror or str(error)})
        return
    made.redirects, made.directories = told["redirects"], told["directories"]
    made.people = {said["oid"]: Person(**said) for said in told["people"]}
    end_when_alone(lambda: None)
    say({"address": made.address})
    Event().wait()


if __name__ == "__main__":
    main()

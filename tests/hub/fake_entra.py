"""The directories of the demonstration, and what an attacker or a bad day would change of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from mindzie.hub.demo_directory import CLIENT, Claims, DemoDirectory, Key
from mindzie.hub.demo_directory import Person as SomePerson
from mindzie.hub.demo_directory_pages import Pages

__all__ = ["ACME", "CLIENT", "FOREIGN", "GLOBEX", "SECRET", "SHARED", "Claims", "Entra", "Key", "Person"]  # fmt: skip
SECRET = "client-secret-canary"
ACME, GLOBEX, SHARED, FOREIGN = (
    f"{mark}0000000-0000-4000-8000-00000000000{mark}" for mark in "abcf"
)


@dataclass
class Person(SomePerson):
    """Somebody of a directory, who may be in too many groups."""

    name: str = "Anne Miner"
    email: str = "anne@example.org"
    cut_off: bool = False

    def claims(self) -> Claims:
        found = super().claims()
        if self.cut_off:
            del found["groups"]
            return {**found, "_claim_names": {"groups": "src1"}}
        return found


class Entra(DemoDirectory):
    """The directories, their people by object identifier, and how they misbehave."""

    def __init__(self) -> None:
        self.calm()
        super().__init__(SECRET, pages=_Misbehaving)
        self.directories = {one: one for one in (ACME, GLOBEX, SHARED, FOREIGN)}
        self.renewed: list[str] = []
        self.of_graph: list[int] = []
        self.asked: list[str] = []

    def calm(self) -> None:
        """Behave again."""
        self.change: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.down = False

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is not published any more."""
        self.keys = [Key()]

    def issued(self, claims: Claims) -> str:
        return self.sign({name: one for name, one in self.change(claims).items() if one != ...})


class _Misbehaving(Pages):
    owner: Entra

    def get(self) -> None:
        if self.owner.down:
            self._busy()
        else:
            super().get()

    def post(self, body: str) -> None:
        if self.owner.down:
            self._busy()
        elif self.path == "/v1.0/me/getMemberGroups":
            self._groups()
        else:
            super().post(body)

    def asked_for(self, said: dict[str, str]) -> tuple[str, str | None]:
        found = super().asked_for(said)
        if said["grant_type"] == "refresh_token":
            self.owner.renewed.append(found[0])
        return found

    def _busy(self) -> None:
        self.say(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "temporarily_unavailable"})

    def _groups(self) -> None:
        entra = self.owner
        token = self.headers["Authorization"].removeprefix("Bearer graph-")
        entra.asked.append(token)
        if entra.of_graph:
            self.say(entra.of_graph.pop(0), {"error": "busy"}, {"Retry-After": "0"})
        else:
            self.say(HTTPStatus.OK, {"value": entra.people[token].groups})

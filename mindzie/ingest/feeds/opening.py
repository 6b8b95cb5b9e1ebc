"""From an address to a feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mindzie.core.errors import MissingPackageError, SettingError, unknown
from mindzie.core.hosts import refuse_private_hosts
from mindzie.ingest.feeds.feed import Feed
from mindzie.ingest.feeds.kinds import FeedKind

_HOST: Final = r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?"
_HOSTS: Final = re.compile(f"{_HOST}(?:,{_HOST})*")
_ENDPOINT: Final = re.compile(f"https?://{_HOST}/?")


def need_package(kind: FeedKind) -> None:
    """See that what speaks to a kind is installed.

    Raises
    ------
    MissingPackageError
        With what to install.
    """
    modules = (kind.module, "tenacity") if kind.extra == "api" else (kind.module,)
    if any(find_spec(module) is None for module in modules):
        names = " ".join(f"'{name}'" for name in kind.package.split())
        raise MissingPackageError(
            f"{kind.label} needs a package that is not installed: pip install 'mindzie[{kind.extra}]', or pip install {names}."
        )


def open_feed(
    kind: FeedKind,
    address: str,
    said: Mapping[str, Any],
    password: str | None,
    *,
    seconds: float,
    guarded: bool,
    private: bool,
) -> Feed:
    """Return the feed of an address.

    Parameters
    ----------
    kind : FeedKind
        Its kind.
    address : str
        With or without its scheme; empty where ``said`` has its parts.
    said : mapping
        ``user``, ``options``, and in place of an address ``host``, ``port`` and ``database`` (a topic, stream or path).
    password : str, optional
        In clear.
    seconds : float
        How long one question may take.
    guarded : bool
        Whether a workspace keeps it: then it has nothing of the machine that runs it.
    private : bool
        Whether that machine's own networks are for us.

    Raises
    ------
    SettingError
        Where what was said is not understood.
    MissingPackageError
        Where its package is not installed.
    """
    user, hosts, path = _parts(kind, address, said)
    options = _options(kind, said.get("options", {}))
    if not _HOSTS.fullmatch(hosts):
        # what was given is not repeated: it may hold a password
        raise SettingError(f"The address is missing or not understood: its form is {kind.url}.")
    need_package(kind)
    label = f"{kind.label} {hosts}{f'/{path}' if path else ''}"
    given: dict[str, Any] = {"user": user, "password": password, "options": options, "label": label}
    place = label.removeprefix(f"{kind.label} ")
    if kind.extra == "api":
        from mindzie.ingest.feeds.graphql import GraphQLReader
        from mindzie.ingest.feeds.rest import RestReader

        made = {"rest": RestReader, "graphql": GraphQLReader}[kind.id]
        url = f"{'http' if _scheme(address) == 'http' else 'https'}://{hosts}/{path}"
        return Feed(
            kind, place, made(url, guarded=guarded, private=private, **given), seconds=seconds
        )
    if guarded:
        _refuse_own(kind, hosts, options, given, private=private)
    if kind.id == "kafka":
        from mindzie.ingest.feeds.kafka import KafkaReader

        reader: Any = KafkaReader(hosts, **given)
    else:
        from mindzie.ingest.feeds.kinesis import KinesisReader

        reader = KinesisReader(hosts, **given)
    return Feed(kind, place, reader, table=path, seconds=seconds)


def _refuse_own(
    kind: FeedKind,
    hosts: str,
    options: Mapping[str, str],
    given: Mapping[str, Any],
    *,
    private: bool,
) -> None:
    """Refuse what would use the networks or the rights of the machine that runs it."""
    if kind.id == "kafka":
        called = hosts
    elif not given["user"] or not given["password"]:
        raise SettingError(
            f"The connector needs a key of its own: give user, its id, and a secret for {kind.password}."
        )
    elif options["endpoint"] and not _ENDPOINT.fullmatch(options["endpoint"]):
        raise SettingError("options['endpoint'] must be of the form https://HOST:PORT.")
    else:
        called = urlsplit(options["endpoint"]).netloc
    if called and not private:
        refuse_private_hosts(called, given["label"])


def _scheme(address: str) -> str:
    return address.partition("://")[0].rpartition("+")[2].lower() if "://" in address else ""


def _parts(kind: FeedKind, address: str, said: Mapping[str, Any]) -> tuple[str | None, str, str]:
    """Return user, hosts and path."""
    if not address:
        port = said.get("port")
        host = f"{said.get('host') or ''}{f':{port}' if port else ''}"
        return said.get("user"), host, str(said.get("database") or "").strip("/")
    wrong = {"host", "port", "database"} & said.keys()
    if wrong:
        raise SettingError(f"The address says it already: leave {min(wrong)}= out.")
    place = address.partition("://")[2]
    authority, _, path = place.partition("/")
    user, _, hosts = authority.rpartition("@")
    if ":" in user:
        raise SettingError("Leave the password out of the address: give password=.")
    if "?" in place or "#" in place:
        raise SettingError(
            f"The address has more than {kind.url}: give options= for how to read it, and parameters= when it is read."
        )
    return unquote(user) or said.get("user"), hosts, path.rstrip("/")


def _options(kind: FeedKind, given: Mapping[str, str]) -> dict[str, str]:
    known = {option.name: option for option in kind.options}
    for name, value in given.items():
        if name not in known:
            raise unknown("option", str(name), list(known), kind.label)
        choices = known[name].choices
        if choices and value not in choices:
            raise SettingError(f"options[{name!r}] must be one of {', '.join(choices)}.")
    chosen = {name: option.otherwise for name, option in known.items()}
    return chosen | {name: str(value) for name, value in given.items()}

"""Databases that a reader of the wizard may import from, and the one that is connected to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import SecretStr

from mindzie.core.errors import ForbiddenError, MindzieError, SettingError
from mindzie.widgets.import_wizard.folder import Folder
from mindzie.widgets.where import own_notebook

if TYPE_CHECKING:
    from mindzie.access.work import Connector
    from mindzie.ingest.connectors.source import Source as Origin

Json = dict[str, Any]
VARIABLE: Final = "DATABASE_PASSWORD"
"""Of the environment: where code and YAML have the password from that was typed."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A database that answers.

    Parameters
    ----------
    origin : Source
        As from `mindzie.connect`.
    said : mapping
        How an `ImportPlan` names it, without password; empty where Python gave it.
    """

    origin: Origin
    said: Mapping[str, str] = field(default_factory=dict)

    def code(self) -> list[str]:
        """Return the lines of Python that make it."""
        if "connector" in self.said:
            return [f"source = mz.connect(mz.workspace().connectors[{self.said['connector']!r}])"]
        if not self.said:
            return []
        password = f", password=SecretStr(os.environ[{VARIABLE!r}])"
        return [
            f"source = mz.connect({self.said['kind']!r}{password if 'password_variable' in self.said else ''})"
        ]


class Databases:
    """What may be connected to, decided as it is for files of the machine.

    Parameters
    ----------
    given : bool or sequence of Source and Connector, optional
        As said by whoever makes the page: the only ones to choose from; True for any address; False for none. Where
        nothing is said, any address in a notebook whose reader may run code anyway, and none in a published page.
    folder : Folder, optional
        Whose database files may be opened in a published page.
    """

    def __init__(self, given: bool | Iterable[Any] | None, folder: Folder | None) -> None:
        self._own = own_notebook()
        self._folder = folder
        listed = None if given is None or isinstance(given, bool) else list(given)
        self._given = {_name(each): each for each in listed or ()}
        self.addresses = given is True or (given is None and self._own)
        self.now: Connection | None = None
        self._coming: Connection | None = None

    @property
    def offered(self) -> bool:
        """Whether there is anything to connect to."""
        return self.addresses or bool(self._given)

    def told(self) -> Json:
        """Return what the page offers: ``kinds`` with the forms of their addresses, ``names``, and a ``note``."""
        from mindzie.ingest.connectors import KINDS

        kinds = [{"id": kind.id, "label": kind.label, "url": kind.url} for kind in KINDS]
        kept, note = self._kept()
        names = sorted({*self._given, *kept})
        return {"kinds": kinds if self.addresses else [], "names": names, "note": note}

    def connect(self, name: str) -> Json:
        """Connect to what has a name, and return what is to be known of it."""
        found = self._given.get(name)
        if found is None:
            found = self._kept()[0].get(name)
        if found is None:
            reason = f"There is no connector {name!r} here."
            raise ForbiddenError(reason)
        return self._take(_connection(found))

    def connect_to(self, address: str, password: SecretStr | None) -> Json:
        """Connect to an address, and return what is to be known of it, never a password."""
        if not self.addresses:
            reason = "Addresses are not taken here: choose one of the databases that are offered."
            raise ForbiddenError(reason)
        from mindzie.ingest.connectors import connect

        if find_spec("sqlalchemy") is None:
            connect(address.partition("://")[0])  # which says what to install
        url, password = self._split(address, password)
        said = {"kind": url} | ({} if password is None else {"password_variable": VARIABLE})
        return self._take(Connection(connect(url, password=password), said))

    def need(self) -> Connection:
        """Return what is connected to.

        Raises
        ------
        SettingError
            Where nothing is.
        """
        if self.now is None:
            message = "Connect to a database first."
            raise SettingError(message)
        return self.now

    def stop(self) -> None:
        """Stop what is asked now, from another thread."""
        asked = self._coming or self.now
        if asked is not None:
            asked.origin.cancel()

    def _take(self, made: Connection) -> Json:
        self._coming = made
        try:
            told = {
                "name": made.origin.name,
                "address": made.said.get("kind", ""),
                "seconds": made.origin.test(),
                "schemas": list(made.origin.schemas()),
                "tables": list(made.origin.tables()),
            }
        finally:
            self._coming = None
        self.now = made
        return told

    def _kept(self) -> tuple[dict[str, Connector], str]:
        """Return the connectors of databases that the workspace has, and why there are none."""
        if not (self._own and self.addresses and _has_workspace()):
            return {}, ""
        if find_spec("sqlalchemy") is None:
            return {}, "Connectors of the workspace need: pip install 'mindzie[workspace]'."
        from mindzie.access.installation import workspace
        from mindzie.ingest.connectors import KINDS

        kinds = {kind.id for kind in KINDS}
        try:
            connectors = list(workspace().connectors)
        except MindzieError as error:
            return {}, f"The workspace cannot be opened: {error}"
        return {each.name: each for each in connectors if each.to_json()["kind"] in kinds}, ""

    def _split(self, address: str, password: SecretStr | None) -> tuple[str, SecretStr | None]:
        """Return an address without its password, and the password."""
        import sqlalchemy as sa

        from mindzie.access.secret_settings import looks_secret
        from mindzie.ingest.connectors import kind_named

        kind = kind_named(address.strip().partition("://")[0])
        try:
            url = sa.make_url(address.strip())
        except (sa.exc.ArgumentError, ValueError):
            message = f"The address is not understood: its form is {kind.url}."
            raise SettingError(message) from None
        if url.password is not None:
            password = password or SecretStr(str(url.password))
            parts = (url.drivername, url.username, None, url.host, url.port, url.database)
            url = sa.URL.create(*parts, url.query)
        if kind.is_file and not self._own:
            url = url.set(database=self._file(url.database or ""))
        plain = url.render_as_string(hide_password=False)
        if looks_secret(plain):
            message = "The address holds what looks like a password: put it into its own field."
            raise SettingError(message)
        return plain, password

    def _file(self, path: str) -> str:
        """Return a file of the folder that is offered: no other file of a server is for readers of its pages."""
        if self._folder is None:
            reason = "Files are not chosen here: give the address of a server."
            raise ForbiddenError(reason)
        return str(self._folder.path(path))


def _name(given: Any) -> str:
    """Return what a source or a connector is called, of what Python gave."""
    from mindzie.ingest.connectors.source import Source as Origin

    name = getattr(given, "name", None)
    if not isinstance(given, Origin) and not (isinstance(name, str) and hasattr(given, "settings")):
        message = "databases= takes True, False, or a list of mz.connect(...) and connectors of a workspace."
        raise SettingError(message)
    return str(name)


def _connection(given: Any) -> Connection:
    from mindzie.ingest.connectors import connect
    from mindzie.ingest.connectors.source import Source as Origin

    if isinstance(given, Origin):
        return Connection(given)
    return Connection(connect(given), {"connector": given.name})


def _has_workspace() -> bool:
    """Return whether there is a workspace already: a page that is looked at makes none."""
    if os.environ.get("MINDZIE_WORKSPACE"):
        return True
    from mindzie.core.home import home

    return Path(home(), "workspace.db").is_file()

"""Secrets of a tenant: kept encrypted, replaced and removed by people, read by programs of ours only."""

from __future__ import annotations

from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mindzie.access import kinds
from mindzie.access.audit import lock, write
from mindzie.access.collection import Collection
from mindzie.access.door import Door, Visit
from mindzie.access.entrance import Place
from mindzie.access.identity import OPERATOR, storable
from mindzie.access.items import Item
from mindzie.access.keyring import KeyRing, Sealed, add_key
from mindzie.core.errors import KeyRingError, SettingError
from mindzie.core.words import counted
from mindzie.store.database import Scope
from mindzie.store.models import Secret as SecretRecord
from mindzie.store.models import Tenant

_LONGEST = 65_536
_BATCH = 100


class Secret(Item):
    """A value that nobody reads back."""

    kind = kinds.SECRET
    made_by = "workspace.secrets.keep(name, value)"

    def replace(self, value: str | SecretStr) -> None:
        """Keep another value under its name.

        Parameters
        ----------
        value : str or SecretStr
            The new secret.
        """
        plain = _plain(value)
        with self._door.writing() as visit:
            row = self._mine(visit)
            seal(row, plain, ring_of(self._door))
            visit.session.flush()
            visit.note("secrets.replace", self.kind.title, row)
        self._row = row


class Secrets(Collection[Secret]):
    """Secrets by name; of each, who may see connectors sees the name and what it is for."""

    def __init__(self, door: Door) -> None:
        super().__init__(door, Secret)

    def keep(self, name: str, value: str | SecretStr, description: str = "") -> Secret:
        """Keep a new secret.

        Parameters
        ----------
        name : str
            Unique in the tenant.
        value : str or SecretStr
            The secret, at most 65,536 letters.
        description : str
            What it is for.

        Returns
        -------
        Secret
            Without its value.

        Raises
        ------
        ForbiddenError
            Without the permission ``secrets.change``.
        KeyRingError
            Where there is no key to encrypt it with.
        """
        plain = _plain(value)
        with self._door.writing() as visit:
            empty = {"key_id": "", "nonce": b"", "ciphertext": b""}
            row = self._add(visit, {"name": name, "description": description}, {}, **empty)
            seal(row, plain, ring_of(self._door))
        return Secret(self._door, row)


def ring_of(place: Door | Place) -> KeyRing:
    """Return the keys of the installation that a door or a place belongs to; the embedded one makes its first key itself."""
    if not place.database.is_sqlite:
        return KeyRing.found(None)
    # a key made in place of one that is lost would hide the loss
    return KeyRing.found(place.folder, make=not keys_in_use(place))


def reveal(door: Door, visit: Visit, key: UUID) -> SecretStr:
    """Return a secret's value, for a connection that is about to be made. It shows itself as stars.

    Parameters
    ----------
    door : Door
        Of the workspace.
    visit : Visit
        A transaction.
    key : UUID
        The secret's identifier.

    Returns
    -------
    SecretStr
        The value.

    Raises
    ------
    KeyRingError
        Where its key is not there, or it was altered.
    """
    chosen = select(SecretRecord).where(SecretRecord.id == key, SecretRecord.own.is_(False))
    row = visit.session.scalars(chosen).one()
    try:
        plain = unsealed(row, ring_of(door))
    except KeyRingError:
        # keys may have been changed twice since the row was read, and the one it had then is gone
        with door.database.reading(Scope(door.tenant)) as session:
            anew = session.scalars(chosen).one_or_none()
        if anew is None:
            raise
        plain = unsealed(anew, ring_of(door))
    return SecretStr(plain.decode())


def keys_in_use(place: Door | Place) -> dict[str, int]:
    """Return how many secrets each key has encrypted, by the key's identifier."""
    with place.database.reading(Scope(None)) as session:
        return _in_use(session)


def renew(place: Place) -> None:
    """Put a new key before those of the embedded workspace; those that no secret needs go."""
    # nobody keeps a secret, or puts another key, in between: writers wait for this one
    with place.database.writing(Scope(None)) as session:
        _prove(session, ring_of(place))
        add_key(place.folder, _in_use(session))


def _in_use(session: Session) -> dict[str, int]:
    chosen = select(SecretRecord.key_id, func.count()).group_by(SecretRecord.key_id)
    return {row[0]: row[1] for row in session.execute(chosen)}


def unreadable(place: Place, ring: KeyRing) -> list[tuple[str, str]]:
    """Return tenant and name of each secret whose key is there and does not open it."""
    with place.database.reading(Scope(None)) as session:
        return _unreadable(session, ring)


def _unreadable(session: Session, ring: KeyRing) -> list[tuple[str, str]]:
    chosen = select(SecretRecord, Tenant.name).join(Tenant, Tenant.id == SecretRecord.tenant_id)
    found = []
    for row, tenant in session.execute(chosen.where(SecretRecord.key_id.in_(ring.ids))):
        try:
            unsealed(row, ring)
        except KeyRingError:
            found.append((tenant, row.name.strip("\x1f")))
    return found


def rotate(place: Place, ring: KeyRing | None = None) -> int:
    """Encrypt every secret with the newest key, a few at a time, while the workspace is in use.

    Parameters
    ----------
    place : Place
        The installation.
    ring : KeyRing, optional
        With the newest key first, and all keys that are in use; the installation's own where not given.

    Returns
    -------
    int
        How many secrets got the newest key.

    Raises
    ------
    KeyRingError
        Where a key in use is not in the ring; nothing is changed then.
    """
    with place.database.writing(Scope(None)) as session:
        _prove(session, ring or ring_of(place))
    done = 0
    while moved := _rotate_some(place, ring):
        done += moved
    return done


def _prove(session: Session, ring: KeyRing) -> None:
    """Refuse where a secret would be lost."""
    in_use = _in_use(session)
    lost = {key: count for key, count in in_use.items() if key not in ring.ids}
    if lost:
        said = ", ".join(
            f"{key} ({counted(count, 'secret')})" for key, count in sorted(lost.items())
        )
        raise KeyRingError(
            f"Keys in use are not in {ring.source}: {said}. Put them back, after the newest one. Nothing was changed."
        )
    altered = _unreadable(session, ring)
    if altered:
        said = ", ".join(f"{name!r} of {tenant}" for tenant, name in altered)
        raise KeyRingError(
            f"Secrets were altered, or moved from where they were kept: {said}. Keep them anew, or remove them. Nothing was changed."
        )


def _rotate_some(place: Place, given: KeyRing | None) -> int:
    with place.database.writing(Scope(None)) as session:
        # looked up within: a key that went meanwhile would take its secrets along
        ring = given or ring_of(place)
        old = SecretRecord.key_id != ring.current
        first = session.scalars(select(SecretRecord.tenant_id).where(old).limit(1)).one_or_none()
        if first is None:
            return 0
        lock(session, first)
        chosen = select(SecretRecord).where(old, SecretRecord.tenant_id == first).limit(_BATCH)
        rows = list(session.scalars(chosen))
        for row in rows:
            _seal_again(session, row, ring)
        told = {"secrets": len(rows), "key": ring.current}
        write(session, first, OPERATOR, "secrets.rotate", kind="secret", after=told)
        return len(rows)


def _seal_again(session: Session, row: SecretRecord, ring: KeyRing) -> None:
    sealed = ring.sealed(unsealed(row, ring), _place(row))
    # to people it is the same secret: neither its revision nor its date says otherwise
    session.execute(
        update(SecretRecord)
        .where(SecretRecord.id == row.id)
        .values(
            key_id=sealed.key_id,
            nonce=sealed.nonce,
            ciphertext=sealed.ciphertext,
            updated_at=SecretRecord.updated_at,
        )
        .execution_options(synchronize_session=False)
    )


def _place(row: SecretRecord) -> bytes:
    return f"{row.tenant_id}/{row.id}".encode()


def seal(row: SecretRecord, plain: bytes, ring: KeyRing) -> None:
    """Encrypt a value into a row that has its identifier."""
    sealed = ring.sealed(plain, _place(row))
    row.key_id, row.nonce, row.ciphertext = sealed.key_id, sealed.nonce, sealed.ciphertext


def unsealed(row: SecretRecord, ring: KeyRing) -> bytes:
    """Return the value of a row."""
    return ring.opened(Sealed(row.key_id, row.nonce, row.ciphertext), _place(row))


def _plain(value: str | SecretStr) -> bytes:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or not storable(text) or not 1 <= len(text) <= _LONGEST:
        raise SettingError(
            f"A secret is a text of 1 to {_LONGEST:,} letters, zeros not among them."
        )
    return text.encode()

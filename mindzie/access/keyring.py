"""The keys that secrets are encrypted with: AES-256-GCM, the newest for new values, older ones to read."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mindzie.core.errors import KeyRingError

VARIABLE: Final = "MINDZIE_KEYS"
FILE_VARIABLE: Final = "MINDZIE_KEY_FILE"
_BYTES: Final = 32
_NONCE: Final = 12
_FILE: Final = "keys"
_MAKE: Final = "`mindzie admin keys new` makes one"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as it is kept.

    Parameters
    ----------
    key_id : str
        Which key opens it.
    nonce, ciphertext : bytes
        As AES-GCM gives them; the tag is part of the text.
    """

    key_id: str
    nonce: bytes
    ciphertext: bytes


class KeyRing:
    """Keys, the newest first.

    Parameters
    ----------
    keys : sequence of bytes
        32 bytes each.
    source : str
        Where they come from, for messages.

    Raises
    ------
    KeyRingError
        Where there is none, or one is of another length.

    Examples
    --------
    >>> ring = KeyRing([new_key()])
    >>> ring.opened(ring.sealed(b"word", b"place"), b"place")
    b'word'
    """

    def __init__(self, keys: Sequence[bytes], source: str = "the program") -> None:
        if not keys:
            raise KeyRingError(f"There is no key for secrets in {source}: {_MAKE}.")
        if any(len(key) != _BYTES for key in keys):
            raise KeyRingError(f"A key in {source} is not {_BYTES} bytes long: {_MAKE}.")
        self._keys = {key_id(key): key for key in keys}
        self.source = source

    @property
    def ids(self) -> tuple[str, ...]:
        """What tells the keys apart, the newest first; it does not give them away."""
        return tuple(self._keys)

    @property
    def current(self) -> str:
        """The key that new values are encrypted with."""
        return self.ids[0]

    def sealed(self, value: bytes, place: bytes) -> Sealed:
        """Encrypt a value for one place; elsewhere it cannot be opened.

        Parameters
        ----------
        value : bytes
            The secret.
        place : bytes
            Whose it is, authenticated with it.

        Returns
        -------
        Sealed
            Another one each time.
        """
        nonce = secrets.token_bytes(_NONCE)
        text = AESGCM(self._keys[self.current]).encrypt(nonce, value, place)
        return Sealed(self.current, nonce, text)

    def opened(self, sealed: Sealed, place: bytes) -> bytes:
        """Decrypt a value.

        Raises
        ------
        KeyRingError
            Where its key is not there, or it was altered or moved.
        """
        if sealed.key_id not in self._keys:
            raise KeyRingError(
                f"A secret is encrypted with the key {sealed.key_id}, which is not in {self.source}: put that key back, after the newest one."
            )
        try:
            return AESGCM(self._keys[sealed.key_id]).decrypt(sealed.nonce, sealed.ciphertext, place)
        except (InvalidTag, ValueError):
            raise KeyRingError(
                "A secret was altered, or moved from where it was kept, and is not used: keep it anew."
            ) from None

    @classmethod
    def found(cls, folder: Path | None, *, make: bool = False) -> Self:
        """Return the keys of this installation.

        Parameters
        ----------
        folder : Path or None
            Of the embedded workspace, which has a file of its own; None for a shared one, which is given its keys.
        make : bool
            Make that file where there is none.

        Returns
        -------
        KeyRing
            From ``MINDZIE_KEYS`` (base64, commas between them), else the file ``MINDZIE_KEY_FILE`` (one a line), else the
            file ``keys`` in the folder.

        Raises
        ------
        KeyRingError
            Where there is none, or one cannot be read.
        """
        said = os.environ.get(VARIABLE)
        if said:
            return cls(_decoded(said.split(","), VARIABLE), VARIABLE)
        named = os.environ.get(FILE_VARIABLE)
        path = Path(named) if named else None if folder is None else folder / _FILE
        if path is None:
            raise KeyRingError(
                f"There is no key for secrets: set {VARIABLE} or {FILE_VARIABLE}; {_MAKE}."
            )
        if make and not named and not path.exists():
            _make(path, [new_key()])
        return cls(read_keys(path), str(path))

    def __repr__(self) -> str:
        """Return the keys' identifiers, never the keys."""
        return f"<KeyRing {', '.join(self.ids)}>"


def key_id(key: bytes) -> str:
    """Return what tells a key from others without giving it away."""
    return hashlib.sha256(b"mindzie key " + key).hexdigest()[:16]


def new_key() -> bytes:
    """Return a new key."""
    return secrets.token_bytes(_BYTES)


def as_text(key: bytes) -> str:
    """Return a key as it is written into a variable or a file."""
    return base64.b64encode(key).decode("ascii")


def read_keys(path: Path) -> list[bytes]:
    """Return the keys of a file, the newest first."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text of keys"
        raise KeyRingError(
            f"The keys for secrets in {path} cannot be read: {reason}. Put the file back from where you keep a copy of it."
        ) from None
    return _decoded(
        [line for line in lines if line.strip() and not line.startswith("#")], str(path)
    )


def write_keys(path: Path, keys: Sequence[bytes]) -> None:
    """Write a file of keys, whole or not at all, for its owner's eyes only."""
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(
                "# Keys for secrets, the newest first. Whoever has them reads every secret.\n"
            )
            file.writelines(f"{as_text(key)}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)


def key_file(folder: Path | None) -> Path | None:
    """Return the file that keys come from, or would; None where they come from a variable, or from nowhere."""
    if os.environ.get(VARIABLE):
        return None
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else None if folder is None else folder / _FILE


def is_given(folder: Path | None) -> bool:
    """Tell whether keys are set up, be they sound or not.

    Parameters
    ----------
    folder : Path or None
        Of the embedded workspace.

    Returns
    -------
    bool
        False where nobody has named any, and none were made.
    """
    path = key_file(folder)
    named = os.environ.get(VARIABLE) or os.environ.get(FILE_VARIABLE)
    return bool(named) or (path is not None and path.exists())


def is_open_to_others(path: Path) -> bool:
    """Tell whether others than its owner may read or change a file of keys.

    Parameters
    ----------
    path : Path
        May be missing.

    Returns
    -------
    bool
        False on Windows, where rights are not in the mode of a file.
    """
    try:
        return os.name != "nt" and bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def half_written(folder: Path) -> list[Path]:
    """Return what was left of files of keys where writing them was cut short; there are keys in them."""
    return sorted((*folder.glob(f".{_FILE}.*"), *folder.glob(f"..{_FILE}.*")))


def add_key(folder: Path, in_use: Collection[str]) -> None:
    """Put a new key into the embedded workspace's file, before the older ones, which backups may need.

    Parameters
    ----------
    folder : Path
        Of the workspace.
    in_use : collection of str
        Identifiers of keys that secrets need.

    Raises
    ------
    KeyRingError
        Where the keys are given by a variable, or one in use is lost.
    """
    if os.environ.get(VARIABLE) or os.environ.get(FILE_VARIABLE):
        return  # who gives the keys puts the new one first
    ring, path = KeyRing.found(folder, make=not in_use), folder / _FILE
    lost = [key for key in in_use if key not in ring.ids]
    if lost:
        raise KeyRingError(
            f"Keys in use are not in {path}: {', '.join(lost)}. Put them back, after the newest one. Nothing was changed."
        )
    write_keys(path, [new_key(), *read_keys(path)])


def _make(path: Path, keys: Sequence[bytes]) -> None:
    # of several that start at the same moment, the first one's key stays
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_keys(beside, keys)
        os.link(beside, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise KeyRingError(
            f"The keys for secrets cannot be written to {path}: {error.strerror}."
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def _decoded(texts: Sequence[str], source: str) -> list[bytes]:
    try:
        return [base64.b64decode(text.strip(), validate=True) for text in texts if text.strip()]
    except ValueError:  # letters that are none of base64's, or none of ASCII's
        raise KeyRingError(f"A key in {source} is not base64: {_MAKE}.") from None

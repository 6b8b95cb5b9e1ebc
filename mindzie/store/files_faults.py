"""What goes wrong with a storage, in words that say what to do; addresses and keys of requests never in them."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from polars.exceptions import PolarsError

from mindzie.core.errors import DataSetError, MindzieError, StoreError

_SAID: Final = {
    errno.ENOSPC: "has no space left: make room and try again",
    errno.EDQUOT: "has no space left for this user: make room and try again",
    errno.EFBIG: "takes no file as large as this: raise the limit (`ulimit -f`) and try again",
    errno.EACCES: "does not let this user in: give the user permission to read and write there",
    errno.EPERM: "does not let this user in: give the user permission to read and write there",
    errno.EROFS: "is read-only: mount it for writing",
    errno.EIO: "fails to read or write: see to the disk, then run `mindzie admin check`",
}


@contextmanager
def as_store_errors(where: str) -> Iterator[None]:
    """Turn errors of a storage into ours.

    Parameters
    ----------
    where : str
        The storage, as the message may show it.
    """
    try:
        yield
    except MindzieError as error:
        cause = error.__cause__
        if not isinstance(error, DataSetError) or not isinstance(cause, OSError):
            raise
        raise store_error(where, cause) from None
    except OSError as error:
        raise store_error(where, error) from None
    except PolarsError as error:
        said = _SAID.get(_number(error))
        if said is None:
            raise
        raise StoreError(f"The storage {where} {said}.") from None


def store_error(where: str, error: OSError) -> StoreError:
    """Return the error that says what the system said.

    Parameters
    ----------
    where : str
        The storage, as the message may show it.
    error : OSError
        Of the system.

    Returns
    -------
    StoreError
        To be raised by the caller.
    """
    said = _SAID.get(error.errno or _number(error))
    said = said or f"cannot be used ({error.strerror or type(error).__name__})"
    return StoreError(f"The storage {where} {said}.")


def _number(error: Exception) -> int:
    """Return what Polars says instead of ``errno``; 0 where it says nothing."""
    said = re.search(r"os error (\d+)", str(error))
    if said is None:
        return errno.ENOSPC if "No space left" in str(error) else 0
    return int(said[1])

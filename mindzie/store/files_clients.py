"""Connections to a bucket, and what goes wrong with them in words that say what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import AzureStore, GCSStore, S3Store

from mindzie.core.errors import DataSetError, StoreError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

Bucket: TypeAlias = S3Store | AzureStore | GCSStore

STORES: Final[dict[str, tuple[type[Bucket], str]]] = {
    "s3": (S3Store, "AWS"),
    "az": (AzureStore, "AZURE"),
    "abfs": (AzureStore, "AZURE"),
    "abfss": (AzureStore, "AZURE"),
    "gs": (GCSStore, "GOOGLE"),
}
"""The kind of storage an address begins with, and how its variables begin."""
CONNECT_SECONDS: Final = 5
QUICK_SECONDS: Final = 6
"""How long to wait for a short answer, twice: whether anybody is there shows in about 12 s."""
PATIENT_SECONDS: Final = 60
"""How long a transfer may stand still."""

_SAID: Final = (
    (r"NoSuchBucket|ContainerNotFound|status code: 404", "has no such bucket or container: make it, or correct the address"),
    (r"169\.254\.169\.254|metadata|token request", "was given no credentials: set them in the environment, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AZURE_STORAGE_ACCOUNT_KEY, or GOOGLE_APPLICATION_CREDENTIALS"),
    (r"status code: 40[13]|PermissionDenied|Unauthenticated", "refuses the credentials, or they may not do this: give them the right to list, read, write and delete in the bucket"),
    (r"pem file|service account|credentials? file|[Dd]ecode", "cannot read the key it was given: see that GOOGLE_APPLICATION_CREDENTIALS names a key file, and the keys in the environment are complete"),
    (r"Account must be specified", "needs the name of the account: set AZURE_STORAGE_ACCOUNT_NAME"),
    (r"builder error", "has an address that begins with http: use https, or, for a server on this machine, set AWS_ALLOW_HTTP, AZURE_ALLOW_HTTP or GOOGLE_ALLOW_HTTP to true"),
    (r"status code: (?:429|5\d\d)", "is overloaded or out of order: try again in a moment"),
)  # fmt: skip
_UNREACHABLE: Final = (
    "cannot be reached: see that the network and the address are right, and try again"
)


@dataclass(frozen=True)
class Clients:
    """Two ways to the same bucket.

    Parameters
    ----------
    url : str
        Address, for messages.
    quick : object store
        For short questions; gives up soon.
    patient : object store
        For transfers.
    """

    url: str
    quick: Bucket
    patient: Bucket


def clients_of(url: str) -> Clients:
    """Return connections to a bucket; nothing is asked yet.

    Parameters
    ----------
    url : str
        Without credentials; those come from the environment.

    Returns
    -------
    Clients
        Quick and patient.

    Raises
    ------
    StoreError
        Where the environment says too little, such as no account.
    """
    kind, variables = STORES[url.partition("://")[0]]
    http = os.environ.get(f"{variables}_ALLOW_HTTP", "").lower() == "true"

    def made(seconds: int, give_up: int) -> Bucket:
        client: ClientConfig = {
            "allow_http": http,
            "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            "read_timeout": timedelta(seconds=seconds),
            "timeout": timedelta(hours=12),  # of a whole transfer: large files take their time
        }
        retry: RetryConfig = {
            "max_retries": 2,
            "retry_timeout": timedelta(seconds=give_up),
            "backoff": {
                "init_backoff": timedelta(milliseconds=200),
                "max_backoff": timedelta(seconds=2),
                "base": 2,
            },
        }
        return kind.from_url(url, client_options=client, retry_config=retry)

    with as_object_errors(url):
        return Clients(
            url, made(QUICK_SECONDS, 2 * QUICK_SECONDS), made(PATIENT_SECONDS, 2 * PATIENT_SECONDS)
        )


@contextmanager
def as_object_errors(url: str) -> Iterator[None]:
    """Turn errors of a bucket into ours; what its server said stays out, it may hold more than it should.

    Parameters
    ----------
    url : str
        Named in the message.
    """
    try:
        yield
    except AlreadyExistsError:
        raise DataSetError(
            f"{url} has a snapshot there already, and one is never changed."
        ) from None
    except BaseError as error:
        raise StoreError(f"The storage {url} {_said(error)}.") from None


def _said(error: BaseError) -> str:
    # the text goes on with a listing of what was tried, in which anything may stand
    words = f"{type(error).__name__} {str(error).partition('Debug source')[0]}"
    return next((said for sign, said in _SAID if re.search(sign, words)), _UNREACHABLE)

"""The kinds of streams and APIs: everything that forms, pages and messages need to know of them, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of a kind, given as text in ``options=``.

    Parameters
    ----------
    name, title : str
        What programs call it, and what it is for.
    otherwise : str
        Its value where it is not given.
    choices : tuple of str
        The only values; empty where any text may be.
    """

    name: str
    title: str
    otherwise: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedKind:
    """A kind of stream or API.

    Parameters
    ----------
    id, label : str
        What programs and people call it.
    module, package : str
        What is imported, and what pip installs for it.
    extra : str
        The extra of mindzie that brings the package.
    url : str
        The form of its address, without password.
    reads : str
        What ``table=`` means.
    user, password : str
        What ``user=`` and ``password=`` mean.
    keeps : str
        How it is read on.
    options : tuple of Option
        What ``options=`` may hold.
    aliases : tuple of str
        Other schemes of addresses.
    tested : str
        What our tests run it against.
    """

    id: str
    label: str
    module: str
    package: str
    extra: str
    url: str
    reads: str
    user: str
    password: str
    keeps: str
    options: tuple[Option, ...]
    aliases: tuple[str, ...] = ()
    tested: str = ""


_BATCH: Final = (
    Option("max_rows", "messages of one load; the next load goes on after them", "1000000"),
    Option("max_bytes", "bytes of one load; the next load goes on after them", "1073741824"),
)
_CALLS: Final = (
    Option("max_pages", "pages of one load", "10000"),
    Option("max_bytes", "bytes of one load", "1073741824"),
    Option("auth", "how one signs in", "none", ("none", "basic", "bearer", "header", "query", "oauth2")),
    Option("auth_name", "name of the header or parameter that takes the key", "X-API-Key"),
    Option("oauth_url", "address that gives access to client credentials"),
    Option("oauth_scope", "scope asked for there"),
    Option("records", "where in an answer the records are, such as data.items; else they are looked for"),
)  # fmt: skip
_PAGING: Final = (
    Option("paging", "how the next page is asked for", "auto", ("auto", "none", "page", "offset", "cursor", "link", "next")),
    Option("size", "records of a page, where size_param is given or paging is offset", "100"),
    Option("size_param", "parameter that takes the size; for offset, limit where not given"),
    Option("page_param", "parameter that takes the page's number", "page"),
    Option("first_page", "number of the first page", "1"),
    Option("offset_param", "parameter that takes the records to leave out", "offset"),
    Option("cursor_param", "parameter that takes the cursor", "cursor"),
    Option("next", "where in an answer the next cursor or address is, such as meta.next_cursor"),
    Option("since", "parameter that takes the last value of cursor= in later loads; else all is read and compared"),
)  # fmt: skip
_OFFSETS: Final = "by the offsets it ended at, which are in the log"
_CURSOR: Final = "by a cursor column, as databases are"
_NAMES: Final = "the user, or the client's id"
_KEYS: Final = "the password, key, token or client secret"

FEEDS: Final = (
    FeedKind(
        "kafka", "Kafka", "confluent_kafka", "confluent-kafka>=2.6", "kafka", "kafka://USER@HOST:9092,HOST:9092/TOPIC",
        "a topic", "the user of SASL", "its password", _OFFSETS,
        (
            Option("security.protocol", "how brokers are spoken to; with a user SASL_SSL", "PLAINTEXT",
                   ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")),
            Option("sasl.mechanism", "how the user signs in", "PLAIN", ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")),
            Option("ssl.ca.pem", "certificate of who signed those of the brokers, as PEM"),
            *_BATCH,
        ),
        tested="brokers of librdkafka's mock cluster, over Kafka's protocol",
    ),
    FeedKind(
        "kinesis", "Amazon Kinesis", "boto3", "boto3>=1.40", "kinesis", "kinesis://KEY@REGION/STREAM",
        "a data stream", "the access key's id", "the secret access key", _OFFSETS,
        (Option("endpoint", "another address of the service, such as a VPC's"), *_BATCH),
        tested="moto's server",
    ),
    FeedKind(
        "rest", "REST API", "httpx", "httpx>=0.28 tenacity>=9", "api", "rest+https://HOST/PATH",
        "a path below the address, which may be empty", _NAMES, _KEYS, _CURSOR, (*_CALLS, *_PAGING), aliases=("https", "http"),
        tested="servers of the tests",
    ),
    FeedKind(
        "graphql", "GraphQL API", "httpx", "httpx>=0.28 tenacity>=9", "api", "graphql+https://HOST/PATH",
        "nothing: give query=", _NAMES, _KEYS, _CURSOR,
        (*_CALLS, Option("after", "variable of the query that takes the cursor of the next page", "after"),
         Option("since", "variable of the query that takes the last value of cursor= in later loads")),
        tested="servers of the tests",
    ),
)  # fmt: skip
"""Every kind, in the order of the catalogue."""


def feed_kind(name: str) -> FeedKind | None:
    """Return a kind by its id, or by the scheme of an address; None where it is none of these.

    Examples
    --------
    >>> feed_kind("rest+https").label
    'REST API'
    """
    bare = str(name).lower().partition("+")[0]
    return next((kind for kind in FEEDS if bare in {kind.id, *kind.aliases}), None)

"""The part of the page of sources that tells of streams and APIs, from the list of their kinds."""

from __future__ import annotations

from mindzie.ingest.feeds.kinds import FEEDS, FeedKind

HEAD = """## Streams and APIs

They are read in the same way, see [streams and APIs](analysts/feeds.md). All have been tested against what the table says, none against a
service on the internet."""


def part() -> list[str]:
    """Return the paragraphs.

    Returns
    -------
    list of str
        Markdown.
    """
    rows = [
        f"| {kind.label} | `{kind.url}` | `{kind.extra}` | {_packages(kind)} | {kind.tested} |"
        for kind in FEEDS
    ]
    means = [
        f"| {kind.label} | {kind.reads} | {kind.user} | {kind.password} | {kind.keeps} |"
        for kind in FEEDS
    ]
    return [
        HEAD,
        "| | address | extra | packages | tested against |\n|---|---|---|---|---|\n"
        + "\n".join(rows),
        "| | what `table=` is | `user=` | `password=` | how it is read on |\n|---|---|---|---|---|\n"
        + "\n".join(means),
        *(text for kind in FEEDS for text in _options(kind)),
    ]


def _packages(kind: FeedKind) -> str:
    return ", ".join(f"`{name}`" for name in kind.package.split())


def _options(kind: FeedKind) -> list[str]:
    rows = [
        f"| `{option.name}` | {option.title} | {', '.join(f'`{c}`' for c in option.choices)} | {f'`{option.otherwise}`' if option.otherwise else ''} |"
        for option in kind.options
    ]
    head = "| option | is | one of | otherwise |\n|---|---|---|---|\n"
    return [f"### Options of {kind.label}", head + "\n".join(rows)]

r"""Regular expressions that mean the same on every engine.

Engines bring their own dialect (Rust's regex, RE2), both without backtracking. Where they differ a pattern is either
said in words both understand alike (``\w``, ``\d``, ``\s`` are Unicode's) or refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CLASSES = {"d": r"\p{Nd}", "w": r"\p{L}\p{M}\p{Nd}\p{Pc}", "s": r"\t\n\v\f\r\x{85}\p{Z}"}
_TOKEN = re.compile(r"\\.|\[:\^?[a-z]+:\]|\[\^?\]?|\(\?[^:)]*[:)>=!]?|&&|--|~~|.", re.DOTALL)
_GROUP = re.compile(r"\(\?(?:[imsU]*(?:-[imsU]+)?[:)]|P<\w+>)")


def _refused(pattern: str, what: str, instead: str) -> ValueError:
    return ValueError(f"the pattern {pattern!r} uses {what}: {instead}")


def _escape(pattern: str, letter: str, in_class: bool) -> str:
    kind = _CLASSES.get(letter.lower())
    if kind:
        if letter.islower():
            return kind if in_class else f"[{kind}]"
        if in_class:
            raise _refused(
                pattern, rf"\{letter} inside brackets", rf"write [^\{letter.lower()}...] instead"
            )
        return f"[^{kind}]"
    if letter in "bB<>":
        instead = (
            r"write (?:^|\W) before and (?:\W|$) after the word"
            if letter in "bB"
            else f"write [{letter}]"
        )
        raise _refused(pattern, rf"\{letter}, which engines read differently", instead)
    return "\\" + letter


def portable(pattern: str) -> str:
    r"""Return a pattern in words that every engine reads alike.

    Parameters
    ----------
    pattern : str
        As an analyst writes it: it may match anywhere, ``^`` and ``$`` are the ends of the text.

    Returns
    -------
    str
        The same pattern with Unicode classes spelt out.

    Raises
    ------
    ValueError
        Where it is no regular expression, or needs what some engine lacks: look-around, back-references, possessive
        repetition, word boundaries, sets inside brackets.

    Examples
    --------
    >>> portable(r"^\d+$")
    '^[\\p{Nd}]+$'
    """
    made, in_class = [], False
    for piece in _TOKEN.findall(pattern):
        said = piece
        if piece[0] == "\\" and len(piece) > 1:
            said = _escape(pattern, piece[1], in_class)
        elif in_class:
            if piece[0] == "[" and not piece.startswith("[:"):
                raise _refused(
                    pattern, "a bracket inside brackets", r"write \[ for the character itself"
                )
            if piece in ("&&", "--", "~~"):
                raise _refused(
                    pattern,
                    f"{piece!r} inside brackets",
                    f"write \\{piece[0]} for the character itself",
                )
            in_class = piece != "]"
        elif piece[0] == "[":
            in_class = True
        elif piece.startswith("(?") and not _GROUP.match(piece):
            raise _refused(
                pattern,
                f"{piece!r}, which not every engine has",
                "use plain groups (...) and flags (?i), (?m), (?s)",
            )
        made.append(said)
    return _compiled(pattern, "".join(made))


def _compiled(pattern: str, said: str) -> str:
    """Let both dialects try the pattern on nothing."""
    import polars as pl  # heavy, and needed for patterns alone
    import pyarrow as pa
    from pyarrow import compute

    try:
        pl.Series([""]).str.contains(said)
        compute.match_substring_regex(pa.array([""]), said)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid, UnicodeEncodeError) as error:
        reason = _reason(error).removeprefix("Invalid regular expression: ")
        message = f"{pattern!r} is not a regular expression that every engine can run ({reason})"
        raise ValueError(message) from None
    return said


def literal(text: str) -> str:
    """Return the pattern of a text as it stands.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        With every special character escaped in a way all engines know.

    Examples
    --------
    >>> literal("a.b")
    'a[.]b'
    """
    special = {"\\": r"\\", "^": r"\^", "[": r"\[", "]": r"\]"}
    return "".join(special.get(c, f"[{c}]") if c in r".^$*+?{}[]\|()" else c for c in text)


_REFERENCE = re.compile(r"\\(?:(\d)|g<(\w+)>|(.?))", re.DOTALL)


def replaced(pattern: str, replacement: str, texts: Sequence[str]) -> list[str]:
    r"""Replace every match of a pattern, in a time that grows with the texts alone.

    Parameters
    ----------
    pattern : str
        A regular expression without look-around and back-references.
    replacement : str
        What replaces a match; ``\1`` or ``\g<name>`` is a group of it.
    texts : sequence of str
        Where to look.

    Returns
    -------
    list of str
        The texts with their matches replaced.

    Raises
    ------
    ValueError
        Where the pattern is no regular expression, or the replacement names a group that it lacks.

    Examples
    --------
    >>> replaced("^(P)..k$", r"\1 goods", ["Pick", "Ship"])
    ['P goods', 'Ship']
    """
    import polars as pl  # heavy, and needed for patterns alone

    try:
        kind = pl.Series([""], dtype=pl.String).str.extract_groups(pattern).dtype
    except pl.exceptions.PolarsError as error:
        message = (
            f"pattern {pattern!r} is not a regular expression that can be run ({_reason(error)})"
        )
        raise ValueError(message) from None
    groups = [field.name for field in kind.fields] if isinstance(kind, pl.Struct) else []
    known = {*groups, *map(str, range(len(groups) + 1))}

    def said(found: re.Match[str]) -> str:
        group = found[1] or found[2]
        if group is None:
            if found[3] == "\\":
                return "\\"
            message = f"replacement {replacement!r} has a lone backslash: write two for the character itself"
            raise ValueError(message)
        if group not in known:
            message = (
                f"replacement {replacement!r} names the group {group!r}, which the pattern lacks"
            )
            raise ValueError(message)
        return f"${{{group}}}"

    made = _REFERENCE.sub(said, replacement.replace("$", "$$"))
    return pl.Series(texts, dtype=pl.String).str.replace_all(pattern, made).to_list()


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return told[0] if told else lines[0][:200]

"""The still picture of a dashboard, made without a browser: what its notebook showed first, looked over before others see it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any, Final
from xml.etree import ElementTree as ET

from mindzie.access.given import given_path
from mindzie.core.errors import SettingError

PNG, SVG = "image/png", "image/svg+xml"
MOST: Final = 2**19
"""Bytes."""
_SPACE: Final = "{http://www.w3.org/2000/svg}"
_SHAPES: Final = frozenset(
    (
        *(
            "svg",
            "g",
            "defs",
            "title",
            "desc",
            "style",
            "path",
            "rect",
            "circle",
            "ellipse",
            "line",
        ),
        *("polyline", "polygon", "text", "tspan", "marker", "clipPath", "linearGradient"),
        *("radialGradient", "stop", "symbol", "use", "mask", "pattern"),
    )
)
_HEADER: Final = re.compile(r"^\s*<\?xml[^>]*\?>")
_REACHES: Final = re.compile(
    r"url\((?!\s*['\"]?#)|@import|javascript:|expression\(|\\", re.IGNORECASE
)
"""What in a style, or another attribute, leads out of the picture."""


def read_picture(picture: Any) -> bytes | None:
    """Return a picture that is given: its bytes, read from a file where it is a path; None for none.

    Raises
    ------
    SettingError
        Where there is no such file.
    """
    if picture is None or picture is False:
        return None
    if isinstance(picture, bytes):
        return picture
    if not isinstance(picture, str | PathLike):
        raise SettingError("A picture is a file .svg or .png, its bytes, or False for none.")
    path = given_path(picture, "picture")
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}.") from None


def checked_picture(picture: Any) -> tuple[bytes | None, str | None]:
    """Return a picture and its media type, or say what is wrong with it.

    Parameters
    ----------
    picture : bytes or None
        SVG or PNG.

    Returns
    -------
    tuple
        Bytes and media type; twice None for none.

    Raises
    ------
    SettingError
        For anything else, and for SVG that runs code or asks another host.

    Examples
    --------
    >>> checked_picture(b'<svg xmlns="http://www.w3.org/2000/svg"/>')[1]
    'image/svg+xml'
    """
    if picture is None:
        return None, None
    if not isinstance(picture, bytes) or len(picture) > MOST:
        raise SettingError(f"A picture is the bytes of an SVG or a PNG, {MOST:,} of them at most.")
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return picture, PNG
    # what says another encoding to a browser than to us goes
    text = _HEADER.sub("", picture.decode(errors="replace"), count=1)
    if not _is_still(text):
        raise SettingError(
            "The picture is no PNG, and no SVG of shapes and texts alone: scripts, links and what comes from elsewhere are refused."
        )
    return text.encode(), SVG


def _is_still(text: str) -> bool:
    if "<!" in text.replace("<!--", "") or "<?" in text:
        return False  # a document type can say anything of what follows
    try:
        root = ET.fromstring(text)  # noqa: S314 - without document types nothing is expanded
    except (ET.ParseError, ValueError):
        return False
    if root.tag != f"{_SPACE}svg":
        return False
    return all(_is_shape(element) for element in root.iter())


def _is_shape(element: Any) -> bool:
    tag = str(element.tag)
    if not tag.startswith(_SPACE) or tag.removeprefix(_SPACE) not in _SHAPES:
        return False
    if tag == f"{_SPACE}style" and _REACHES.search(element.text or ""):
        return False
    for name, value in element.attrib.items():
        plain = name.rpartition("}")[2].lower()
        if plain.startswith("on") or _REACHES.search(value):
            return False
        if plain in {"href", "src"} and not value.startswith("#"):
            return False
    return True


def first_picture(notebook: Any) -> bytes | None:
    """Return the first picture among what a notebook showed, if it may be shown to others; None where there is none.

    Parameters
    ----------
    notebook : mapping
        As it was saved.

    Returns
    -------
    bytes or None
        SVG or PNG.
    """
    for found in _shown(notebook):
        try:
            return checked_picture(found)[0]
        except SettingError:
            continue
    return None


def _shown(notebook: Any) -> Iterator[bytes]:
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    for cell in cells if isinstance(cells, list) else ():
        outputs = cell.get("outputs") if isinstance(cell, Mapping) else None
        for output in outputs if isinstance(outputs, list) else ():
            data = output.get("data") if isinstance(output, Mapping) else None
            for kind in (SVG, PNG):
                said = data.get(kind) if isinstance(data, Mapping) else None
                text = "".join(map(str, said)) if isinstance(said, list) else said
                if isinstance(text, str):
                    yield from _bytes(text, kind)


def _bytes(text: str, kind: str) -> Iterator[bytes]:
    if kind == SVG:
        yield text.encode(errors="replace")
        return
    try:
        yield base64.b64decode(text)
    except (binascii.Error, ValueError):
        return

"""Still pictures as PNG, for what shows no SVG, such as mail."""

from __future__ import annotations

from mindzie.core.errors import MissingPackageError
from mindzie.pictures.plain import plain


def png(svg: str, width: int = 1000) -> bytes:
    """Draw a still picture as PNG on white, in the light colours.

    Parameters
    ----------
    svg : str
        As ``map_svg`` or ``chart_svg`` return it.
    width : int
        In pixels.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    MissingPackageError
        Without the extra ``runs``.

    Examples
    --------
    >>> png('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>', 20)[1:4]
    b'PNG'
    """
    try:
        import resvg_py
    except ModuleNotFoundError:
        message = "Pictures as PNG need resvg: pip install 'mindzie[runs]'."
        raise MissingPackageError(message) from None
    drawn = resvg_py.svg_to_bytes(svg_string=plain(svg), width=width, background="#ffffff")
    return bytes(drawn)

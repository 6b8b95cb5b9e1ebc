"""A report on paper: a cover with parameters and where the data came from, the pictures, and where each figure comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from mindzie.core.errors import MissingPackageError
from mindzie.investigations.about_run import BEGIN, facts, sources
from mindzie.pictures.plain import plain

PDF: Final = "report.pdf"
_SIZED: Final = re.compile(r'(<svg\b[^>]*?) style="max-width:[^"]*"')
"""A picture's size on screens, by which WeasyPrint would draw it at three quarters of the room it has."""


def report_pdf(page: str, results: Mapping[str, Any]) -> bytes:
    """Return a report as PDF on A4.

    Parameters
    ----------
    page : str
        The report, as ``report`` returns it.
    results : mapping
        What stands in ``results.json`` of the run.

    Returns
    -------
    bytes
        The file: tagged for screen readers, with fonts and pictures in it; nothing was fetched for it.

    Raises
    ------
    MissingPackageError
        Without the extra ``pdf``, or without the system's Pango.
    """
    weasyprint = printer()
    head, _, rest = page.partition("<main>")
    body, _, foot = rest.rpartition("<footer>")
    if BEGIN in body:  # it stands on the cover
        body = body.rpartition(BEGIN)[0]
    style = files("mindzie.investigations").joinpath("report_template/mindzie_report/paper.css")
    whole = (
        head.replace("</head>", f"<style>{style.read_text(encoding='utf-8')}</style></head>")
        + f"<main>{_cover(page, results)}{body}{sources(results)}<footer>{foot}"
    )
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    document = weasyprint.HTML(string=_SIZED.sub(r"\1", plain(whole)), url_fetcher=fetcher)
    return bytes(document.write_pdf(pdf_tags=True, optimize_images=True))


def printer() -> Any:
    """Return WeasyPrint, or say what is missing for it."""
    try:
        import weasyprint
    except ModuleNotFoundError:
        raise MissingPackageError(
            "PDF needs WeasyPrint: pip install 'mindzie[pdf]'. The HTML report prints well from any browser, too."
        ) from None
    except OSError:  # it opens Pango as it is imported
        raise MissingPackageError(
            "PDF needs Pango of the system: on Debian, apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
        ) from None
    return weasyprint


def _cover(page: str, results: Mapping[str, Any]) -> str:
    title = page.partition("<title>")[2].partition("</title>")[0]
    return (
        f'<section class="mz-cover"><p class="mz-cover-mark">Mindzie</p><h1 class="mz-cover-title">{title}</h1>'
        f"{facts(results)}</section>"
    )

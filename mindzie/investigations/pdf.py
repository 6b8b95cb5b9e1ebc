"""A report on paper: a cover with parameters and where the data came from, the pictures, and where each figure comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any, Final

from mindzie.core.errors import MissingPackageError
from mindzie.core.words import counted
from mindzie.investigations.layout import DATA, DATASET, WHY
from mindzie.pictures.plain import plain

PDF: Final = "report.pdf"
_SIZED: Final = re.compile(r'(<svg\b[^>]*?) style="max-width:[^"]*"')
"""A picture's size on screens, by which WeasyPrint would draw it at three quarters of the room it has."""
_SHORT: Final = 12
_LONGEST: Final = 300
_ABOUT: Final = {"investigation": "Investigation", "reason": "Run", "asked_by": "Asked by"}


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
    style = files("mindzie.investigations").joinpath("report_template/mindzie_report/paper.css")
    whole = (
        head.replace("</head>", f"<style>{style.read_text(encoding='utf-8')}</style></head>")
        + f"<main>{_cover(page, results)}{body}{_sources(results)}<footer>{foot}"
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
        f"{_facts(_run_of(results))}{_parameters(results)}</section>"
    )


def _run_of(results: Mapping[str, Any]) -> dict[str, str]:
    data = results.get("data") or {}
    seen = {result["provenance"]["fingerprint"] for result in _computed(results)}
    prints = sorted({*seen, *filter(None, [data.get("fingerprint")])})
    made = str(results.get("finished", ""))
    reason = results.get("reason")
    about = {**results, "reason": WHY.get(str(reason), reason)}
    facts = {
        **{said: str(about.get(name) or "") for name, said in _ABOUT.items()},
        "Data set": f"{data['name']}, version {data['version']}" if data else "",
        "Fingerprint of the data": ", ".join(each[:_SHORT] for each in prints),
        "Calculated": f"{datetime.fromisoformat(made):%Y-%m-%d %H:%M} UTC" if made else "",
        "Mindzie": str(results.get("mindzie", "")),
        "State": "" if results.get("status") == "completed" else "stopped at an error",
    }
    return {name: said for name, said in facts.items() if said}


def _facts(facts: Mapping[str, str]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(said[:_LONGEST])}</td></tr>"
        for name, said in facts.items()
    )
    return f'<table class="mz-paper">{rows}</table>'


def _parameters(results: Mapping[str, Any]) -> str:
    given = {
        str(name): said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        for name, said in (results.get("parameters") or {}).items()
        if said is not None and not (results.get("data") and (name, said) == (DATASET, DATA))
    }
    return f"<h2>Parameters</h2>{_facts(given)}" if given else ""


def _computed(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for result in results.get("results", ()):
        if result.get("provenance"):
            yield result


def _sources(results: Mapping[str, Any]) -> str:
    rows = "".join(_source(result) for result in _computed(results))
    if not rows:
        return ""
    heads = "".join(
        f"<th scope='col'>{name}</th>" for name in ("Result", "Calculated by", "After", "Data")
    )
    return (
        '<section class="mz-sources"><h2>Where the figures come from</h2>'
        f'<table class="mz-paper"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _source(result: Mapping[str, Any]) -> str:
    known = result["provenance"]
    operation = known.get("operation") or {}
    settings = {name: said for name, said in (operation.get("settings") or {}).items() if said}
    said = json.dumps(settings, ensure_ascii=False) if settings else ""
    steps = known.get("recipe") or []
    after = counted(len(steps), "step") if steps else "nothing"
    cells = (
        result["name"],
        f"{operation.get('op', '')} {said[:_LONGEST]}".strip(),
        after,
        str(known["fingerprint"])[:_SHORT],
    )
    return f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"

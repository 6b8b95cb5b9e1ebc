"""A page for Panel in the product's look; Panel serves everything in it."""

from __future__ import annotations

from typing import Any, Final

import panel as pn

_CSS: Final = """
body { margin: 0; background: #f5f7f9; color: #1b2430; font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
#mz-page { box-sizing: border-box; max-width: 1200px; margin: 16px auto; padding: 24px 32px 40px; background: #fff; border: 1px solid #d9e0e7; border-radius: 6px; }
#mz-page h1 { margin: 0 0 12px; font-size: 28px; font-weight: 600; }
@media (max-width: 800px) { #mz-page { margin: 0; padding: 12px; border: 0; } }
"""
_PAGE: Final = """
{% extends base %}
{% block postamble %}<link rel="icon" href="data:;base64,="><style>{{ mz_css }}</style>{% endblock %}
{% block contents %}<main id="mz-page"><h1>{{ mz_title }}</h1>{{ embed(roots.main) }}</main>{% endblock %}
"""


def page(title: str, *parts: Any) -> Any:
    """Return a Panel page.

    Parameters
    ----------
    title : str
        Its heading.
    *parts
        What Panel shows, from top to bottom.

    Returns
    -------
    panel.Template
        To be made ``.servable()``.
    """
    made: Any = pn.Template(_PAGE)
    made.add_variable("mz_css", _CSS)
    made.add_variable("mz_title", title)
    made.add_panel("main", pn.Column(*parts, sizing_mode="stretch_width"))
    made.title = title
    return made

"""A page for Panel in the product's look; Panel serves everything in it."""

from __future__ import annotations

from typing import Any, Final

import panel as pn

from mindzie.pictures.tokens import tokens

# Bokeh draws on canvases, and reads these.
_LOOK: Final = """
  color-scheme: {theme}; --mz-page-font: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; --mz-page-ink: {ink}; --mz-page-line: {line}; --mz-page-surface: {surface}; --mz-page-sunken: {sunken};
  --bk-axis-label-text-color: {ink}; --bk-major-label-text-color: {ink}; --bk-title-text-color: {ink}; --bk-label-text-color: {ink};
  --bk-axis-line-color: {muted}; --bk-major-tick-line-color: {muted}; --bk-minor-tick-line-color: {line}; --bk-grid-line-color: {line};
  --bk-outline-line-color: {line}; --bk-background-fill-color: transparent; --bk-border-fill-color: transparent;
"""
_CSS: Final = """
body { margin: 0; background: var(--mz-page-sunken); color: var(--mz-page-ink); font: 400 16px/1.5 var(--mz-page-font); }
#mz-page { box-sizing: border-box; max-width: 1200px; margin: 16px auto; padding: 24px 32px 40px; background: var(--mz-page-surface); border: 1px solid var(--mz-page-line); border-radius: 6px; }
#mz-page h1 { margin: 0 10px 12px; font-size: 28px; font-weight: 600; }
@media (max-width: 800px) { #mz-page { margin: 0; padding: 12px; border: 0; } }
@media print { body { background: none; } #mz-page { max-width: none; margin: 0; padding: 0; border: 0; } }
"""
_PAGE: Final = """
{% extends base %}
{% block postamble %}<link rel="icon" href="data:;base64,="><style>{{ mz_css }}</style>{% endblock %}
{% block contents %}<main id="mz-page"><h1>{{ mz_title }}</h1>{{ embed(roots.main) }}</main>{% endblock %}
"""


def _themed() -> str:
    """Return the page's colours, for the theme asked for or the system's."""
    light, dark = (_LOOK.format(theme=theme, **tokens()[theme]) for theme in ("light", "dark"))
    asked = pn.state.session_args.get("theme")
    if pn.config.theme == "dark":
        return f":root {{{dark}}}"
    system = (
        "" if asked else f"@media screen and (prefers-color-scheme: dark) {{ :root {{{dark}}} }}"
    )
    return f":root {{{light}}} {system}"


def page(title: str, *parts: Any) -> Any:
    """Return a Panel page.

    It is dark where ``?theme=dark`` or Panel's own setting says so, light by ``?theme=default``, else as the reader's system is.

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
    made.add_variable("mz_css", _themed() + _CSS)
    made.add_variable("mz_title", title)
    made.add_panel("main", pn.Column(*parts, sizing_mode="stretch_width"))
    made.title = title
    return made

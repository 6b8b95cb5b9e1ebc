"""A widget as one HTML file: works from disk, without kernel and without network."""

from __future__ import annotations

import json
from html import escape
from typing import Any, Final

# Nothing may be asked from anywhere: what the page needs is in it.
_POLICY: Final = "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:"
_TEMPLATE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
body {{ margin: 16px; background: #ffffff; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #14181d; }} }}
</style>
</head>
<body>
<div id="widget"><noscript>{picture}</noscript></div>
<script type="application/json" id="state">{state}</script>
<script type="text/plain" id="code">{code}</script>
<script type="module">
const text = (id) => document.getElementById(id).textContent;
const state = JSON.parse(text("state"));
const heard = new Map();
const tell = (event) => (heard.get(event) ?? new Set()).forEach((callback) => callback());
const model = {{
  get: (key) => state[key],
  set: (key, value) => {{ state[key] = value; tell(`change:${{key}}`); }},
  save_changes: () => {{}},
  on: (event, callback) => {{ heard.set(event, (heard.get(event) ?? new Set()).add(callback)); }},
  off: (event, callback) => {{ heard.get(event)?.delete(callback); }},
}};
const url = URL.createObjectURL(new Blob([JSON.parse(text("code"))], {{ type: "text/javascript" }}));
const widget = (await import(url)).default;
URL.revokeObjectURL(url);
widget.render({{ model, el: document.getElementById("widget") }});
</script>
</body>
</html>
"""


def page(state: dict[str, Any], code: str, picture: str) -> str:
    """Return a widget's page.

    Parameters
    ----------
    state : dict
        The widget's values; JSON.
    code : str
        Its JavaScript module, with a default export that has ``render``.
    picture : str
        Still picture for readers without JavaScript; trusted HTML.

    Returns
    -------
    str
        A whole HTML page.

    Examples
    --------
    >>> page({"title": "<Map>"}, "export default {}", "").count("<Map>")
    0
    """
    return _TEMPLATE.format(
        policy=escape(_POLICY),
        title=escape(str(state.get("title", ""))),
        picture=picture,
        state=_inside_script(state),
        code=_inside_script(code),
    )


def _inside_script(value: Any) -> str:
    """JSON that no script element ends or comments out."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

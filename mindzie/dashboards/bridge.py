"""Widgets in Panel: the same JavaScript in Panel's own component, so that nothing is fetched from a CDN."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import panel as pn
import param
import traitlets as t

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: dict[type[t.TraitType[Any, Any]], type[Any]] = {
    t.Dict: param.Dict, t.List: param.List, t.Unicode: param.String, t.Bool: param.Boolean, t.Int: param.Integer, t.Float: param.Number,
}  # fmt: skip

_COMPONENTS: dict[tuple[str, str], type[Any]] = {}
# What ipywidgets adds, which has no meaning in Panel.
_OWN = ("layout", "tabbable", "tooltip", "comm")


def bridge(widget: Any, **layout: Any) -> Any:
    """Return a Panel component that shows a widget; each follows the other.

    Parameters
    ----------
    widget : anywidget.AnyWidget
        Its synced traits become parameters; what the browser sends passes the widget's own ``set_state``.
    **layout
        Such as ``sizing_mode``.

    Returns
    -------
    panel.custom.AnyWidgetComponent
        To be put into any layout.

    Examples
    --------
    >>> from mindzie.widgets.sheet import Sheet
    >>> sheet = Sheet("<b>1</b>")
    >>> shown = bridge(sheet)
    >>> sheet.html = "<b>2</b>"
    >>> shown.html
    '<b>2</b>'
    """
    traits = _traits(widget)
    component = _component(widget)(**{name: getattr(widget, name) for name in traits}, **layout)
    told: list[str] = []

    @contextmanager
    def telling(name: str) -> Iterator[None]:
        told.append(name)
        try:
            yield
        finally:
            told.remove(name)

    def from_widget(change: dict[str, Any]) -> None:
        with telling(change["name"]):
            component.param.update(**{change["name"]: change["new"]})

    def from_browser(*events: Any) -> None:
        # What a reader does in quick succession arrives as one change.
        sent = {event.name: event.new for event in events if event.name not in told}
        if not sent:
            return
        widget.set_state(sent)
        for name, value in sent.items():
            kept = getattr(widget, name)
            if kept != value:
                with telling(name):
                    component.param.update(**{name: kept})

    widget.observe(from_widget, list(traits))
    component.param.watch(from_browser, list(traits))
    return component


def _component(widget: Any) -> type[Any]:
    """Return the component of a widget's class, made once for each JavaScript module."""
    key = type(widget).__name__, widget._esm  # noqa: SLF001 - anywidget's name for it
    if key not in _COMPONENTS:
        body: dict[str, Any] = {name: _parameter(trait) for name, trait in _traits(widget).items()}
        _COMPONENTS[key] = type(f"Panel{key[0]}", (_Built,), {"_esm": key[1], **body})
    return _COMPONENTS[key]


def _traits(widget: Any) -> dict[str, t.TraitType[Any, Any]]:
    return {
        name: trait
        for name, trait in widget.traits(sync=True).items()
        if not name.startswith("_") and name not in _OWN
    }


def _parameter(trait: t.TraitType[Any, Any]) -> Any:
    kind = next(
        (made for known, made in _KINDS.items() if isinstance(trait, known)), param.Parameter
    )
    return kind(allow_None=True)


class _Built(pn.custom.AnyWidgetComponent):
    """Built JavaScript is taken as it is: Panel's compiler, meant for sources, breaks it."""

    __abstract = True

    def _get_properties(self, doc: Any) -> dict[str, Any]:
        made: dict[str, Any] = super()._get_properties(doc)
        made["bundle"] = hashlib.sha256(str(self._esm).encode()).hexdigest()
        return made

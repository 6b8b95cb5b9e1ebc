"""Series and heat maps, drawn live in notebooks."""

from __future__ import annotations

from typing import Any, Final

import anywidget
import traitlets as t

from mindzie.core.results import Series, Table
from mindzie.pictures.still import page_part, still
from mindzie.pictures.still_heat import is_heat
from mindzie.widgets.bundle import bundle
from mindzie.widgets.rows import cells

Json = dict[str, Any]
_MOST_POINTS: Final = 2_000


def is_drawn(result: Table) -> bool:
    """Return whether a table is drawn: a series, or counts by weekday and hour."""
    return isinstance(result, Series) or is_heat(result)


def drawn(result: Table) -> Json:
    """Return what is drawn of a table.

    Parameters
    ----------
    result : Table
        One for which ``is_drawn``.

    Returns
    -------
    dict
        JSON values: ``columns`` and ``points``; of a series also ``axis``, ``measures`` and ``split``.
    """
    made: Json = {
        "kind": result.kind,
        "title": result.title,
        "columns": [column.model_dump() for column in result.columns],
        "not_shown": list(result.left_out.values()),
        "points": cells(result.to_polars().head(_MOST_POINTS)),
    }
    if isinstance(result, Series):
        made |= {"axis": result.axis, "measures": list(result.measures), "split": result.split}
    return made


class ChartWidget(anywidget.AnyWidget):
    """A chart whose figures are told where the pointer is.

    Parameters
    ----------
    result : Table
        A series, or counts by weekday and hour.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=50)
    >>> len(ChartWidget(log.calculate(mz.calculators.WeekdayHour())).result["points"])
    168
    """

    result = t.Dict(read_only=True).tag(sync=True)

    def __init__(self, result: Table) -> None:
        self._still = result
        super().__init__()
        self.set_trait("result", drawn(result))

    @property
    def _esm(self) -> str:
        return bundle("chart")

    def set_state(self, sync_data: Json) -> None:
        """Take nothing: a browser sets nothing here."""

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Json, Json] | None:
        made = super()._repr_mimebundle_(**kwargs)
        if made is None:
            return None
        data, metadata = made
        about = page_part(still(self._still))
        return {**data, "text/plain": repr(self._still), "text/html": about}, metadata

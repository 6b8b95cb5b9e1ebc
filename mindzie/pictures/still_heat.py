"""Counts by weekday and hour as a still heat map, a table to those who cannot see it."""

from __future__ import annotations

from html import escape
from typing import Final

from mindzie.core import words
from mindzie.core.results import Result, Table
from mindzie.pictures.still_table import click

_HEAT: Final = ["weekday", "hour", "value"]
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def is_heat(result: Result) -> bool:
    """Return whether a result counts by weekday and hour."""
    return isinstance(result, Table) and [c.name for c in result.columns] == _HEAT


def heat_html(table: Table, *, event: str = "") -> str:
    """Draw counts by weekday and hour, the darker the more.

    Parameters
    ----------
    table : Table
        One for which ``is_heat``.
    event : str
        What a click on a cell does, where the page is live.

    Returns
    -------
    str
        HTML: a row a weekday, a column an hour, and what the darkest cell stands for.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=50)
    >>> heat_html(log.calculate(mz.calculators.WeekdayHour())).count('scope="row"')
    7
    """
    rows = table.to_polars().rows()
    one = table.columns[2].unit.removesuffix("s")
    most = max((value or 0 for _, _, value in rows), default=0)
    cells: dict[tuple[int, int], str] = {}
    darkest = ""
    for place, (day, hour, value) in enumerate(rows):
        said = f"{_DAYS[day - 1]} {hour}:00 to {hour + 1}:00: {words.counted(value or 0, one)}"
        darkest = darkest or (said if most and value == most else "")
        act = (click(event, place) if value else "") or ' role="img"'
        part = round(100 * (value or 0) / most) if most else 0
        cells[day, hour] = (
            f'<td><span style="--mz-part:{part}%" title="{escape(said)}" aria-label="{escape(said)}"{act}></span></td>'
        )
    hours = "".join(f'<th scope="col">{hour}</th>' for hour in range(24))
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(cells.get((day, hour), "<td></td>") for hour in range(24))}</tr>'
        for day, name in enumerate(_DAYS, 1)
    )
    about = f'<p class="mz-more">Darkest: {escape(darkest)}</p>' if darkest else ""
    return f'<table class="mz-heat" aria-label="{escape(table.title)}"><thead><tr><td></td>{hours}</tr></thead><tbody>{body}</tbody></table>{about}'

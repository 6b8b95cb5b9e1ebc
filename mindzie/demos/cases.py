"""What is known of a case before its first event: when it begins, its master data, attributes and amount."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np

from mindzie.demos.calendar import (
    FIRST_DAY,
    LAST_DAY,
    QUARTER,
    SLOTS,
    Ints,
    local_time,
    seconds_at,
)
from mindzie.demos.draws import TABLE, WHOLE, Draws, quantiles, weighted
from mindzie.demos.process import DAY, HOUR, Choice, Master, Process

Codes = dict[str, Ints]


def _shares(choice: Choice, labels: Mapping[str, tuple[str, ...]]) -> Ints:
    """Return a choice's table; with `given`, one table after another for each of its values."""
    rows = choice.rows()
    given = labels[choice.given] if choice.given else tuple(rows)
    own = labels[choice.name]
    return np.concatenate([weighted([rows[value].get(key, 0) for key in own]) for value in given])


class Catalog:
    """The master data of a process, and the drawing of cases from it; the seed decides it, not the number of cases."""

    def __init__(self, process: Process, seed: int) -> None:
        self.process = process
        self.labels: dict[str, tuple[str, ...]] = {}
        self._tables: dict[str, Ints] = {}
        self._masters: dict[str, tuple[Ints, Codes]] = {}
        draws = Draws(seed, 1)
        for master in process.masters:
            self._add_master(master, draws)
        for choice in process.choices:
            self._add_choice(choice)
        self._amounts = quantiles(process.amount.spread, 100)
        by = self.labels[process.amount.by]
        self._factors = np.array([round(process.amount.factors[value] * 100) for value in by])
        self._starts = _start_weights(process, Draws(seed, 2))

    def _add_choice(self, choice: Choice) -> None:
        self.labels[choice.name] = tuple(dict.fromkeys(chain.from_iterable(choice.rows().values())))
        self._tables[choice.name] = _shares(choice, self.labels)

    def _add_master(self, master: Master, draws: Draws) -> None:
        rank = np.argsort(draws.bits(master.size), kind="stable")
        self.labels[master.name] = tuple(
            f"{master.prefix}{master.first + i}" for i in range(master.size)
        )
        weights = 1.0 / np.arange(1, master.size + 1) ** master.skew
        own: Codes = {}
        for choice in master.attributes:
            self._add_choice(choice)
            own[choice.name] = self._choose(choice, own, draws, master.size)
        self._masters[master.name] = (rank[weighted(weights.tolist(), WHOLE)], own)

    def _choose(self, choice: Choice, codes: Codes, draws: Draws, size: int) -> Ints:
        entry = (draws.bits(size) >> 4).astype(np.int64)
        if choice.given:
            entry += codes[choice.given] * TABLE
        return self._tables[choice.name].take(entry)

    def draw(self, draws: Draws, size: int) -> tuple[Codes, Ints]:
        """Return the codes of every case attribute, and the amounts in cents."""
        codes: Codes = {}
        for name, (table, own) in self._masters.items():
            codes[name] = table.take(draws.bits(size))
            codes.update({attribute: values.take(codes[name]) for attribute, values in own.items()})
        for choice in self.process.choices:
            codes[choice.name] = self._choose(choice, codes, draws, size)
        cents = draws.from_table(self._amounts, size) * self._factors[codes[self.process.amount.by]]
        return codes, cents // 100

    def begin(self, draws: Draws, first: int, size: int, cases: int) -> Ints:
        """Return when the cases from number `first` of all `cases` begin, in order up to a case's share of time."""
        place = np.arange(first, first + size) + draws.bits(size) / WHOLE
        target = np.floor(place * (int(self._starts[-1]) / cases)).astype(np.int64)
        slot = np.searchsorted(self._starts, target, side="right")
        inside = draws.bits(size).astype(np.int64) * QUARTER // WHOLE
        return np.minimum(slot, SLOTS - 1) * QUARTER + inside


def _start_weights(process: Process, draws: Draws) -> Ints:
    """Return the running total of how many cases begin, by quarter: seasons, holidays, growth and chance days."""
    plan, local = process.arrivals, local_time()
    month = np.array(plan.months)[local.month - 1]
    weekday = np.where(local.holiday, plan.holiday, np.array(plan.weekdays)[local.weekday])
    hour = np.array(plan.hours)[local.quarter * QUARTER // HOUR]
    chance = 80 + draws.bits(SLOTS * QUARTER // DAY).astype(np.int64)[local.day] * 40 // WHOLE
    days = local.day - 1
    growth = 100 + np.rint(100 * plan.growth * days / 30).astype(np.int64)
    weight = month * weekday * hour * chance * growth // 10_000
    slots = np.arange(SLOTS) * QUARTER
    last = (
        seconds_at(LAST_DAY) + 12 * HOUR
    )  # what begins on the last afternoon has no finished step yet
    weight[(slots < seconds_at(FIRST_DAY)) | (slots >= last)] = 0
    return np.cumsum(weight)

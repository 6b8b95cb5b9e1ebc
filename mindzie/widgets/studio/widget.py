"""The studio: filters and results of a log, set by clicks or by Python, shown in one widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import anywidget
import traitlets as t

from mindzie.core.errors import CancelledError, MindzieError, SettingError, WrongTypeError
from mindzie.core.families import Calculator, Filter
from mindzie.core.log import EventLog
from mindzie.widgets import messages as m
from mindzie.widgets.bundle import bundle
from mindzie.widgets.post import Post, in_words
from mindzie.widgets.studio.answers import answer
from mindzie.widgets.studio.code import code
from mindzie.widgets.studio.commands import calculator_of, changed, filter_of
from mindzie.widgets.studio.desk import Desk
from mindzie.widgets.studio.keeping import Keeping
from mindzie.widgets.studio.state import History, State, as_json
from mindzie.widgets.studio.work import Job, Work
from mindzie.widgets.where import own_notebook

Json = dict[str, Any]
Reply = Callable[[Any, Exception | None], None]
_TAKEN_BACK: Final = "Cancelled: the filters are as they were before. Undo brings the change again."
_NOT_COUNTED: Final = (
    "Cancelled: the figures were not computed. Add, change or switch a filter to compute them."
)


class Studio(Keeping, anywidget.AnyWidget):
    """An interactive workbench on a log: filters on the left, map, tables and results on the right.

    Parameters
    ----------
    log : EventLog
        What to look at. It is never changed.
    filters : iterable of Filter
        To start with.
    results : iterable of Calculator
        To start with.
    height : int, optional
        In pixels; where not given, that of the window or notebook it is shown in. Its lower edge can be dragged.

    Attributes
    ----------
    filters : tuple of Filter
        The filters that are switched on, in their order. This and the next three can be observed:
        ``studio.observe(callback, "filters")``.
    results : tuple of Calculator
        The calculators listed.
    log : EventLog
        The log that the filters leave.
    selection : dict
        What is selected on the map: ``{"activity": name}``, ``{"from": name, "to": name}`` or ``{}``.

    Raises
    ------
    MindzieError
        Where a filter does not fit the log; nothing is shown then.

    Examples
    --------
    >>> import mindzie as mz
    >>> studio = Studio(mz.demo("order-to-cash", cases=100))
    >>> studio.add(mz.filters.CasesWithActivity(activities="Ship goods"))
    >>> studio.log.case_count < 100
    True
    >>> studio.undo()
    >>> studio.filters
    ()
    """

    filters = t.Tuple(read_only=True)
    results = t.Tuple(read_only=True)
    # Takes the place of a logger of the base class, which speaks only of messages it does not know.
    log = t.Any(read_only=True)
    selection = t.Dict(read_only=True)

    shown = t.Dict(read_only=True).tag(sync=True)
    map = t.Dict(read_only=True).tag(sync=True)
    overview = t.Dict(read_only=True).tag(sync=True)
    busy = t.Dict(read_only=True).tag(sync=True)
    asked = t.Any(None, allow_none=True).tag(sync=True, echo_update=False)
    told: t.List[Json] = t.List(read_only=True).tag(sync=True)
    height: t.Int[int | None, int | None] = t.Int(None, allow_none=True, min=320)

    def __init__(
        self,
        log: EventLog,
        filters: Iterable[Filter] = (),
        results: Iterable[Calculator] = (),
        *,
        height: int | None = None,
    ) -> None:
        if not isinstance(log, EventLog):
            message = f"A studio shows an event log, not {log!r:.80}: open a data set with mz.open(path), or read a file with mz.read(path)."
            raise WrongTypeError(message)
        self._desk = Desk(log)
        self._history = History()
        self._figures: Json = {}
        self._version = 0
        self._post = Post(lambda answers: self.set_trait("told", list(answers)))
        state = State(results=tuple(calculator_of(one) for one in results))
        for one in filters:
            state = state.with_filter(filter_of(one))
        self._desk.filtered(state.filters)
        self._state = state
        self._settled: tuple[State, Json] | None = None
        super().__init__(height=height)
        self._work = Work(self._busy, getattr(log.rel.engine, "interrupt", None))
        self._set(state)

    @property
    def _esm(self) -> str:
        return bundle("studio")

    # --- Python's side

    @property
    def code(self) -> str:
        """Python that reproduces what is shown."""
        return code(self._desk.log, self._state, map_settings=self._map_settings)

    def add(self, operation: Filter | Calculator) -> None:
        """Add a filter or a result.

        Parameters
        ----------
        operation : Filter or Calculator
            A filter applies to what the others left; a result is shown.

        Raises
        ------
        MindzieError
            Where it does not fit the log; nothing changes then.
        """
        if isinstance(operation, Calculator):
            self._change(self._state.with_result(operation))
        else:
            self._change(self._state.with_filter(filter_of(operation)))

    def _add_all(self, filters: Iterable[Filter]) -> None:
        state = self._state
        for one in filters:
            state = state.with_filter(one)
        self._change(state)

    def remove(self, place: int) -> None:
        """Remove the filter at a place, counted from 0 with those switched off."""
        self._change(self._state.without_filter(place))

    def show_tab(self, tab: str) -> None:
        """Open a tab: ``overview``, ``map``, ``variants``, ``cases``, ``durations`` or ``result:N``."""
        self._set(self._state.at_tab(tab))

    def undo(self) -> None:
        """Take the last change back; nothing happens where there is none."""
        self._set(self._history.back(self._state))

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self._set(self._history.forward(self._state))

    def close(self) -> None:
        """End the work and the connection."""
        work: Work | None = getattr(self, "_work", None)  # a studio that was refused has none
        if work is not None:
            work.close()
        super().close()

    # --- state

    def _change(self, new: State) -> None:
        # Idle from now on; and an engine that takes turns would hold up what follows.
        for kind in ("figures", "result", "durations"):
            self._work.cancel(kind)
        self._desk.filtered(new.filters)
        if new.shown is not None:
            new.shown.check(self._desk.filtered(new.filters))
        self._history.keep(self._state)
        self._set(new)

    def _set(self, state: State, known: Json | None = None) -> None:
        same = state.steps == self._state.steps and bool(self._figures)
        self._state = state
        self._version += 1
        self._publish(known)
        if not same:
            self.set_trait("filters", state.filters)
            self.set_trait("log", self._desk.filtered(state.filters))
            if known is None:
                self._count()
        self.set_trait("results", state.results)

    def _count(self) -> None:
        state = self._state

        def work(job: Job) -> Json:
            # this thread alone: what is shown still asks the same engine
            with self._desk.log.turn():
                made = self._desk.figures(state, job)
                self._work.later(lambda: None if job.cancelled else self._publish(made))
                return {**made, **self._desk.story(state, job)}

        def done(made: Json | None, error: Exception | None) -> None:
            if made is not None:
                self._settled = state, made
                self.set_trait("map", made["map"])
                self.set_trait("overview", made["overview"])
                self.set_trait("selection", made["map"]["selection"])
                self._publish(made)
            elif not isinstance(error, CancelledError):
                self._publish({**self._known, "error": in_words(error) if error else ""})

        self._work.submit("figures", work, done)

    @property
    def _known(self) -> Json:
        """The figures that are known of what the studio is set to."""
        return self._figures if self._figures.get("for") == self._state.steps else {}

    def _publish(self, figures: Json | None = None) -> None:
        if figures is not None:
            self._figures = {"for": self._state.steps, "error": "", **figures}
        known = self._known
        source, made = self._desk.log, as_json(self._state)
        for step, counted in zip(made["filters"], known.get("steps", ()), strict=False):
            step.update(counted)
        made |= {
            "version": self._version,
            "height": self.height,
            "name": source.name,
            "time_zone": source.time_zone,
            "activities": self._desk.activities,
            "of": self._desk.whole,
            "figures": known.get("figures", {}),
            "error": known.get("error", ""),
            "readiness": source.readiness.score,
            "can": {**self._history.can, "save": own_notebook()},
        }
        self.set_trait("shown", made)

    @t.observe("height")
    def _resize(self, _change: Json) -> None:
        if self.shown:
            self._publish()

    def _busy(self, job: Job | None) -> None:
        said = {} if job is None else {"kind": job.kind, "words": job.words, "part": job.part}
        self.set_trait("busy", said)

    # --- the browser's side

    def set_state(self, sync_data: Json) -> None:
        """Take what a browser sets: its letters, and nothing else."""
        super().set_state({name: sync_data[name] for name in ("asked",) if name in sync_data})

    def _handle_msg(self, msg: Json) -> None:
        if msg["content"]["data"].get("method") in ("update", "request_state"):
            super()._handle_msg(msg)

    @t.observe("asked")
    def _hear(self, change: Json) -> None:
        raw = change["new"]
        # After the host has taken the value in: answers sent meanwhile would be joined into one.
        self._work.later(lambda: self._read(raw))

    def _read(self, raw: Any) -> None:
        try:
            letters = self._post.hear(raw)
        except SettingError:
            return
        for page, number, message in letters:
            self._take(message, partial(self._post.answer, page, number))

    def _take(self, raw: Json, reply: Reply) -> None:
        try:
            message = m.read_message(raw)
            if isinstance(message, m.Plain) and message.do == "code":
                reply(self.code, None)
            elif isinstance(message, m.MoveMap):
                self._move_map(message, reply)
            elif isinstance(message, m.Save | m.Publish):
                self._keep(message, reply)
            elif isinstance(message, m.Ask):
                self._ask(message, reply)
            else:
                self._obey(message)
                reply({"version": self._version}, None)
        except Exception as error:  # noqa: BLE001 - shown where it happened
            reply(None, error)

    def _ask(self, asked: m.Ask, reply: Reply) -> None:
        state, version = self._state, self._version
        # A newer question of these kinds makes the older one idle; rows and offers are all wanted.
        replaces = isinstance(asked, m.Preview | m.Plain | m.Case)

        def work(job: Job) -> Json:
            with self._desk.log.turn():
                return {"version": version, "value": answer(self._desk, asked, state, job)}

        self._work.submit(getattr(asked, "do", "question"), work, reply, replaces=replaces)

    def _move_map(self, moved: m.MoveMap, reply: Reply) -> None:
        desk, which = self._desk, moved.which

        def work(_job: Job) -> tuple[Json, list[Json]]:
            target = desk.map if which == "map" else desk.result_map
            if target is None:
                message = "The map is not drawn yet."
                raise SettingError(message)
            chosen = target.take(moved.changes)
            return target.as_json(), chosen

        def done(made: tuple[Json, list[Json]] | None, error: Exception | None) -> None:
            if made is None:
                reply(None, error)
                return
            shown, chosen = made
            if which == "map":
                self.set_trait("map", shown)
                self.set_trait("selection", shown["selection"])
            try:
                if chosen:
                    self._add_all(filter_of(operation) for operation in chosen)
            except MindzieError as raised:
                reply(None, raised)
                return
            reply(shown if which == "result" else {}, None)

        self._work.submit("", work, done)

    def _obey(self, message: m.Message) -> None:
        new = changed(self._state, message)
        if new is not None:
            self._change(new)
        elif isinstance(message, m.Drill):
            self._add_all(self._desk.drill(message, self._state))
        elif isinstance(message, m.OpenTab):
            self.show_tab(message.tab)
        elif isinstance(message, m.Simple):
            {"undo": self.undo, "redo": self.redo, "cancel": self._cancel}[message.do]()

    def _cancel(self) -> None:
        """Stop; a change whose figures never came is taken back, and what was shown before stays."""
        counting = self._work.cancel("figures")
        self._work.cancel()
        self._busy(None)
        if not counting:
            return
        if self._settled is None or self._settled[0].steps == self._state.steps:
            self._publish({**self._known, "error": _NOT_COUNTED})
            return
        settled, figures = self._settled
        back = replace(self._state, steps=settled.steps)
        self._history.keep(self._state)
        kept = self._desk.drawn == back.filters
        self._set(back, {**figures, "error": _TAKEN_BACK} if kept else None)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Json, Json] | None:
        from mindzie.widgets.results import log_html

        made = super()._repr_mimebundle_(**kwargs)
        if made is None:
            return None
        data, metadata = made
        # Shown where there is no kernel and no widget manager: saved notebooks, reports.
        still = log_html(self.log, filters=self.filters)
        return {**data, "text/plain": f"Studio on {self.log!r}", "text/html": still}, metadata

"""What waits at an office are estimated from, in the form in which every process gets it.

The fold of the office's log makes it (`OfficeFold.published`). It is a moment older than the office's board, so whoever
builds a board says which tickets are at the windows by now: `published.at(places, minute)`.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from service.domain.wait.answer import Wait
from service.domain.wait.estimation import estimate, expect, served_today
from service.domain.wait.memory import Desk
from service.domain.wait.model import Ahead, Model, Serving, counter_of, is_forgotten, kind_of, of_kind


class Place(NamedTuple):
    """An open window as a board knows it."""

    window: int
    counter: str | None
    """Of the ticket that is at it."""
    number: int | None
    called_at: float | None
    """When that ticket was called, where the board says so."""


@dataclass(frozen=True, slots=True)
class InLine:
    """A ticket that waits, and whose holder is here."""

    number: int
    kind: str
    order: int
    """Its seniority in the office."""


@dataclass
class Published:
    """The models of an office's counters, who is at its windows, and who waits."""

    day: str
    """The business day, as 2026-11-23."""
    epoch: str
    version: int
    """The office's, after the last event that is in it."""
    minute: float
    """Of the day, when that was."""
    counters: dict[str, Model]
    desks: dict[int, Desk]
    served: dict[int, list[str]]
    """The counters that each window may serve."""
    line: list[InLine] = field(default_factory=list)
    """In the order of their seniority."""

    def at(self, places: Iterable[Place], minute: float) -> "Moment":
        """The waits at a minute of the day, with the open windows as a board has them."""
        desks = {place.window: self._desk(place) for place in places}
        return Moment(self, desks, max(minute, self.minute))

    def _desk(self, place: Place) -> Desk:
        known = self.desks.get(place.window)
        if known and known.number == place.number:
            return known
        counters = known.counters if known else self.served.get(place.window, [])
        if place.number is None or place.counter is None:
            return Desk(counters, since=self.minute)
        kinds = (ticket.kind for ticket in self.line if ticket.number == place.number)
        since = self.minute if place.called_at is None else place.called_at
        return Desk(counters, place.number, next(kinds, kind_of(place.counter)), since)


@dataclass
class Moment:
    """An office's waits at one minute. What one estimate works out serves the next ones."""

    published: Published
    desks: dict[int, Desk]
    minute: float

    def __post_init__(self) -> None:
        self._models: dict[str, Model] = {}

    def wait(self, counter: str, ahead: int, order: int | None = None) -> Wait | None:
        """What to say to somebody at this counter with so many of its tickets ahead; None where that is not known.

        `order`: the ticket's seniority; None for one that is taken now.
        """
        if counter not in self.published.counters:
            return None
        model = self._models.get(counter) or self._models.setdefault(counter, self._model(counter))
        others = self._ahead(model, counter, ahead, order)
        expected = expect(model, others, self.minute)
        chance = served_today(model, others, self.minute, expected)
        return estimate(model, others, self.minute, expected).wait(chance)

    def forgotten(self, minute: float) -> set[int]:
        """The windows at which a ticket has been for longer than it can be served: somebody forgot to finish it."""
        return {
            window
            for window, desk in self.desks.items()
            if desk.number is not None and self._is_forgotten(desk, minute)
        }

    def _model(self, counter: str) -> Model:
        """The counter's model with the windows as they are now."""
        model = self.published.counters[counter]
        mine = [desk for desk in self.desks.values() if counter in desk.counters]
        idle = [desk.counters for desk in mine if desk.number is None]
        serving = [
            Serving(desk.since, self._mean(desk))
            for desk in mine
            if desk.number is not None and not self._is_forgotten(desk, self.minute)
        ]
        windows = len(idle) + len(serving)
        outlook = replace(model.outlook, windows=windows, most=max(windows, model.outlook.most))
        return replace(model, idle=idle, serving=serving, outlook=outlook)

    @cached_property
    def _orders(self) -> dict[str, list[int]]:
        """The seniority of those who wait, by kind, sorted."""
        at_windows = {desk.number for desk in self.desks.values()}
        orders: dict[str, list[int]] = {}
        for ticket in self.published.line:
            if ticket.number not in at_windows:
                orders.setdefault(ticket.kind, []).append(ticket.order)
        return orders

    @cached_property
    def _own(self) -> dict[str, list[int]]:
        """The same by counter."""
        own: dict[str, list[int]] = {}
        for kind, orders in self._orders.items():
            own.setdefault(counter_of(kind), []).extend(orders)
        return {counter: sorted(orders) for counter, orders in own.items()}

    def _ahead(self, model: Model, counter: str, ahead: int, order: int | None) -> Ahead:
        """The tickets that will be called before, by kind: so many of the counter itself, and those of other counters
        that these windows serve too."""
        own = self._own.get(counter, [])
        # Of its own counter, as many as the board says: more may be senior, but not before it in the line.
        before = own[ahead] if ahead < len(own) else None
        if order is not None:
            before = order if before is None else min(order, before)
        found: dict[str, int] = {}
        for kind, orders in self._orders.items():
            of = counter_of(kind)
            until = before if of == counter else order
            if of == counter or model.shares.get(of, 0.0) > 0:
                found[kind] = len(orders) if until is None else bisect_left(orders, until)
        # Those who came a moment ago are not in the line yet: they count as one person each.
        known = sum(n for kind, n in found.items() if counter_of(kind) == counter)
        alone = kind_of(counter)
        found[alone] = found.get(alone, 0) + ahead - known
        return found

    def _mean(self, desk: Desk) -> float:
        counters = self.published.counters
        model = counters.get(counter_of(desk.kind)) or next(iter(counters.values()))
        return of_kind(model.minutes, desk.kind, model.typical)

    def _is_forgotten(self, desk: Desk, minute: float) -> bool:
        return is_forgotten(minute - desk.since, self._mean(desk))

"""What waits at an office are estimated from, in the form in which every process gets it.

The fold of the office's log makes it (`OfficeState.published`). It is a moment older than the office's board, so
whoever builds a board says which tickets are at the windows by now (`as_of`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from service.domain.wait.answer import Wait
from service.domain.wait.estimation import estimate, served_today
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
    at: float
    """When that was."""
    counters: dict[str, Model]
    desks: dict[int, Desk]
    served: dict[int, list[str]]
    """The counters that each window may serve."""
    line: list[InLine] = field(default_factory=list)
    """In the order in which they were issued."""

    def as_of(self, places: Iterable[Place]) -> "Published":
        """The same with the open windows as a board has them."""
        desks = {place.window: self._desk(place) for place in places}
        at_windows = {desk.number for desk in desks.values()}
        return replace(self, desks=desks, line=[ticket for ticket in self.line if ticket.number not in at_windows])

    def wait(self, counter: str, ahead: int, now: float, *, order: int | None = None) -> Wait | None:
        """What to say to somebody at this counter with so many of its tickets ahead; None where that is not known.

        `now` is a minute of the business day. `order`: the ticket's seniority; None for one that is taken now.
        """
        if counter not in self.counters:
            return None
        now = max(now, self.at)
        model, others = self._model(counter, now), self._ahead(counter, ahead, order)
        return estimate(model, others, now).wait(served_today(model, others, now))

    def forgotten(self, now: float) -> set[int]:
        """The windows at which a ticket has been for longer than it can be served: somebody forgot to finish it."""
        return {
            window for window, desk in self.desks.items() if desk.number is not None and self._is_forgotten(desk, now)
        }

    def _desk(self, place: Place) -> Desk:
        known = self.desks.get(place.window)
        if known and known.number == place.number:
            return known
        counters = known.counters if known else self.served.get(place.window, [])
        if place.number is None or place.counter is None:
            return Desk(counters, since=self.at)
        kinds = (ticket.kind for ticket in self.line if ticket.number == place.number)
        since = self.at if place.called_at is None else place.called_at
        return Desk(counters, place.number, next(kinds, kind_of(place.counter)), since)

    def _model(self, counter: str, now: float) -> Model:
        """The counter's model with the windows as they are now."""
        model = self.counters[counter]
        mine = [desk for desk in self.desks.values() if counter in desk.counters]
        idle = [desk.counters for desk in mine if desk.number is None]
        serving = [
            Serving(desk.since, self._mean(desk))
            for desk in mine
            if desk.number is not None and not self._is_forgotten(desk, now)
        ]
        windows = len(idle) + len(serving)
        outlook = replace(model.outlook, windows=windows, most=max(windows, model.outlook.most))
        return replace(model, idle=idle, serving=serving, outlook=outlook)

    def _ahead(self, counter: str, ahead: int, order: int | None) -> Ahead:
        """The tickets that will be called before, by kind: so many of the counter itself, and those of other counters
        that these windows serve too."""
        before = [ticket for ticket in self.line if order is None or ticket.order < order]
        own = [ticket.kind for ticket in before if counter_of(ticket.kind) == counter][:ahead]
        # Those who came a moment ago are not in the line yet: they count as one person each.
        own += [kind_of(counter)] * (ahead - len(own))
        shares = self.counters[counter].shares
        others = [
            ticket.kind for ticket in before if (c := counter_of(ticket.kind)) != counter and shares.get(c, 0.0) > 0
        ]
        found: dict[str, int] = {}
        for kind in own + others:
            found[kind] = found.get(kind, 0) + 1
        return found

    def _mean(self, desk: Desk) -> float:
        model = self.counters.get(counter_of(desk.kind)) or next(iter(self.counters.values()))
        return of_kind(model.minutes, desk.kind, model.typical)

    def _is_forgotten(self, desk: Desk, now: float) -> bool:
        return is_forgotten(now - desk.since, self._mean(desk))

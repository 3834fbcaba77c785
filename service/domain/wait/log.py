"""The fold of an office's log: its events become what `OfficeWaits` learns from, and what is published of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from service.domain import event as events
from service.domain.event import Event
from service.domain.facts import TicketFacts
from service.domain.ticket import State
from service.domain.wait.city import City
from service.domain.wait.hours import Closure, at
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.published import InLine, Published


class Plan(NamedTuple):
    """What is configured of an office's day, in minutes of the day."""

    windows: dict[int, list[str]]
    """Each window, and the counters that it may serve."""
    closures: list[Closure]
    opens: float | None
    closes: float | None
    """None where the office keeps no hours."""


@dataclass
class OfficeFold:
    """An office's waits, and how far in its log they have come. Events are taken in order."""

    waits: OfficeWaits
    day: date | None = None
    """The business day that is on, or that was the last one; None before the first."""
    over: bool = False
    """That day is over."""
    days: int = 0
    """How many days have ended that are in it."""
    epoch: str = ""
    version: int = 0
    at: float = 0.0
    """When the last event was, as a minute of its day."""

    def begin(self, day: date, plan: Plan, city: City) -> None:
        """A business day begins. `city`: what is known of the whole city by now."""
        self.day, self.over, self.at = day, False, 0.0
        self.waits.windows = plan.windows
        self.waits.join(city)
        self.waits.begin_day(plan.closures, plan.opens, plan.closes)

    def end(self) -> None:
        """The business day is over."""
        self.waits.end_day()
        self.over = True
        self.days += 1

    def take(self, event: Event, plan_of: Callable[[date], Plan], cities: Mapping[date, City]) -> None:
        """The next event. Begins its day where that is another one than before; ends it at the end of a day."""
        if self.day is not None and (event.day < self.day or (self.over and event.day == self.day)):
            # What was made again from the history has days that the log may still have.
            return
        if event.day != self.day:
            self.begin(event.day, plan_of(event.day), cities[event.day])
        self.epoch, self.version = event.epoch, event.version
        if isinstance(event, events.EndOfDay):
            self.end()
            return
        self.at = max(self.at, at(event.at))
        _follow(self.waits, event, self.at)

    def published(self) -> Published:
        """What boards and tickets are estimated from until the next event."""
        assert self.day, "a day has begun"
        waits = self.waits
        line = [InLine(n, taken.kind, taken.order) for n, taken in waits.taken.items() if taken.here]
        return Published(
            day=self.day.isoformat(),
            epoch=self.epoch,
            version=self.version,
            minute=self.at,
            counters={counter: waits.model(counter, self.at) for counter in waits.counters},
            desks=waits.desks,
            served=waits.windows,
            line=sorted(line, key=lambda ticket: ticket.order),
        )


def _follow(waits: OfficeWaits, event: Event, now: float) -> None:
    match event:
        case events.Issue(ticket=ticket):
            ahead = waits.ahead(ticket.counter, priority=ticket.confirmed) if ticket.arrived else None
            _joins(waits, ticket, now)
            if ahead is not None:
                waits.expected(ticket.number, ahead, now)
        case events.Transfer(ticket=ticket):
            if ticket.windows:
                waits.freed(ticket.windows[-1], now, learn=False)
            _joins(waits, ticket, now)
        case events.Arrive(ticket=ticket):
            waits.arrived(ticket.number, now)
        case events.Call(ticket=ticket) if ticket.window is not None:
            waits.called(ticket.number, ticket.counter, ticket.window, now, ticket.people)
        case events.Finish(ticket=ticket) | events.NoShow(ticket=ticket) if ticket.windows:
            waits.freed(ticket.windows[-1], now)
        case events.Hold(ticket=ticket) if ticket.windows:
            waits.freed(ticket.windows[-1], now, learn=False)
        case events.Cancel(ticket=ticket) | events.Lapse(ticket=ticket) | events.Expire(ticket=ticket):
            waits.gone(ticket.number, now)
        case events.Open():
            waits.opened(event.window, event.counters, now)
        case events.Close():
            waits.closed(event.window, now)
        case events.TakeOver():
            _take_over(waits, event, now)


def _joins(waits: OfficeWaits, ticket: TicketFacts, now: float) -> None:
    waits.issued(
        ticket.number,
        ticket.counter,
        now,
        here=ticket.arrived,
        people=ticket.people,
        priority=ticket.confirmed,
        order=ticket.order,
    )


def _take_over(waits: OfficeWaits, event: events.TakeOver, now: float) -> None:
    """The day so far, of which an earlier version says only how it stands."""
    for window, facts in event.windows.items():
        if facts.state != "closed":
            waits.opened(window, facts.counters, now)
    for ticket in event.tickets:
        if ticket.state == State.WAITING:
            _joins(waits, ticket, now)
        elif ticket.state == State.CALLED and ticket.window is not None:
            waits.called(ticket.number, ticket.counter, ticket.window, now, ticket.people)

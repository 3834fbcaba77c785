"""Hourly: how many tickets each counter gave in each hour, and for how many people, with nothing personal."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.tables import tickets_per_hour
from service.database.upsert import add_up
from service.domain import event as events
from service.domain.city_event import CityEvent
from service.domain.event import Event
from service.domain.facts import TicketFacts
from service.domain.hours import KST
from service.projections.projection import Projection
from service.store.event_log import Logged


class Row(NamedTuple):
    """What names a row of `tickets_per_hour`."""

    office: str
    day: date
    hour: int
    counter: str


class Hourly(Projection):
    """Writes `tickets_per_hour`. A ticket counts once, where and when it was issued, whatever becomes of it."""

    name = "hourly"
    tables = (tickets_per_hour,)

    async def apply(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
        tickets: Counter[Row] = Counter()
        people: Counter[Row] = Counter()
        for logged in batch:
            for ticket in _issued(logged.event):
                hour = datetime.fromtimestamp(ticket.issued_at // 1000, KST).hour
                row = Row(logged.source, logged.event.day, hour, ticket.counter)
                tickets[row] += 1
                people[row] += ticket.people
        counts = [{**row._asdict(), "tickets": n, "people": people[row]} for row, n in tickets.items()]
        await add_up(connection, tickets_per_hour, counts, "tickets", "people")


def _issued(event: Event | CityEvent) -> Sequence[TicketFacts]:
    """The tickets that are in the log from this event on."""
    match event:
        case events.Issue():
            return (event.ticket,)
        case events.TakeOver():
            # An earlier version issued them, and no other event says so. One that it had transferred counts at the
            # counter where it is now, as nothing says where it was issued.
            return event.tickets
        case _:
            return ()

"""What stays of a simulated day: one record for each ticket, as a service's history has them."""

from dataclasses import dataclass

from .course import RECALLS, Kind, course
from .day import Day

LATE = 20 * 60
"""Seconds for which an online ticket keeps its place past its turn."""

MIDNIGHT = 24 * 3600


@dataclass(slots=True)
class Record:
    """A ticket of the day; times are seconds of the day. `outcome`: served, no_show, cancelled or expired."""

    counter: str
    channel: str
    people: int
    issued: int
    finished: int = MIDNIGHT
    outcome: str = "expired"
    window: int | None = None
    called: int | None = None
    recalls: int = 0


def records(day: Day) -> list[Record]:
    """The day's tickets, in the order in which they were given. Nobody is left when the day is over: who still waits at
    midnight has an expired ticket, and whoever held an online ticket and did not come is a no-show."""
    found = [Record(person.counter, person.channel, person.people, person.at) for person in day.people]
    calls: dict[str, list[tuple[int, int]]] = {}
    for event in course(day):
        if event.person is None:
            continue
        record, person = found[event.person], day.people[event.person]
        match event.kind:
            case Kind.CALLED:
                record.called, record.window = event.at, event.window
                record.recalls = RECALLS if person.answers is None else person.answers
                if person.priority == "none":
                    calls.setdefault(record.counter, []).append((event.person, event.at))
            case Kind.DONE:
                record.finished, record.outcome = event.at, "no_show" if person.answers is None else "served"
            case Kind.GAVE_UP:
                record.finished, record.outcome = event.at, "cancelled"
    for number, (record, person) in enumerate(zip(found, day.people, strict=True)):
        if record.outcome == "expired" and person.arrives is None:
            turn = min((at for later, at in calls.get(record.counter, []) if later > number), default=MIDNIGHT)
            if turn + LATE < MIDNIGHT:
                record.finished, record.outcome = turn + LATE, "no_show"
    return found

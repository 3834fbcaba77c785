"""The rows of simulated days, as the projections would write them of real ones."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, TypedDict

from service.domain.hours import KST, Span
from service.domain.office import Office
from service.projections.hourly import Row as Hour
from service.store.event_log import position

EPOCH = "simulated"
"""The epoch of simulated tickets, which no event has finished."""

Row = dict[str, Any]


class SimulatedTicket(TypedDict):
    """A ticket of a simulated day; times are seconds of the day."""

    counter: str
    channel: str
    people: int
    issued: int
    finished: int
    outcome: str
    window: int | None
    called: int | None
    recalls: int


def layout(office: Office) -> Row:
    """The office as the simulation takes it."""
    return {
        "id": office.id,
        "counters": {counter.id: counter.online for counter in office.counters},
        "windows": {window.id: window.counters for window in office.windows},
    }


def finished(office: Office, day: date, tickets: Iterable[SimulatedTicket], hours: Span) -> list[Row]:
    """The day's rows of `history`, in the order in which the tickets were given, with numbers of their counters' bands.

    Nobody comes outside these hours, or when a band is used up.
    """
    opens, closes = (clock.hour * 3600 + clock.minute * 60 for clock in (hours.open, hours.close))
    numbers = {counter.id: iter(range(counter.numbers[0], counter.numbers[1] + 1)) for counter in office.counters}
    midnight = int(datetime.combine(day, time(), KST).timestamp())
    rows = []
    for ticket in tickets:
        if not opens <= ticket["issued"] < closes or (number := next(numbers[ticket["counter"]], None)) is None:
            continue
        called = ticket["called"]
        called_at = None if called is None else (midnight + called) * 1000
        finished_at = (midnight + ticket["finished"]) * 1000
        rows.append(
            {
                "office": office.id,
                "day": day,
                "number": number,
                "counter": ticket["counter"],
                "channel": ticket["channel"],
                "people": ticket["people"],
                "outcome": ticket["outcome"],
                "windows": [] if ticket["window"] is None else [ticket["window"]],
                "recalls": ticket["recalls"],
                "issued_at": (midnight + ticket["issued"]) * 1000,
                "first_called_at": called_at,
                "called_at": called_at,
                "finished_at": finished_at,
                "epoch": EPOCH,
                # It is before every event of the log, which begins on a later day.
                "position": position(f"{finished_at}-0"),
                "lost_epoch": "",
            }
        )
    return rows


def per_hour(rows: Sequence[Row]) -> list[Row]:
    """The rows of `tickets_per_hour` of these tickets."""
    tickets: Counter[Hour] = Counter()
    people: Counter[Hour] = Counter()
    for row in rows:
        hour = datetime.fromtimestamp(row["issued_at"] // 1000, KST).hour
        key = Hour(row["office"], row["day"], hour, row["counter"])
        tickets[key] += 1
        people[key] += row["people"]
    return [{**key._asdict(), "tickets": count, "people": people[key]} for key, count in tickets.items()]

"""All that clients can see of an office, as plain values: `of` reads the model, and `seen` reads the store.

Both leave out what the rules say nothing of: ids, `epoch`, `version`, the moment of reading.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from service.domain import board as see
from service.domain import errors, ticket
from service.domain.lobby import Lobby
from service.domain.office import Counter
from tests.store.model import Model, Refused, Window
from tests.store.room import Ticket

NEWEST_CALLS = 12
OF_STATE = set(see.OfState.model_fields)
OF_CLERKS_CONCERN = ("called", "waiting", "held", "no_show")
ON_THE_DESK = (
    "number",
    "counter",
    "state",
    "channel",
    "priority",
    "people",
    "priority_confirmed",
    "arrived",
    "turn_passed",
    "arrive_by",
    "issued_at",
)
ON_THE_DESK += ("called_at", "window", "recalls")


def of(model: Model, answer: Any) -> Any:
    """The facts in the model's answer."""
    match answer:
        case Ticket():
            return _of_ticket(model, answer)
        case Window():
            return _of_window(model, answer)
        case Counter():
            return _of_counter(model, answer)
        case Refused():
            return {"refused": answer.code, "about": of(model, answer.about)}
        case tuple() | list():
            return [of(model, part) for part in answer]
        case see.Notice() | Lobby():
            return answer.model_dump()
    return answer


def seen(answer: Any) -> Any:
    """The facts in the store's answer."""
    match answer:
        case ticket.Ticket():
            return answer.model_dump(exclude={"id", "office", *OF_STATE})
        case see.Window():
            facts = answer.model_dump(exclude={"ticket", "line", "forgotten", *OF_STATE})
            return {**facts, "ticket": seen(answer.ticket)}
        case see.Pressed():
            return [seen(answer.finished), seen(answer.called)]
        case see.BoardCounter():
            return answer.model_dump()
        case errors.SunbeonError():
            about = answer.extra.get("state")
            if "window" in answer.extra:
                about = seen(see.Window.model_validate(answer.extra["window"]))
            return {"refused": answer.code, "about": about}
        case tuple() | list():
            return [seen(part) for part in answer]
        case see.Notice() | Lobby():
            return answer.model_dump()
    return answer


def brief(answer: Any) -> str:
    """One short line about an answer's facts, to read an example by."""
    if isinstance(answer, list):
        return ", ".join(brief(part) for part in answer)
    if not isinstance(answer, dict):
        return str(answer)
    return " ".join(str(answer[name]) for name in ("refused", "id", "number", "state", "ticketing") if name in answer)


def of_office(model: Model, days: list[date]) -> dict[str, Any]:
    """Everything that clients can see of the model: every ticket of these days, the board, the staff view."""
    return {
        "tickets": {
            str(day): {number: of(model, ticket) for number, ticket in model.days[day].items()} for day in days
        },
        "board": {
            "day": model.day,
            "status": model.city.status(model.office, model.now),
            "counters": [of(model, counter) for counter in model.office.counters],
            "windows": [
                {name: fact for name, fact in of(model, window).items() if name in ("id", "state", "counter", "number")}
                for window in model.windows.values()
            ],
            "calls": model.calls[-NEWEST_CALLS:],
            "notices": [notice.model_dump() for notice in model.standing_notices()],
            "lobby": (model.lobby or Lobby()).model_dump(),
        },
        "staff view": {
            "windows": [
                {**of(model, window), "line": [ticket.number for ticket in model.room.line(window.serves)]}
                for window in model.windows.values()
            ],
            "counters": [_of_line(model, counter) for counter in model.office.counters],
            "held": len([t for t in model.tickets.values() if t.state == "held"]),
            "no_shows": len([t for t in model.tickets.values() if t.state == "no_show"]),
            "tickets": {
                number: {name: fact for name, fact in of(model, ticket).items() if name in ON_THE_DESK}
                for number, ticket in model.tickets.items()
                if ticket.state in OF_CLERKS_CONCERN
            },
        },
    }


def seen_office(
    tickets: dict[str, dict[int, ticket.Ticket | None]], board: see.BoardContent, view: see.StaffViewContent
) -> dict[str, Any]:
    """The same of the store; `tickets` by day and number."""
    return {
        "tickets": {day: {number: seen(found) for number, found in of_day.items()} for day, of_day in tickets.items()},
        "board": board.model_dump(include={"day", "status", "counters", "windows", "calls", "notices", "lobby"}),
        "staff view": {
            "windows": [{**seen(window), "line": window.line} for window in view.windows],
            "counters": [counter.model_dump() for counter in view.counters],
            "held": view.held,
            "no_shows": view.no_shows,
            "tickets": {found.number: found.model_dump() for found in view.tickets},
        },
    }


def differences(store: Any, model: Any, where: str = "") -> Iterator[str]:
    """One line for each fact on which the two don't agree."""
    if store == model:
        return
    if isinstance(store, dict) and isinstance(model, dict):
        for name in dict.fromkeys([*store, *model]):
            yield from differences(store.get(name, "nothing"), model.get(name, "nothing"), f"{where} {name}")
    elif isinstance(store, list) and isinstance(model, list) and len(store) == len(model):
        for place, (one, other) in enumerate(zip(store, model, strict=True)):
            yield from differences(one, other, f"{where} [{place}]")
    else:
        yield f"{where.strip()}: the store says {store}, the rules say {model}"


def _of_ticket(model: Model, ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "day": ticket.day,
        "counter": ticket.counter,
        "state": ticket.state,
        "channel": ticket.channel,
        "priority": ticket.priority,
        "people": ticket.people,
        "priority_confirmed": ticket.confirmed,
        "arrived": ticket.arrived,
        "ahead": _ahead(model, ticket),
        "wait": None,
        "issued_at": ticket.issued_at,
        "called_at": ticket.called_at,
        "window": ticket.window,
        "recalls": ticket.recalls,
        "turn_passed": ticket.turn_passed,
        "arrive_by": ticket.arrive_by,
    }


def _ahead(model: Model, ticket: Ticket) -> int | None:
    if ticket.state == "called":
        return 0
    if ticket.state != "waiting":
        return None
    if ticket.turn_passed:
        late, _, _ = model.room.lanes([ticket.counter])
        return len([other for other in late if other.place < ticket.place])
    return model.room.calling_order(ticket.counter).index(ticket)


def _of_window(model: Model, window: Window) -> dict[str, Any]:
    at_it = model.tickets[window.number] if window.number else None
    return {
        "id": window.id,
        "state": "closed" if not window.serves else "serving" if at_it else "idle",
        "counters": window.serves,
        "counter": at_it and at_it.counter,
        "number": window.number,
        "ticket": at_it and _of_ticket(model, at_it),
    }


def _of_line(model: Model, counter: Counter) -> dict[str, Any]:
    waiting = [t for t in model.tickets.values() if t.state == "waiting" and t.counter == counter.id]
    here = len([t for t in waiting if t.arrived])
    return {"id": counter.id, "here": here, "absent": len(waiting) - here}


def _of_counter(model: Model, counter: Counter) -> dict[str, Any]:
    newcomer = Ticket(
        0, counter.id, "walk_in", "none", 1, model.day, len(model.tickets), model.now, counter.id, arrived=True
    )
    ticketing = model.ticketing(counter)
    has_reason = ticketing == "paused" and counter.id in model.paused_for
    return {
        "id": counter.id,
        "waiting": model.room.calling_order(counter.id, newcomer).index(newcomer),
        "called": model.called.get(counter.id),
        "issued": model.issued.get(counter.id),
        "ticketing": ticketing,
        "paused_for": model.paused_for[counter.id].model_dump() if has_reason else None,
        "left": model.left_today(counter),
        "online": model.online(counter),
        "wait": None,
    }

"""The store's data after a trial: an office's log, tickets and lines, as plain values."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from redis import Redis

from service.domain.event import Event, Pass, TicketEvent, parse
from service.store.keys import Keys
from service.store.ticket_ids import TicketIds
from tests.faults import town
from tests.faults.replay import Entry

KEYS = Keys("sunbeon")
AT_WINDOWS = {"call", "recall", "finish", "hold", "no_show", "transfer"}
"""Events of a ticket that is at a window."""


@dataclass
class Evidence:
    """One office on its business day."""

    office: str
    day: date
    epoch: str
    version: int
    log: list[Entry]
    tickets: dict[int, dict[str, Any]]
    """Number -> record."""
    ids: dict[int, str]
    """Number -> the id by which its holder has it."""
    lanes: dict[str, list[int]]
    """`front`, `priority`, `normal`, `passed`, `held`, `no_show` -> numbers."""
    windows: dict[int, int | None]
    requests: list[int] = field(default_factory=list)
    """The number that each request for a ticket stands for."""
    board: dict[str, Any] = field(default_factory=dict)
    """The board that the service shows, as `workload.brief_board` has it."""


def read_office(redis: Redis, office: str, secret: str | None) -> Evidence:
    """Reads the evidence of a store that nobody changes; `secret` signs the ids, None for the demo's."""
    meta = redis.hgetall(KEYS.meta(office))
    day = date.fromisoformat(meta[b"day"].decode())
    _, tickets, _, windows, _, front, priority, normal, passed, held, no_show, requests, log = KEYS.of_day(office, day)
    events = [parse(fields[b"event"]) for _, fields in redis.xrange(log)]
    ids = TicketIds()
    ids.sign_with(secret or redis.get(KEYS.secret).decode())
    records = {int(number): json.loads(record) for number, record in redis.hgetall(tickets).items()}
    lanes = {"front": front, "priority": priority, "normal": normal, "passed": passed}
    lanes |= {"held": held, "no_show": no_show}
    return Evidence(
        office=office,
        day=day,
        epoch=meta[b"epoch"].decode(),
        version=int(meta[b"version"]),
        log=[_entry(event) for event in events if event.day == day],
        tickets=records,
        ids={number: ids.make(office, day, number, record["salt"]) for number, record in records.items()},
        lanes={
            name: [int(member.rpartition(b":")[2]) for member in redis.zrange(key, 0, -1)]
            for name, key in lanes.items()
        },
        windows={int(id): json.loads(record).get("number") for id, record in redis.hgetall(windows).items()},
        requests=[
            json.loads(answer)["told"][0]
            for request, answer in redis.hgetall(requests).items()
            if request.startswith(b"issue:")
        ],
    )


def read_offices(redis: Redis, secret: str | None, offices: int) -> list[Evidence]:
    """The first so many offices of the town."""
    return [read_office(redis, office, secret) for office in town.OFFICES[:offices]]


def _entry(found: Event) -> Entry:
    about = found.ticket if isinstance(found, TicketEvent) else None
    return Entry(
        move=found.kind,
        version=found.version,
        number=about.number if about else 0,
        counter=about.counter if about else "",
        lane=about.lane if about else "",
        window=found.window if isinstance(found, Pass) else (about and found.kind in AT_WINDOWS and about.window) or 0,
    )

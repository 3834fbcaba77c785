"""The store's data after a trial: an office's log, tickets and lines, as plain values."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from redis import Redis

from service.store.keys import Keys
from service.store.ticket_ids import TicketIds
from tests.faults import town
from tests.faults.replay import Entry

KEYS = Keys("sunbeon")


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
        log=[_entry(fields) for _, fields in redis.xrange(log)],
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


def _entry(fields: dict[bytes, bytes]) -> Entry:
    found = {name.decode(): value.decode() for name, value in fields.items()}
    return Entry(
        move=found["move"],
        version=int(found["version"]),
        number=int(found["number"] or 0),
        counter=found["counter"],
        lane=found["lane"],
        window=int(found["window"] or 0),
    )

"""What the store holds of an office, beside what the fold of its log says that it holds."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from redis.asyncio import Redis

from service.directory.editor import Editor
from service.directory.registry import city_of_revision
from service.domain.day_state import DayState
from service.domain.facts import Lane
from service.domain.fold import OfficeState
from service.domain.office import City
from service.domain.ticket import Channel, State
from service.store.keys import OFFICE_KEYS, Keys

NOT_LOGGED = ("priority", "lang", "salt")
"""What the log must not keep of a ticket."""

LANES = get_args(Lane)
SCORED = ("passed", "held", "no_show")

Holds = dict[str, Any]
"""By the names of keys.py, what is in each key. An empty key is left out."""


async def held_by_store(redis: Redis, keys: Keys, office: str, day: date, *, is_over: bool) -> Holds:
    """The keys of one business day. Of a day that is over, only what is kept."""
    named = dict(zip(OFFICE_KEYS, keys.of_day(office, day), strict=True))
    async with redis.pipeline(transaction=False) as pipe:
        for name in ("tickets", "windows", "counters"):
            pipe.hgetall(named[name])
        pipe.lrange(named["calls"], 0, -1)
        for name in LANES:
            pipe.zrange(named[name], 0, -1)
        for name in SCORED:
            pipe.zrange(named[name], 0, -1, withscores=True)
        tickets, windows, counters, calls, *sets = await pipe.execute()
    lanes = dict(zip(LANES, sets, strict=False))
    scored = dict(zip(SCORED, sets[len(LANES) :], strict=True))
    found = {
        "tickets": {
            int(number): {name: fact for name, fact in json.loads(record).items() if name not in NOT_LOGGED}
            for number, record in tickets.items()
        },
        "windows": {int(id): json.loads(record) for id, record in windows.items()},
        "counters": {
            field.decode(): _value(field, count)
            for field, count in counters.items()
            if _value(field, count) is not None and not (is_over and (b":waiting:" in field or b":away" in field))
        },
        "calls": [json.loads(call) for call in calls],
        **{name: [member.decode() for member in members] for name, members in lanes.items()},
        **{name: {int(number): int(score) for number, score in members} for name, members in scored.items()},
    }
    return {name: held for name, held in found.items() if held}


def held_by_fold(day: DayState, *, is_over: bool) -> Holds:
    """The same, as the fold of the log says it."""
    lanes = {lane: _members(day, lane) for lane in LANES}
    scored = {"passed": day.passed(), "held": day.parked(State.HELD), "no_show": day.parked(State.NO_SHOW)}
    found = {
        "tickets": {number: _plain(ticket) for number, ticket in day.tickets.items()},
        "windows": {id: _plain(window) for id, window in day.windows.items()},
        "counters": dict(_counters(day, is_over)),
        "calls": [call.model_dump() for call in day.calls],
        **({} if is_over else lanes | scored),
    }
    return {name: held for name, held in found.items() if held}


async def meta_of_store(redis: Redis, keys: Keys, office: str) -> Holds:
    """Where the office stands."""
    fields = ("epoch", "version", "seq", "day", "status", "revision", "notices", "lobby")
    found = await redis.hmget(keys.meta(office), *fields)
    stands = {name: value and value.decode() for name, value in zip(fields, found, strict=True)}
    return {**stands, "notices": json.loads(stands["notices"] or "[]"), "lobby": json.loads(stands["lobby"] or "{}")}


def meta_of_fold(state: OfficeState) -> Holds:
    """The same, as the fold of the log says it."""
    stands = {
        "epoch": state.epoch,
        "version": state.version,
        "seq": state.seq,
        "day": state.day,
        "revision": state.revision,
    }
    notices = [_plain(notice) for notice in state.notices]
    texts = {"notices": notices, "lobby": _plain(state.lobby) if state.lobby else {}}
    return {**{name: str(value) for name, value in stands.items()}, "status": state.status, **texts}


async def cities(editor: Editor) -> dict[int, City]:
    """The city of every revision."""
    return {revision.number: city_of_revision(revision) for revision in await editor.newest(1000)}


def _value(field: bytes, value: bytes) -> Any:
    """What a field of the counters' hash says; None where it says as much as none would."""
    if field.endswith(b":paused_for"):
        return json.loads(value)
    # A counter that gives no more numbers differs from one without a limit.
    return int(value) if int(value) or field.endswith(b":left") else None


def _plain(facts: Any) -> Holds:
    return {name: fact for name, fact in facts.model_dump(mode="json", exclude_none=True).items() if fact != []}


def _members(day: DayState, lane: Any) -> list[str]:
    return [f"{counter}:{order:010d}:{number}" for counter, order, number in day.lane(lane)]


def _counters(day: DayState, is_over: bool) -> Iterator[tuple[str, Any]]:
    def count(field: str, number: int | None) -> Iterator[tuple[str, int]]:
        if number:
            yield field, number

    yield from count("order", max((ticket.order for ticket in day.tickets.values()), default=0))
    yield from count("minute", day.minute)
    yield from count("minute:walk_ins", day.walk_ins)
    for counter in (
        {*day.issued, *(ticket.counter for ticket in day.tickets.values())}
        | {*day.streak}
        | day.paused
        | day.paused_online
        | {*day.left}
    ):
        yield from count(f"{counter}:issued", day.issued.get(counter))
        yield from count(f"{counter}:called", day.called.get(counter))
        yield from count(f"{counter}:online", day.online.get(counter))
        yield from count(f"{counter}:streak", day.streak.get(counter))
        yield from count(f"{counter}:paused", int(counter in day.paused))
        yield from count(f"{counter}:paused_online", int(counter in day.paused_online))
        if counter in day.paused_for:
            yield f"{counter}:paused_for", _plain(day.paused_for[counter])
        if counter in day.left:
            yield f"{counter}:left", day.left[counter]
        if not is_over:
            yield from count(f"{counter}:away", day.away(counter))
            for channel in Channel:
                yield from count(f"{counter}:waiting:{channel}", day.waiting(counter)[channel])

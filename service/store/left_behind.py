"""Who would be left without a counter or a window: people of today whom the city's file has no place for any more."""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from redis.asyncio import Redis

from service.domain.office import City
from service.domain.ticket import State
from service.store.keys import Keys

logger = logging.getLogger(__name__)

AT_A_TIME = 500
"""Offices that are asked about in one round trip."""

STILL_HERE = (State.WAITING, State.CALLED, State.HELD)

MEND = (
    "Put it back into the city's file and start again: they are served as before. Take it out after closing time, or "
    "when nobody waits there. Until then staff can call them by their numbers at another window."
)


@dataclass(frozen=True)
class LeftBehind:
    """So many people have tickets of something that the city's file lacks: a counter, a window or a whole office."""

    office: str
    lacks: str
    people: int


async def tell_who_is_left_behind(redis: Redis, keys: Keys, city: City, day: date) -> None:
    """Says in the log where people of that day would wait for ever, and what to do."""
    for found in await left_behind(redis, keys, city, day):
        text = f"{found.people} people are left: office {found.office} has no {found.lacks} any more. {MEND}"
        logger.warning(text, extra={"office": found.office, "lacks": found.lacks, "people": found.people})


async def left_behind(redis: Redis, keys: Keys, city: City, day: date) -> list[LeftBehind]:
    """All that the city's file lacks, of every office that was ever set up in this store."""
    of_city = {office.id: office for office in city.offices}
    fields: Any = await redis.hkeys(keys.city)
    set_up = sorted(field.decode().removeprefix("office:") for field in fields if field.startswith(b"office:"))
    found: list[LeftBehind] = []
    for start in range(0, len(set_up), AT_A_TIME):
        ids = set_up[start : start + AT_A_TIME]
        async with redis.pipeline(transaction=False) as pipe:
            for id in ids:
                _meta, _tickets, counters, windows, *_ = keys.of_day(id, day)
                pipe.hkeys(counters)
                pipe.hgetall(windows)
            answers = await pipe.execute()
        for id, counts, windows in zip(ids, answers[::2], answers[1::2], strict=True):
            office = of_city.get(id)
            served = {counter.id for counter in office.counters} if office else set()
            _meta, tickets, *_ = keys.of_day(id, day)
            if any(counter not in served for counter in _counters(counts)):
                records = [json.loads(record) for record in await redis.hvals(tickets)]
                here = Counter(record["counter"] for record in records if record["state"] in STILL_HERE)
                lost = {counter: people for counter, people in here.items() if counter not in served}
                found += [LeftBehind(id, f"counter {counter}", people) for counter, people in lost.items()]
            there = {window.id for window in office.windows} if office else set()
            found += [LeftBehind(id, f"window {window}", 1) for window in _serving(windows) if window not in there]
    return found


def _counters(fields: Sequence[bytes]) -> Iterator[str]:
    """The counters that gave a number on the day."""
    return (field.decode().removesuffix(":issued") for field in fields if field.endswith(b":issued"))


def _serving(windows: Mapping[bytes, bytes]) -> Iterator[int]:
    """The windows at which somebody is."""
    return (int(id) for id, record in windows.items() if json.loads(record).get("number"))

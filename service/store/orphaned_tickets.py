"""People who are left behind: their tickets of today belong to something that the city's file no longer has."""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from redis.asyncio import Redis

from service.domain.office import City
from service.domain.ticket import State
from service.store.keys import Keys
from service.store.removed_offices import offices_set_up

logger = logging.getLogger(__name__)

AT_A_TIME = 500
"""Offices that are asked about in one round trip."""

STILL_HERE = (State.WAITING, State.CALLED, State.HELD)

PUT_IT_BACK = (
    "Put it back into the city's file and start again, and all is as before; take it out after closing time, or when "
    "nobody is left there."
)
"""What to do in any case."""

COUNTER = (
    "Until then 'next' calls them only at windows that were opened with it and have not been opened again since. At "
    "all other windows, staff call them by their numbers, and can transfer them to another counter."
)
WINDOW = "Until then nobody can finish who is there or call them again."
OFFICE = "Until then nobody can call them, and their tickets are unknown."


@dataclass(frozen=True)
class LeftBehind:
    """Something that the city's file lacks (a counter, a window or an office), and how many people have tickets of
    it."""

    office: str
    lacks: str
    people: int
    until_then: str
    """What holds as long as the file stays as it is."""

    @property
    def text(self) -> str:
        people = "1 person is" if self.people == 1 else f"{self.people} people are"
        return (
            f"{people} left behind: the city's file has no {self.lacks} of office {self.office} any more. "
            f"{PUT_IT_BACK} {self.until_then}"
        )


async def tell_who_is_left_behind(redis: Redis, keys: Keys, city: City, day: date) -> None:
    """Logs a warning for each place where people of that day would wait for ever, with what to do."""
    for found in await left_behind(redis, keys, city, day):
        logger.warning(found.text, extra={"office": found.office, "lacks": found.lacks, "people": found.people})


async def left_behind(redis: Redis, keys: Keys, city: City, day: date) -> list[LeftBehind]:
    """All that the city's file lacks, of every office that was ever set up in this store."""
    set_up = await offices_set_up(redis, keys)
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
            office = city.find(id)
            served = {counter.id for counter in office.counters} if office else set()
            _meta, tickets, *_ = keys.of_day(id, day)
            if any(counter not in served for counter in _counters(counts)):
                records = [json.loads(record) for record in await redis.hvals(tickets)]
                here = Counter(record["counter"] for record in records if record["state"] in STILL_HERE)
                lost = {counter: people for counter, people in here.items() if counter not in served}
                found += [
                    LeftBehind(id, f"counter {counter}", people, COUNTER if office else OFFICE)
                    for counter, people in lost.items()
                ]
            there = {window.id for window in office.windows} if office else set()
            lost_windows = [window for window in _serving(windows) if office and window not in there]
            found += [LeftBehind(id, f"window {window}", 1, WINDOW) for window in lost_windows]
    return found


def _counters(fields: Sequence[bytes]) -> Iterator[str]:
    """The counters that gave a number on the day, or had somebody transferred to them."""
    return (field.decode().partition(":")[0] for field in fields if field.endswith(b":issued") or b":waiting:" in field)


def _serving(windows: Mapping[bytes, bytes]) -> Iterator[int]:
    """The windows at which somebody is."""
    return (int(id) for id, record in windows.items() if json.loads(record).get("number"))

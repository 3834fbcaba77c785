"""What SQL must hold after a trial, by the events of the logs, and what of it differs.

Written from the rules and not from the projections. The logs must be whole: nothing of them was trimmed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from redis import Redis
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.engine import Database, DatabaseAway
from service.database.tables import audit, checkpoints, days, history, skipped_numbers, tickets_per_hour
from service.domain.event import parse
from service.domain.hours import KST
from service.domain.ticket import State
from service.store.keys import CITY, Keys
from tests.faults.evidence import KEYS
from tests.faults.replay import Violation

PROJECTIONS = ("audit", "history", "hourly")

CAUGHT_UP_WITHIN = 180.0
"""Seconds. After a failure a projection waits up to 15 s, and logs are looked at without a signal once a minute."""

FINISHED = {State.SERVED, State.NO_SHOW, State.CANCELLED, State.EXPIRED}
NAMED = ("staff:", "device:", "service")
"""How the actors begin whose events are audited."""

UNSAID = {"kind", "epoch", "version", "at", "day", "revision", "actor", "ticket", "window", "counter"}
UNSAID |= {"tickets", "windows", "calls"}
"""Members of events that the audit does not repeat in `about`."""

Row = Mapping[str, Any]
Rows = dict[Table, list[Row]]


class Entry(NamedTuple):
    """One entry of a log."""

    source: str
    position: str
    event: dict[str, Any]
    """As JSON, without what is null."""

    @property
    def epoch(self) -> str:
        return str(self.event.get("epoch", ""))

    @property
    def day(self) -> date:
        return date.fromisoformat(self.event["day"])


async def check_projected(
    redis: Redis, url: str, *, keys: Keys = KEYS, within: float = CAUGHT_UP_WITHIN
) -> list[Violation]:
    """Waits until every projection has reached the end of every log, and returns one violation for each row of the
    database at `url` that is missing, is extra or differs. If they do not get there within so many seconds, it returns
    one for each that has not."""
    database, until = Database(url), time.monotonic() + within
    try:
        while True:
            ends = await asyncio.to_thread(_ends, redis, keys)
            late = time.monotonic() > until
            try:
                async with database.begin(reads_only=True) as connection:
                    behind = list(_behind(ends, await _checkpoints(connection)))
                    found = {} if behind else await _rows(connection)
            except DatabaseAway as error:
                behind = [Violation("projected", CITY, f"the database does not answer: {error}")]
            if not behind:
                log = await asyncio.to_thread(_read, redis, ends)
                # What was written meanwhile may be in one of the two.
                if ends == await asyncio.to_thread(_ends, redis, keys):
                    return list(differences(log, found))
                behind = [Violation("projected", CITY, "the logs do not come to rest")]
            if late:
                return behind
            await asyncio.sleep(0.1)
    finally:
        await database.aclose()


def differences(log: Iterable[Entry], found: Rows) -> Iterator[Violation]:
    """Compares what the events of all logs say with what the tables hold. Columns that it says nothing of are free."""
    entries = list(log)
    logged = {(entry.source, entry.epoch, entry.position) for entry in entries}
    for table, rows in expected(entries).items():
        should_be, are = _by_key(table, rows), _by_key(table, found[table])
        for key in sorted(should_be.keys() | are.keys()):
            name = f"{table.name} {', '.join(map(str, key[1:]))}"
            should, there = should_be.get(key), are.get(key)
            if there is None:
                yield Violation("projected", key[0], f"{name} is missing: {should}")
            elif should is not None:
                wrong = [
                    f"{column} is {there[column]!r} and not {value!r}"
                    for column, value in should.items()
                    if there[column] != value
                ]
                if wrong:
                    yield Violation("projected", key[0], f"{name}: {', '.join(wrong)}")
            elif not _is_lost(there, logged):
                yield Violation("projected", key[0], f"{name} is extra: {dict(there)}")


def _by_key(table: Table, rows: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[column.name] for column in table.primary_key): row for row in rows}


def _is_lost(row: Row, logged: set[tuple[str, str, str]]) -> bool:
    """Whether the row is marked as that of an event that is lost, and no log has the event."""
    marked = row.get("lost_epoch") or row.get("lost")
    return bool(marked) and (row.get("source", row.get("office")), row["epoch"], row["position"]) not in logged


def expected(log: list[Entry]) -> Rows:
    """What the tables must hold after these events of all logs."""
    return {
        history: list(_history(log)),
        days: list(_days(log)),
        skipped_numbers: list(_skipped_numbers(log)),
        tickets_per_hour: list(_tickets_per_hour(log)),
        audit: list(_audit(log)),
    }


def _history(log: list[Entry]) -> Iterator[Row]:
    """One row for each ticket that its last event left finished. A no-show that was called back is not."""
    last: dict[tuple[str, date, int], tuple[Entry, dict[str, Any], int | None]] = {}
    for entry in log:
        event = entry.event
        if "ticket" in event:
            finished_at = event.get("due", event["at"])
            last[entry.source, entry.day, event["ticket"]["number"]] = entry, event["ticket"], finished_at
        elif event["kind"] == "take_over":
            for ticket in event["tickets"]:
                # It was finished by an earlier version, which did not say when.
                last[entry.source, entry.day, ticket["number"]] = entry, ticket, None
    for (office, day, number), (entry, ticket, finished_at) in last.items():
        if ticket["state"] in FINISHED:
            yield {
                "office": office,
                "day": day,
                "number": number,
                "counter": ticket["counter"],
                "channel": ticket["channel"],
                "people": ticket["people"],
                "outcome": ticket["state"],
                "windows": ticket["windows"],
                "recalls": ticket["recalls"],
                "issued_at": ticket["issued_at"],
                "first_called_at": ticket.get("first_called_at"),
                "called_at": ticket.get("called_at"),
                "finished_at": finished_at,
                "epoch": entry.epoch,
                "position": entry.position,
                "lost_epoch": "",
            }


def _days(log: list[Entry]) -> Iterator[Row]:
    """How many tickets each office issued on each day. What is counted at a day's end is free."""
    issued: Counter[tuple[str, date]] = Counter()
    for entry, _ in _issued(log):
        issued[entry.source, entry.day] += 1
    for (office, day), number in issued.items():
        yield {"office": office, "day": day, "issued": number}


def _tickets_per_hour(log: list[Entry]) -> Iterator[Row]:
    """How many tickets each counter issued in each hour, and for how many people."""
    tickets: Counter[tuple[str, date, int, str]] = Counter()
    people: Counter[tuple[str, date, int, str]] = Counter()
    for entry, ticket in _issued(log):
        hour = datetime.fromtimestamp(ticket["issued_at"] / 1000, KST).hour
        key = entry.source, entry.day, hour, ticket["counter"]
        tickets[key] += 1
        people[key] += ticket["people"]
    for (office, day, hour, counter), number in tickets.items():
        of_hour = {"office": office, "day": day, "hour": hour, "counter": counter}
        yield {**of_hour, "tickets": number, "people": people[office, day, hour, counter]}


def _issued(log: list[Entry]) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """The tickets that were issued, and those that came from an earlier version."""
    for entry in log:
        if entry.event["kind"] == "issue":
            yield entry, entry.event["ticket"]
        elif entry.event["kind"] == "take_over":
            for ticket in entry.event["tickets"]:
                yield entry, ticket


def _skipped_numbers(log: list[Entry]) -> Iterator[Row]:
    """The numbers between the last one that a failover found and the one after which it went on."""
    for entry in log:
        if entry.event["kind"] == "failover":
            at = {"office": entry.source, "day": entry.day, "position": entry.position}
            for counter, (was, goes_on_after) in entry.event["issued"].items():
                if was < goes_on_after:
                    yield {**at, "counter": counter, "first": was + 1, "last": goes_on_after}


def _audit(log: list[Entry]) -> Iterator[Row]:
    """Every event of the city, and in offices those of whoever has a name and of the service."""
    for entry in log:
        event = entry.event
        if entry.source != CITY and not event["actor"].startswith(NAMED):
            continue
        ticket = event.get("ticket", {})
        about = {name: value for name, value in event.items() if name not in UNSAID}
        yield {
            "source": entry.source,
            "position": entry.position,
            "epoch": entry.epoch,
            "at": event["at"],
            "actor": event["actor"],
            "kind": event["kind"],
            "number": ticket.get("number"),
            # The window of a pass is not where the ticket was last called to.
            "window": event.get("window", ticket.get("window")),
            "counter": event.get("counter", ticket.get("counter")),
            "about": about or None,
            "lost": False,
        }


def _ends(redis: Redis, keys: Keys) -> dict[str, tuple[str, str]]:
    """The key of every log that has entries -> its source, and the position of its last entry."""
    found = {}
    for key in redis.scan_iter(keys.log("*"), count=1000):
        name = key.decode()
        for id, _ in redis.xrevrange(name, count=1):
            found[name] = name[name.index("{") + 1 : name.index("}")], _position(id)
    return found


def _read(redis: Redis, ends: Mapping[str, tuple[str, str]]) -> list[Entry]:
    """The whole logs, each in its order."""
    return [
        Entry(source, _position(id), parse(fields[b"event"]).model_dump(mode="json", exclude_none=True))
        for key, (source, _) in ends.items()
        for id, fields in redis.xrange(key)
    ]


def _position(id: bytes) -> str:
    """A stream id as the tables have it, so that positions sort as text."""
    ms, seq = id.decode().split("-")
    return f"{int(ms):015}-{int(seq):06}"


def _behind(ends: Mapping[str, tuple[str, str]], reached: Mapping[tuple[str, str], str]) -> Iterator[Violation]:
    for source, end in ends.values():
        for projection in PROJECTIONS:
            at = reached.get((projection, source))
            if at != end:
                yield Violation("projected", source, f"{projection} has come to {at}, and the log to {end}")


async def _checkpoints(connection: AsyncConnection) -> dict[tuple[str, str], str]:
    found = await connection.execute(select(checkpoints))
    return {(row.projection, row.source): row.position for row in found}


async def _rows(connection: AsyncConnection) -> Rows:
    """Everything that the tables hold."""
    return {
        table: list((await connection.execute(select(table))).mappings())
        for table in (history, days, skipped_numbers, tickets_per_hour, audit)
    }

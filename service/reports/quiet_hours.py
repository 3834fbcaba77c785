"""Quiet hours, read from the history in SQL: strangers may ask as often as they like, and the database hardly notices.

A process keeps what it found of each office. At most every FRESH_SECONDS it asks which days have changed, and reads the
rows of these only; all who ask meanwhile share that reading, and one office is read at a time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.engine import DatabaseAway
from service.database.tables import days, history, tickets_per_hour
from service.domain.errors import HistoryUnavailable
from service.domain.hours import Day
from service.domain.office import HIGHEST_NUMBER, Counter, Office
from service.domain.quiet_hours.answer import QuietHours, quiet_hours
from service.domain.quiet_hours.chart import Waits, chart
from service.domain.quiet_hours.day import HALF_HOUR, FinishedTicket, half_hour_waits, open_half_hours
from service.domain.service_clock import ServiceClock
from service.domain.wait.hours import at
from service.reports.source import Source

DAYS = 90
"""How many days of the past are looked at, today not among them."""

FRESH_SECONDS = 180
AWAY_SECONDS = 2
"""How long a database that was away is left alone."""

FINISHED_SHARE = 0.9
"""Today's waits are told of those hours of which so large a part of the tickets is finished."""

OFFICE = None
"""All counters of an office together, where waits are by counter."""

_HALF_HOURS = 60 // HALF_HOUR

ByCounter = Mapping[str | None, Waits]


@dataclass(frozen=True, slots=True)
class _PastDay:
    count: int
    """Of its rows; with the newest position, it tells whether there are others by now."""
    newest: str
    hours: Day
    waits: ByCounter


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found of an office."""

    read_at: int
    today: date
    past: Mapping[date, _PastDay]
    so_far: ByCounter
    simulated: bool
    """Some of the past days were made up."""
    answers: dict[str | None, QuietHours] = field(default_factory=dict)


class QuietHoursReader:
    def __init__(self, source: Source, clock: ServiceClock) -> None:
        self._source = source
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._reading: dict[str, asyncio.Task[_Known]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._away_until = 0

    async def read(self, office: Office, counter: Counter | None = None) -> QuietHours:
        """Of the whole office, or of one of its counters. While the database is away, what was known last; raises
        HistoryUnavailable where nothing is."""
        known = self._known.get(office.id)
        if known is None or not self._is_fresh(known):
            try:
                known = await self._read_once(office)
            except DatabaseAway as error:
                if known is None:
                    raise HistoryUnavailable() from error
        return self._answer(office, counter.id if counter else OFFICE, known)

    def _is_fresh(self, known: _Known) -> bool:
        age = self._clock.now_ms() - known.read_at
        return known.today == self._clock.today() and 0 <= age < FRESH_SECONDS * 1000

    async def _read_once(self, office: Office) -> _Known:
        """What is known of the office now. Raises DatabaseAway."""
        task = self._reading.get(office.id)
        if task is None:
            if self._clock.now_ms() < self._away_until:
                raise DatabaseAway("it was away a moment ago")
            task = self._reading[office.id] = asyncio.create_task(self._renew(office), name="read quiet hours")
            task.add_done_callback(lambda done: self._end(office, done))
        # A caller who is cancelled must not cancel the reading for the others.
        return await asyncio.shield(task)

    def _end(self, office: Office, done: asyncio.Task[_Known]) -> None:
        del self._reading[office.id]
        if done.cancelled():
            return
        if isinstance(done.exception(), DatabaseAway):
            self._away_until = self._clock.now_ms() + AWAY_SECONDS * 1000

    async def _renew(self, office: Office) -> _Known:
        before, read_at, today = self._known.get(office.id), self._clock.now_ms(), self._clock.today()
        past: dict[date, _PastDay] = {}
        async with self._one_at_a_time, self._source.read() as connection:
            for day, count, newest in await _days(connection, office.id, today):
                if (hours := self._clock.city.day(office, day)) is None:
                    continue
                kept = before and before.past.get(day)
                if not kept or (kept.count, kept.newest, kept.hours) != (count, newest, hours):
                    kept = _PastDay(count, newest, hours, _waits(await _tickets(connection, office.id, day), hours))
                past[day] = kept
            so_far = await self._so_far(connection, office, today)
            simulated = not past.keys().isdisjoint(await _simulated_days(connection, office.id))
        known = self._known[office.id] = _Known(read_at, today, past, so_far, simulated)
        return known

    async def _so_far(self, connection: AsyncConnection, office: Office, today: date) -> ByCounter:
        """Today's waits, of those hours of which nearly all tickets are finished."""
        hours = self._clock.city.day(office, today)
        if hours is None:
            return {}
        tickets = await _tickets(connection, office.id, today)
        issued = await connection.execute(
            select(tickets_per_hour.c.hour, func.sum(tickets_per_hour.c.tickets))
            .where(tickets_per_hour.c.office == office.id, tickets_per_hour.c.day == today)
            .group_by(tickets_per_hour.c.hour)
        )
        finished = [int(at(ticket.issued_at)) // 60 for ticket in tickets]
        over = {hour for hour, count in issued if finished.count(hour) >= FINISHED_SHARE * count}
        return {
            counter: {each: wait for each, wait in waits.items() if each // _HALF_HOURS in over}
            for counter, waits in _waits(tickets, hours).items()
        }

    def _answer(self, office: Office, counter: str | None, known: _Known) -> QuietHours:
        today = self._clock.today()
        found = known.answers.get(counter)
        if found is None or found.today.date != today:
            next_days = [today + timedelta(days=ahead) for ahead in range(7)]
            week = {day.weekday(): hours for day in next_days if (hours := office.ordinary_day(day))}
            found = known.answers[counter] = quiet_hours(
                office.id,
                counter,
                chart(
                    {day: each.waits.get(counter, {}) for day, each in known.past.items()},
                    {weekday: open_half_hours(hours) for weekday, hours in week.items()},
                ),
                week,
                today,
                known.so_far.get(counter, {}) if known.today == today else {},
                known.simulated,
            )
        return found


def _waits(tickets: list[FinishedTicket], hours: Day) -> ByCounter:
    counters = {OFFICE, *(ticket.counter for ticket in tickets)}
    return {counter: half_hour_waits(tickets, hours, counter) for counter in counters}


async def _days(connection: AsyncConnection, office: str, today: date) -> list[tuple[date, int, str]]:
    """The past days with tickets; of each how many there are, and the newest position."""
    rows = await connection.execute(
        select(history.c.day, func.count(), func.max(history.c.position))
        .where(
            history.c.office == office,
            history.c.day >= today - timedelta(days=DAYS),
            history.c.day < today,
            history.c.lost_epoch == "",
        )
        .group_by(history.c.day)
    )
    return [(day, count, newest) for day, count, newest in rows]


async def _simulated_days(connection: AsyncConnection, office: str) -> list[date]:
    rows = await connection.execute(select(days.c.day).where(days.c.office == office, days.c.simulated))
    return [day for (day,) in rows]


async def _tickets(connection: AsyncConnection, office: str, day: date) -> list[FinishedTicket]:
    row = history.c
    rows = await connection.execute(
        select(
            row.counter, row.channel, row.issued_at, row.first_called_at, row.called_at, row.finished_at, row.windows
        )
        .where(row.office == office, row.day == day, row.lost_epoch == "")
        .limit(HIGHEST_NUMBER)
    )
    return [
        FinishedTicket(
            each.counter,
            each.channel,
            each.issued_at,
            each.first_called_at,
            each.called_at,
            each.finished_at,
            each.windows[-1] if each.windows else None,
        )
        for each in rows
    ]

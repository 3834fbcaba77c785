"""Waits: folds each office's log into what waits are estimated from, and keeps how near the estimates were.

Of each office there is a state for every day of late. That of today goes on with the next events, and that of an
earlier day is how it stood when this day was over. So a day can be begun again from the one before.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.tables import wait_scores, wait_states
from service.database.upsert import add_up, insert_new, put
from service.domain import event as events
from service.domain.hours import Day
from service.domain.office import Office
from service.domain.service_clock import ServiceClock
from service.domain.wait.city import City, merged
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.log import OfficeFold, Plan
from service.domain.wait.memory import Score
from service.domain.wait.state import dump, load
from service.projections.projection import Projection
from service.store.event_log import Logged
from service.store.keys import CITY
from service.store.wait_models import WaitModels

KEEP = timedelta(days=14)
"""How long the states of days are kept."""

AT_A_TIME = 20
"""Events that are folded before the event loop may do anything else: some 10 ms."""


class Waits(Projection):
    """Writes `wait_states` and `wait_scores`, and publishes the models."""

    name = "wait"
    tables = (wait_states, wait_scores)

    def __init__(self, clock: ServiceClock, models: WaitModels) -> None:
        """`clock` knows the city as it is now; in a demo, its offices keep no hours."""
        self._clock = clock
        self._models = models
        self._kept: dict[str, tuple[str, OfficeFold]] = {}
        """The folds as they were last committed, so that they need not be read again, and the position of each."""
        self._written: dict[str, tuple[str, OfficeFold]] = {}

    async def apply(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
        by_office: dict[str, list[Logged]] = defaultdict(list)
        for logged in batch:
            if logged.source != CITY:
                by_office[logged.source].append(logged)
        self._written = {}
        folds = await self._folds(connection, list(by_office))
        cities = await self._cities(connection, _days(folds.values(), batch))
        for id, of_office in by_office.items():
            fold = folds[id]
            if fold.day is not None:
                fold.waits.join(cities[fold.day])
            await self._follow(connection, id, fold, of_office, cities)

    def committed(self) -> None:
        self._kept.update(self._written)

    async def forget(self, connection: AsyncConnection, source: str, since: date) -> None:
        self._kept.pop(source, None)
        await super().forget(connection, source, since)

    async def _follow(
        self,
        connection: AsyncConnection,
        id: str,
        fold: OfficeFold,
        batch: Sequence[Logged],
        cities: Mapping[date, City],
    ) -> None:
        """Folds these events of an office."""
        rows: list[dict[str, Any]] = []
        scores: dict[date, list[Score]] = defaultdict(list)

        def plan_of(day: date) -> Plan:
            office = self._clock.city.find(id)
            if office is None:
                # It was taken out, or has come a moment ago.
                return Plan({}, [], None, None)
            return plan(office, None if self._clock.always_open else self._clock.city.day(office, day))

        if fold.day is not None:
            # As the city has them now.
            fold.waits.windows = plan_of(fold.day).windows
        for i, logged in enumerate(batch, 1):
            event = logged.event
            assert isinstance(event, events.Event)
            fold.take(event, plan_of, cities)
            if fold.day is not None:
                scores[fold.day] += fold.waits.take_scores()
            if isinstance(event, events.EndOfDay) and fold.day == event.day and fold.over:
                rows.append(_row(id, logged.position, fold))
                fold.begin(event.next_day, plan_of(event.next_day), cities[event.next_day])
            if i % AT_A_TIME == 0:
                await asyncio.sleep(0)
        if fold.day is None:
            return
        end = batch[-1].position
        rows.append(_row(id, end, fold))
        old = wait_states.c.office == id, wait_states.c.day < fold.day - KEEP
        await connection.execute(delete(wait_states).where(*old))
        await put(connection, wait_states, rows)
        for day, of_day in scores.items():
            await add_up(connection, wait_scores, _sums(id, day, of_day), *_SUMS)
        if fold.waits.counters:
            await self._models.publish(id, end, fold.published())
        self._written[id] = end, fold

    async def _folds(self, connection: AsyncConnection, offices: Sequence[str]) -> dict[str, OfficeFold]:
        """The newest fold of each of these offices. One that is to be folded further is not kept meanwhile."""
        newest = _newest(wait_states.c.office.in_(offices))
        found = await connection.execute(select(wait_states.c.office, wait_states.c.position).where(newest))
        folds: dict[str, OfficeFold] = {}
        read: list[str] = []
        for office, position in found.all():
            kept = self._kept.pop(office, None)
            if kept and kept[0] == position:
                folds[office] = kept[1]
            else:
                read.append(office)
        if read:
            states = await connection.execute(
                select(wait_states.c.office, wait_states.c.state).where(_newest(wait_states.c.office.in_(read)))
            )
            folds |= {office: load(OfficeFold, state) for office, state in states.all()}
        return {office: folds.get(office) or OfficeFold(OfficeWaits({})) for office in offices}

    async def _cities(self, connection: AsyncConnection, days: Iterable[date]) -> dict[date, City]:
        """What all offices together knew when each of these days began. Who begins a day first says so for all."""
        days = sorted(set(days))
        mine = wait_states.c.office == CITY, wait_states.c.day.in_(days)
        found = await connection.execute(select(wait_states.c.day, wait_states.c.state).where(*mine))
        cities = {day: load(City, state) for day, state in found.all()}
        for day in days:
            if day not in cities:
                cities[day] = await self._city(connection, day)
                row = _state(CITY, day, "", 0, dump(cities[day]))
                await insert_new(connection, wait_states, [row])
        return cities

    async def _city(self, connection: AsyncConnection, day: date) -> City:
        before = _newest(wait_states.c.office != CITY, wait_states.c.day < day)
        parts = []
        for (state,) in (await connection.execute(select(wait_states.c.state).where(before))).all():
            parts.append(load(OfficeFold, state).waits.own)
            await asyncio.sleep(0)
        return merged(parts)


def plan(office: Office, day: Day | None) -> Plan:
    """What an office's day is like; `day` None where it keeps no hours."""
    windows = {window.id: list(window.counters) for window in office.windows}
    if day is None:
        return Plan(windows, [], None, None)
    opens, closes, *lunch = (
        clock.hour * 60.0 + clock.minute for span in (day.hours, day.lunch) if span for clock in (span.open, span.close)
    )
    return Plan(windows, [(lunch[0], lunch[1])] if lunch else [], opens, closes)


def _days(folds: Iterable[OfficeFold], batch: Sequence[Logged]) -> Iterable[date]:
    """The days that are on, and those that begin with these events."""
    for fold in folds:
        if fold.day is not None:
            yield fold.day
    for logged in batch:
        if logged.source != CITY:
            yield logged.event.day
            if isinstance(logged.event, events.EndOfDay):
                yield logged.event.next_day


def _newest(*of: Any) -> Any:
    """The newest state of each office, of those states."""
    latest = select(wait_states.c.office, func.max(wait_states.c.day)).where(*of).group_by(wait_states.c.office)
    return tuple_(wait_states.c.office, wait_states.c.day).in_(latest)


def _row(office: str, position: str, fold: OfficeFold) -> dict[str, Any]:
    assert fold.day
    return _state(office, fold.day, position, fold.days, dump(fold))


def _state(office: str, day: date, position: str, days: int, state: bytes) -> dict[str, Any]:
    return {"office": office, "day": day, "position": position, "days": days, "state": state.decode()}


_SUMS = [column.name for column in wait_scores.c if not column.primary_key]


def _sums(office: str, day: date, scores: Sequence[Score]) -> list[dict[str, Any]]:
    """The scores of an office's day, added up by counter."""
    found: dict[str, dict[str, Any]] = {}
    for score in scores:
        row = found.setdefault(
            score.counter, {"office": office, "day": day, "counter": score.counter, **dict.fromkeys(_SUMS, 0)}
        )
        row["tickets"] += 1
        row["early"] += score.wait < score.said.low
        row["late"] += score.wait > score.said.high
        row["error"] += abs(score.wait - score.said.minutes)
        row["waited"] += score.wait
    return list(found.values())

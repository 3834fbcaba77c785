"""A demo's simulated past: it comes once, is marked, and stays, whatever happens to the processes that write it."""

import asyncio
import io
import json
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from clients.python.simulation.past import write
from service.composition import compose
from service.database.engine import Database, DatabaseAway, sqlite_url
from service.database.tables import days, history, tickets_per_hour
from service.domain.hours import KST
from service.life import simulated_days
from service.projections import simulated_past
from service.projections.retention import Retention
from service.projections.simulated_past import SimulatedPast
from service.settings import Settings
from service.store.event_log import position
from service.store.keys import CITY
from tests.projections.projected import Projected, Row, catch_up, on_sqlite, until
from tests.store.town import MORNING
from tests.support import SECRET, MovableClock, running, seoul_time, service_process

TABLES = (history, days, tickets_per_hour)
LENGTH = 60
TODAY = MORNING.date()
WORKING = [
    TODAY - timedelta(days=before)
    for before in range(LENGTH, 0, -1)
    if (TODAY - timedelta(days=before)).weekday() < 5
    # Chuseok, the substitute for the day of the founding, and the day of the alphabet.
    and TODAY - timedelta(days=before)
    not in {date(2026, 9, day) for day in (24, 25)} | {date(2026, 10, 5), date(2026, 10, 9)}
]


async def draw(wanted: Any) -> AsyncGenerator[Any]:
    """As `simulated_days`, in this process."""
    text = io.StringIO()
    write(json.loads(json.dumps(wanted)), text)
    for line in text.getvalue().splitlines():
        yield json.loads(line)
        await asyncio.sleep(0)


@dataclass
class Held:
    """The leases of a process."""

    held: frozenset[str] = field(default_factory=lambda: frozenset({CITY}))


async def ready() -> None:
    """The database is the store's own."""


def past_of(
    town: Projected,
    *,
    database: Database | None = None,
    leases: Held | None = None,
    draw: Callable[[Any], AsyncGenerator[Any]] = draw,
    prepare: Callable[[], Awaitable[None]] = ready,
    length: int = LENGTH,
) -> SimulatedPast:
    """The past as one process of the town writes it."""
    return SimulatedPast(
        database or town.database,
        town.queue.clock,
        town.log,
        leases or Held(),  # type: ignore[arg-type]
        prepare=prepare,
        draw=draw,
        length=length,
    )


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for long."""
    for name in ("LOOK_SECONDS", "GAP_SECONDS"):
        monkeypatch.setattr(simulated_past, name, 0.02)
    monkeypatch.setattr(simulated_past, "AT_ONCE", 2)
    monkeypatch.setattr(simulated_past, "FINISH_SECONDS", 0.2)


async def everything(town: Projected) -> list[list[Row]]:
    return [await town.rows(table) for table in TABLES]


def check_sums(found: list[list[Row]]) -> None:
    """Each table says the same of the days."""
    tickets, by_day, by_hour = found
    issued = Counter((row["office"], row["day"]) for row in tickets)
    assert {(row["office"], row["day"]): row["issued"] for row in by_day if row["issued"]} == issued
    hourly: Counter[tuple[str, date]] = Counter()
    for row in by_hour:
        hourly[row["office"], row["day"]] += row["tickets"]
    assert hourly == issued
    outcomes = Counter((row["office"], row["day"], row["outcome"]) for row in tickets)
    for row in by_day:
        of_day = {outcome: row[outcome] for outcome in ("served", "no_show", "cancelled", "expired")}
        assert of_day == {outcome: outcomes[row["office"], row["day"], outcome] for outcome in of_day}
        assert (row["balanced"], row["simulated"]) == (True, True)
    people = sum(row["people"] for row in tickets)
    assert people == sum(row["people"] for row in by_hour) > len(tickets)


async def test_it_has_the_working_days_that_end_yesterday(town: Projected) -> None:
    past = past_of(town)
    await past.run()
    assert past.filled.is_set()
    found = await everything(town)
    check_sums(found)
    tickets, by_day, _ = found
    assert [row["day"] for row in by_day] == WORKING
    assert {row["simulated"] for row in by_day} == {True}
    bands = {"a": range(1, 20), "b": range(21, 40), "c": range(41, 43)}
    for row in tickets:
        midnight = int(datetime.combine(row["day"], time(), KST).timestamp() * 1000)
        moments = [row[name] for name in ("issued_at", "first_called_at", "called_at", "finished_at") if row[name]]
        assert midnight + 9 * 3_600_000 <= row["issued_at"] < midnight + 18 * 3_600_000
        assert moments == sorted(moments)
        assert moments[-1] <= midnight + 24 * 3_600_000
        assert row["number"] in bands[row["counter"]]
        # One window is left to visitors.
        assert set(row["windows"]) <= {2, 3}
        assert bool(row["windows"]) == (row["called_at"] is not None)
        assert (row["epoch"], row["lost_epoch"], row["position"]) == ("simulated", "", position(f"{moments[-1]}-0"))
    # More would come to them than they have numbers.
    assert Counter((row["day"], row["counter"]) for row in tickets)[WORKING[0], "a"] == 19


async def test_it_comes_once(town: Projected) -> None:
    await past_of(town).run()
    before = await everything(town)
    await past_of(town).run()
    assert await everything(town) == before
    # Nor are the days filled on which a demo did not run.
    town.clock.move(days=9)
    again = past_of(town)
    await again.run()
    assert again.filled.is_set()
    assert await everything(town) == before


@on_sqlite
async def test_it_does_not_come_where_there_are_earlier_days(town: Projected) -> None:
    yesterday = {"office": "hall", "day": TODAY - timedelta(days=1), "issued": 7}
    async with town.database.begin() as connection:
        await connection.execute(insert(days), [yesterday])
    past = past_of(town)
    await past.run()
    assert past.filled.is_set()
    assert [(row["day"], row["simulated"]) for row in await town.rows(days)] == [(yesterday["day"], False)]


@on_sqlite
async def test_it_ends_before_the_logs_begin(town: Projected) -> None:
    await town.take()
    await town.next_morning()
    # Nothing is projected yet: yesterday's events will come.
    await past_of(town).run()
    assert [row["day"] for row in await town.rows(days)] == WORKING
    await town.catch_up()
    assert [row["simulated"] for row in await town.rows(days)] == [True] * len(WORKING) + [False]


async def test_what_was_begun_is_finished_by_another_process(town: Projected) -> None:
    async def stops(wanted: Any) -> AsyncGenerator[Any]:
        drawn = draw(wanted)
        for _ in range(7):
            yield await anext(drawn)
        await asyncio.Event().wait()

    async def written() -> bool:
        return sum(row["balanced"] is not None for row in await town.rows(days)) == 6

    first = asyncio.create_task(past_of(town, draw=stops).run())
    await until(written)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    part = [row for row in await town.rows(days) if row["balanced"]]
    assert len(part) == 6
    await past_of(town).run()
    found = await everything(town)
    check_sums(found)
    assert [row["day"] for row in found[1]] == WORKING
    assert [row for row in found[1] if row in part] == part


async def test_two_processes_that_write_at_the_same_time_write_each_day_once(
    town: Projected, database_url: str
) -> None:
    another = Database(database_url)
    await asyncio.gather(past_of(town).run(), past_of(town, database=another).run())
    await another.aclose()
    found = await everything(town)
    check_sums(found)
    assert [row["day"] for row in found[1]] == WORKING


@on_sqlite
async def test_a_process_without_the_lease_waits_until_another_has_written_it(town: Projected) -> None:
    looks = 0

    async def looked() -> None:
        nonlocal looks
        looks += 1

    waits, leases = past_of(town, leases=Held(frozenset()), prepare=looked), Held()
    waiting = asyncio.create_task(waits.run())
    await until(lambda: asyncio.sleep(0, looks > 2))
    assert await town.rows(days) == []
    drawn = 0

    async def loses_it(wanted: Any) -> AsyncGenerator[Any]:
        nonlocal drawn
        async for tickets in draw(wanted):
            drawn += 1
            if drawn == 5:
                leases.held = frozenset()
            yield tickets

    writing = asyncio.create_task(past_of(town, leases=leases, draw=loses_it).run())
    await until(lambda: asyncio.sleep(0, not leases.held))
    assert not waits.filled.is_set()
    leases.held = frozenset({CITY})
    await asyncio.gather(writing, waiting)
    assert waits.filled.is_set()
    check_sums(await everything(town))


@on_sqlite
async def test_it_waits_for_a_database_that_is_away(town: Projected) -> None:
    refusals = 3

    async def prepare() -> None:
        nonlocal refusals
        refusals -= 1
        if refusals >= 0:
            raise DatabaseAway("away")

    await past_of(town, prepare=prepare).run()
    check_sums(await everything(town))


async def test_rebuilding_and_failovers_leave_it(town: Projected) -> None:
    await past_of(town).run()
    before = await everything(town)
    await town.take()
    copy = await town.copy()
    await town.take()
    await town.catch_up()
    await town.restore(copy)
    await town.look()
    await town.take()
    await town.catch_up()
    for name in ("history", "hourly"):
        await town.projectors[name].rebuild("hall")
        await catch_up(town.projectors[name], town.sources)
    after = await everything(town)
    assert [[row for row in rows if row["day"] < TODAY] for rows in after] == before
    assert [(row["day"], row["simulated"]) for row in after[1]][len(WORKING) :] == [(TODAY, False)]


@on_sqlite
async def test_it_is_kept_as_long_as_other_days(town: Projected) -> None:
    await past_of(town).run()
    await Retention(town.database, town.queue.clock, town.projections(), history_days=20, audit_days=20).apply()
    kept = [day for day in WORKING if day >= TODAY - timedelta(days=20)]
    assert [row["day"] for row in await town.rows(days)] == kept
    assert sorted({row["day"] for row in await town.rows(history)}) == kept
    await past_of(town).run()
    assert [row["day"] for row in await town.rows(days)] == kept


async def test_a_simulation_that_fails_says_so() -> None:
    with pytest.raises(ChildProcessError, match="code 1"):
        async for _ in simulated_days({"offices": [], "days": [["atlantis", "2026-11-20"]]}):
            pass


async def test_a_demo_with_life_has_a_past(store_url: str, tmp_path: Path) -> None:
    length, clock = 10, MovableClock()
    demo = {"demo_life": True, "demo_past_days": length, "namespace": f"t{uuid4().hex}", "data_dir": tmp_path}
    found = []
    for _ in range(2):
        async with running(store_url, clock, **demo) as service:
            for past in (task for task in asyncio.all_tasks() if task.get_name() == "simulated past"):
                await asyncio.wait_for(past, 100)
            city = service.app.state.context.directory.city
        database = Database(sqlite_url(tmp_path))
        async with database.begin() as connection:
            found.append([list((await connection.execute(select(table))).mappings()) for table in TABLES])
        await database.aclose()
    before, after = ([list(map(dict, rows)) for rows in tables] for tables in found)
    assert after == before
    check_sums(before)
    today = clock().date()
    dates = [today - timedelta(days=past) for past in range(1, length + 1)]
    assert {(row["office"], row["day"]) for row in before[1]} == {
        (office.id, day) for office in city.offices for day in dates if day.weekday() < 5 and city.day(office, day)
    }
    assert all(row["issued"] > 20 for row in before[1])


@pytest.mark.parametrize(
    "settings",
    [
        {"demo_life": False},
        {"demo_past_days": 0},
        {"demo": False, "secret": SECRET},
    ],
    ids=str,
)
async def test_nothing_else_has_one(store_url: str, tmp_path: Path, settings: dict[str, Any]) -> None:
    named = {"demo_life": True, "demo_past_days": 10, "redis_url": store_url, "data_dir": tmp_path}
    for chosen, has_past in ((named, True), (named | settings, False)):
        parts = compose(Settings(**chosen), seoul_time)
        assert ("simulated past" in parts.lasting) == has_past
        await parts.topology.aclose()
        await parts.redis.aclose()
        await parts.database.aclose()


def test_a_demo_that_is_killed_finishes_it_when_it_starts_again(tmp_path: Path) -> None:
    file = tmp_path / "data" / "sunbeon.db"

    def counts() -> tuple[int, int]:
        """How many days are planned, and how many of them are written."""
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*), count(balanced) FROM days WHERE simulated").fetchone()

    with service_process(tmp_path, SUNBEON_DEMO_LIFE="1", SUNBEON_DEMO_PAST_DAYS="14") as service:
        assert asyncio.run(reached(lambda: counts()[1] > 20))
        service.stop(signal.SIGKILL)
        planned, written = counts()
        assert written < planned
        service.start()
        assert asyncio.run(reached(lambda: counts() == (planned, planned)))
    with closing(sqlite3.connect(file)) as connection:
        doubled = "SELECT 1 FROM history WHERE epoch = 'simulated' GROUP BY office, day, number HAVING count(*) > 1"
        assert connection.execute(doubled).fetchall() == []
        by_day = "SELECT office, day, count(*) FROM history WHERE epoch = 'simulated' GROUP BY office, day"
        issued = "SELECT office, day, issued FROM days WHERE simulated"
        assert sorted(connection.execute(by_day)) == sorted(connection.execute(issued))


async def reached(look: Callable[[], bool]) -> bool:
    """Waits until the database says so; it may lack its tables yet."""

    async def looks() -> bool:
        try:
            return look()
        except sqlite3.OperationalError:
            return False

    await until(looks, within=120)
    return True

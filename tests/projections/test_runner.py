"""The runner: projects while the queue is used, stands still while the database is away, and catches up afterwards."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import make_url

from service.database.engine import Database, DatabaseAway, sqlite_url
from service.database.tables import audit, checkpoints, days, history
from service.domain.city_event import SignIn
from service.domain.hours import KST
from service.domain.ticket import Channel, Priority
from service.projections.pairing import prepare_database
from service.projections.registry import PROJECTIONS
from service.projections.runner import Runner
from service.store import leases
from service.store.event_log import position
from service.store.keys import CITY
from service.store.leases import Leases
from tests.postgres import PostgresServer
from tests.projections.projected import ANNEX, TWO_OFFICES, Projected, on_sqlite, projected, until
from tests.store.queue import CLERK, KIOSK
from tests.store.town import HALL, MORNING

KEEP_DAYS = 8
NEVER = 10**9
"""Turns."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for long, and logs are looked at without a signal when their lease is new, and never again."""
    for name, seconds in {
        "GATHER_SECONDS": 0.01,
        "RENEW_SECONDS": 0.05,
        "MEASURE_SECONDS": 0.02,
        "RETRY_SECONDS": 0.05,
        "LONGEST_RETRY_SECONDS": 0.1,
        "LOOK_TURNS": NEVER,
    }.items():
        monkeypatch.setattr(f"service.projections.runner.{name}", seconds)
    for name in ("BUSY_SECONDS", "CONNECT_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(f"service.database.engine.{name}", 1)


@asynccontextmanager
async def runs(
    town: Projected,
    *sources: str,
    database: Database | None = None,
    prepare: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[Runner]:
    """A process that projects these sources, or all of the town's."""
    own = database or town.database
    known = list(sources) or town.sources

    async def known_sources() -> list[str]:
        return known

    runner = Runner(
        town.projections(),
        own,
        town.log,
        Leases(town.topology, town.queue.keys),
        town.queue.clock,
        sources=known_sources,
        prepare=prepare or (lambda: prepare_database(own, town.redis, town.queue.keys)),
        keep_days=KEEP_DAYS,
        alarm_seconds=60,
    )
    running = asyncio.create_task(runner.run())
    try:
        yield runner
        assert not running.done()
    finally:
        # A connection whose making is cancelled is never closed.
        await until(lambda: nothing_is_open(own))
        running.cancel()
        await asyncio.wait([running])


async def nothing_is_open(database: Database) -> bool:
    """Whether no transaction is under way, and none begins at this moment."""
    return not database.engine.pool.checkedout()  # type: ignore[attr-defined]


def take_at_a_time(monkeypatch: pytest.MonkeyPatch, events: int) -> None:
    """So many events of a log in one transaction."""
    for projection in PROJECTIONS:
        monkeypatch.setattr(projection, "batch", events)


async def issued(town: Projected, office: str = HALL.id) -> list[int]:
    """How many tickets were issued on each day, as far as SQL knows."""
    return [row["issued"] for row in await town.rows(days) if row["office"] == office]


def has_issued(town: Projected, *counts: int, office: str = HALL.id) -> Callable[[], Awaitable[bool]]:
    """Looks whether SQL says so by now."""

    async def look() -> bool:
        return await issued(town, office) == list(counts)

    return look


def metric(name: str) -> float | None:
    return REGISTRY.get_sample_value(name)


def said(caplog: pytest.LogCaptureFixture, words: str) -> Callable[[], Awaitable[list[str]]]:
    """Looks for the lines of the log that have these words."""

    async def look() -> list[str]:
        return [line.getMessage() for line in caplog.records if words in line.getMessage()]

    return look


# While all is well.


async def test_what_happens_is_projected_while_it_happens(town: Projected) -> None:
    async with runs(town) as runner:
        for count in (1, 2):
            await town.take()
            runner.changed(HALL.id)
            await until(has_issued(town, count))
        await town.next_morning()
        await town.take()
        runner.changed(HALL.id)
        await until(has_issued(town, 2, 1))
        assert [row["balanced"] for row in await town.rows(days)] == [True, None]
        await town.log.append(SignIn(kind="sign_in", at=town.now(), day=MORNING.date(), actor="staff:kim"))

        async def signed_in() -> bool:
            return any(row["kind"] == "sign_in" for row in await town.rows(audit))

        # Whoever writes to the city's log sends no signal.
        await until(signed_in)


@on_sqlite
async def test_a_lost_signal_is_made_up_for(town: Projected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.projections.runner.LOOK_TURNS", 2)
    async with runs(town):
        for count in (1, 2):
            await town.take()
            await until(has_issued(town, count))


@on_sqlite
async def test_more_events_than_one_transaction_takes(town: Projected, monkeypatch: pytest.MonkeyPatch) -> None:
    take_at_a_time(monkeypatch, 2)
    for _ in range(9):
        await town.take("b")
    async with runs(town):
        await until(has_issued(town, 9))


# While the database is away.


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Another process writes to SQLite, and does not come to an end."""
    other = sqlite3.connect(make_url(url).database or "", timeout=60, isolation_level=None, check_same_thread=False)
    # A transaction of the runner's may have to end before, for which it needs the event loop.
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@asynccontextmanager
async def stopped(server: PostgresServer) -> AsyncIterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@asynccontextmanager
async def frozen(server: PostgresServer) -> AsyncIterator[None]:
    with server.frozen():
        yield


Outage = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture(params=["SQLite is locked", "PostgreSQL is stopped", "PostgreSQL is frozen"])
def database_and_outage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Outage]]:
    """The URL of a database, and what may happen to it."""
    if "SQLite" in request.param:
        yield sqlite_url(tmp_path), lambda: locked(sqlite_url(tmp_path))
    elif "frozen" in request.param:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        yield postgres.new_database(), lambda: frozen(postgres)
    else:
        # The server of all tests has so many databases that it would take seconds to stop.
        with PostgresServer() as server:
            yield server.new_database(), lambda: stopped(server)


async def test_the_queue_goes_on_while_the_database_is_away(
    store_url: str, database_and_outage: tuple[str, Outage], caplog: pytest.LogCaptureFixture
) -> None:
    url, outage = database_and_outage
    caplog.set_level(logging.INFO, "service.projections")
    async with projected(store_url, url) as town, runs(town) as runner:
        await town.open(1, "b")
        await town.take("b")
        runner.changed(HALL.id)
        await until(has_issued(town, 1))
        assert metric("sunbeon_projection_lag_seconds") == 0

        async with outage():
            await town.take("b")
            runner.changed(HALL.id)
            await until(said(caplog, "projections stand still"))
            assert await said(caplog, "projections lag")() == []
            town.clock.move(minutes=2)
            await until(said(caplog, "projections lag by 120 s"))
            assert metric("sunbeon_projection_lag_seconds") == 120
            # Nobody at a window notices anything.
            assert (await town.take("b")).number == 23
            assert await town.next(1) == 21
            runner.changed(HALL.id)

        await until(said(caplog, "projections have caught up"))
        assert await issued(town) == [3]
        assert runner.lag == 0
    for line in await said(caplog, "projections stand still")():
        assert re.fullmatch(r"projections stand still: (sqlite|postgresql)\S+: .+", line)
    assert len(await said(caplog, "projections lag")()) == 1


async def test_who_has_not_the_citys_log_catches_up_too(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The city's log is looked at every second, and others only when they have changed. So nothing else wakes it."""
    url = sqlite_url(tmp_path)
    async with projected(store_url, url) as town, runs(town, HALL.id) as runner:
        await town.take()
        runner.changed(HALL.id)
        await until(has_issued(town, 1))
        async with locked(url):
            await town.take()
            runner.changed(HALL.id)
            await until(said(caplog, "projections stand still"))
        await until(has_issued(town, 2))


async def test_a_data_folder_that_is_not_there_yet(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Something else is in its place."""
    volume = tmp_path / "volume"
    volume.touch()
    database = Database(sqlite_url(volume / "data"))
    async with projected(store_url, sqlite_url(tmp_path)) as town:
        town.database, spare = database, town.database
        async with runs(town):
            await town.take()
            await until(said(caplog, "projections stand still"))
            assert (await town.take()).number == 2
            volume.unlink()
            volume.mkdir()

            async def has_its_tables() -> bool:
                try:
                    return (volume / "data/sunbeon.db").exists() and await town.rows(checkpoints) is not None
                except DatabaseAway:
                    return False

            await until(has_its_tables)
            await until(has_issued(town, 2))
        await database.aclose()
        town.database = spare


async def test_a_data_folder_that_is_moved_away_and_back(store_url: str, tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    folder.mkdir()
    async with projected(store_url, sqlite_url(folder)) as town, runs(town) as runner:
        await town.take()
        runner.changed(HALL.id)
        await until(has_issued(town, 1))
        folder.rename(away)
        await town.take()
        runner.changed(HALL.id)
        # The connection has the files open, wherever they are.
        await until(has_issued(town, 2))
        away.rename(folder)
        await town.take()
        runner.changed(HALL.id)
        await until(has_issued(town, 3))


@on_sqlite
async def test_who_has_a_wrong_database_says_so_once_and_leaves_the_logs_to_others(
    town: Projected, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await prepare_database(town.database, town.redis, town.queue.keys)
    (tmp_path / "other").mkdir()
    other = Database(sqlite_url(tmp_path / "other"))
    async with runs(town, database=other) as runner:
        await until(said(caplog, "projections stand still"))
        await until(has_leases(runner))
        await town.take()
        async with runs(town) as right:
            await until(has_issued(town, 1))
            await until(has_leases(right, *town.sources))
        async with other.begin() as connection:
            assert (await connection.execute(days.select())).all() == []
    assert len(caplog.records) == 1
    await other.aclose()


async def test_an_outage_of_hours_is_outlasted(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RETRY_SECONDS", "LONGEST_RETRY_SECONDS"):
        monkeypatch.setattr(f"service.projections.runner.{name}", 0.000_01)
    (tmp_path / "volume").touch()
    away, attempts = Database(sqlite_url(tmp_path / "volume/data")), 0

    async def prepare() -> None:
        nonlocal attempts
        attempts += 1
        await away.prepare()

    async def many() -> bool:
        # 2 to the power of 1,024 is no float.
        return attempts > 1200

    async with projected(store_url, sqlite_url(tmp_path)) as town, runs(town, prepare=prepare) as runner:
        await town.take()
        runner.changed(HALL.id)
        await until(many)
    await away.aclose()


# Several processes.


async def test_two_processes_share_the_logs_and_one_takes_over(store_url: str, database_url: str) -> None:
    async with projected(store_url, database_url, TWO_OFFICES) as town:
        offices = {HALL.id, ANNEX.id}
        async with runs(town, *offices) as stays:
            async with runs(town, *offices) as stops:
                await until(lambda: share(stays, stops))
                for office in offices:
                    await take(town, office)
                    # A signal goes to every process.
                    stays.changed(office)
                    stops.changed(office)
                    await until(has_issued(town, 1, office=office))
                (given_back,) = stops._leases.held
            await take(town, given_back)
            await until(has_issued(town, 2, office=given_back))
            assert stays._leases.held == offices


async def share(one: Runner, other: Runner) -> bool:
    """Whether each has one log by now."""
    return len(one._leases.held) == len(other._leases.held) == 1


async def take(town: Projected, office: str) -> None:
    """A number of any of the two offices."""
    known = town.queue.city.office(office)
    await town.queue.tickets.issue(known, known.counter("b"), Channel.WALK_IN, Priority.NONE, "ko", by=KIOSK, key=None)


@on_sqlite
async def test_a_process_that_died_is_replaced(town: Projected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "LIVES_MS", 300)
    dead = Leases(town.topology, town.queue.keys)
    await dead.renew(town.sources)
    assert dead.held == set(town.sources)
    await town.take()
    async with runs(town):
        await until(has_issued(town, 1))


async def test_a_log_that_comes_back_has_not_waited_for_this_process(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It had an event that waited when another process took it over, hours ago."""
    url = sqlite_url(tmp_path)
    async with projected(store_url, url, TWO_OFFICES) as town, runs(town, HALL.id, ANNEX.id) as runner:
        await until(has_leases(runner, HALL.id, ANNEX.id))
        other = Leases(town.topology, town.queue.keys)

        async def took_one() -> bool:
            await other.renew([HALL.id, ANNEX.id])
            return len(other.held) == 1

        async with locked(url):
            for office in (HALL, ANNEX):
                runner.changed(office.id)
            await until(took_one)
            (moved,) = other.held
            (kept,) = {HALL.id, ANNEX.id} - other.held
            await until(has_leases(runner, kept))
        await until(lambda: nothing_waits(runner))
        town.clock.move(hours=2)
        async with locked(url):
            await other.release()
            await until(has_leases(runner, HALL.id, ANNEX.id))
            assert runner.lag == 0
    assert moved
    assert await said(caplog, "projections lag")() == []


def has_leases(runner: Runner, *sources: str) -> Callable[[], Awaitable[bool]]:
    """Looks whether the process has exactly these."""

    async def look() -> bool:
        return runner._leases.held == set(sources)

    return look


async def nothing_waits(runner: Runner) -> bool:
    """Whether it remembers of no log, also none of another process, that it has waited."""
    return not runner._waiting_since


async def test_thousands_of_logs_are_counted(store_url: str, tmp_path: Path) -> None:
    many = [HALL.id, *(f"office-{n}" for n in range(1500))]
    async with projected(store_url, sqlite_url(tmp_path)) as town:
        await town.take()
        async with runs(town, *many):

            async def counted() -> bool:
                return metric("sunbeon_log_entries") == len(await town.entries())

            await until(counted)


async def test_a_log_that_cannot_be_projected_stops_no_other(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later version has written to it, for example."""
    # So that it also comes to the others' turn.
    monkeypatch.setattr("service.projections.runner.SOURCES_AT_A_TIME", 2)
    async with projected(store_url, sqlite_url(tmp_path), TWO_OFFICES) as town:
        await town.redis.xadd(town.queue.keys.log(HALL.id), {"event": '{"kind": "of the next version"}'})
        async with runs(town) as runner:
            for count in (1, 2):
                await take(town, ANNEX.id)
                runner.changed(ANNEX.id)
                await until(has_issued(town, count, office=ANNEX.id))
            await until(said(caplog, "projections stand still"))
            town.clock.move(minutes=2)
            # It is no secret that the one waits.
            await until(said(caplog, "projections lag by"))
            assert await issued(town) == []
            # Once it can be read again, it goes on.
            (bad,) = await town.redis.xrevrange(town.queue.keys.log(HALL.id), count=1)
            await town.redis.xdel(town.queue.keys.log(HALL.id), bad[0])
            await town.take()
            await until(has_issued(town, 1))


# Trimming.


async def days_pass(town: Projected, count: int) -> None:
    """Days with a ticket each."""
    for _ in range(count):
        await town.queue.tickets.cancel(await town.take(), by=CLERK)
        await town.next_morning()


@on_sqlite
async def test_a_log_keeps_whole_days(town: Projected) -> None:
    await days_pass(town, 12)
    before = await town.entries()
    async with runs(town):

        async def trimmed() -> bool:
            return await town.entries() != before

        await until(trimmed)
        await until(has_issued(town, *[1] * 12))
    kept = await town.entries()
    # The oldest that is kept is the end of the day before the first whole one.
    assert kept == before[-len(kept) :]
    assert kept[0][1]["kind"] == "end_of_day"
    today = MORNING.date() + timedelta(days=12)
    assert kept[0][1]["next_day"] == (today - timedelta(days=KEEP_DAYS)).isoformat()
    found = await town.rows(history)
    for source in town.sources:
        await town.history.rebuild(source)
    await town.catch_up()
    assert await town.rows(history) == found


@on_sqlite
async def test_a_log_of_fewer_days_is_kept(town: Projected) -> None:
    await days_pass(town, KEEP_DAYS)
    before = await town.entries()
    async with runs(town):
        await until(has_issued(town, *[1] * KEEP_DAYS))
    assert await town.entries() == before


@on_sqlite
async def test_what_the_slowest_projection_lacks_is_kept(
    town: Projected, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await days_pass(town, 12)
    # The audit has all but the last events, and the history none.
    await town.audit.advance([HALL.id])
    await days_pass(town, 1)
    take_at_a_time(monkeypatch, 3)
    async with runs(town):

        async def all_balanced() -> bool:
            return [row["balanced"] for row in await town.rows(days)] == [True] * 13

        await until(all_balanced)
    assert caplog.records == []


@on_sqlite
async def test_the_citys_log_keeps_as_many_days(town: Projected) -> None:
    midnight = datetime.combine(MORNING.date() - timedelta(days=KEEP_DAYS), time(), KST)
    sign_in = SignIn(kind="sign_in", at=town.now(), day=MORNING.date(), actor="staff:kim")
    moments = [midnight - timedelta(days=5), midnight - timedelta(milliseconds=1), midnight, MORNING]
    ids = [f"{int(moment.timestamp() * 1000)}-0" for moment in moments]
    for id in ids:
        await town.redis.xadd(town.queue.keys.log(CITY), {"event": sign_in.model_dump_json(exclude_none=True)}, id=id)
    async with runs(town):

        async def trimmed() -> bool:
            return [id for id, _ in await town.entries(CITY)] == ids[2:]

        await until(trimmed)
    recorded = [row["position"] for row in await town.rows(audit) if row["source"] == CITY]
    assert recorded == [position(id) for id in ids]

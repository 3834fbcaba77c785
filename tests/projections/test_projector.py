"""The projector: each event has its effect once, whatever breaks, and what a failover has lost is marked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database.engine import Database, DatabaseAway, sqlite_url
from service.database.tables import audit, checkpoints, days, history, skipped_numbers
from service.domain.city_event import SignIn
from service.domain.event import Failover
from service.domain.staff import HOLDER
from service.projections.audit import Audit
from service.projections.checkpoints import START, Checkpoint
from service.projections.history import History
from service.projections.projection import Projection
from service.projections.projector import Projector
from service.store.event_log import EventLog, Logged, position
from service.store.keys import CITY
from tests.postgres import PostgresServer
from tests.projections.projected import ANNEX, TWO_OFFICES, Entry, Projected, Row, catch_up, on_sqlite, projected, until
from tests.store.queue import CLERK, KIOSK
from tests.store.servers import KEEPS, REPLICATES, replicate, server
from tests.store.town import HALL, MORNING
from tests.support import MovableClock, running

DAY = MORNING.date()
FACTS = (history, days, skipped_numbers)


async def facts(town: Projected) -> dict[str, list[Row]]:
    """All rows of the history, by table."""
    return {table.name: await town.rows(table) for table in FACTS}


async def checkpoint(town: Projected, projection: str = "history", source: str = HALL.id) -> Checkpoint | None:
    """As the database has it."""
    found = [row for row in await town.rows(checkpoints) if (row["projection"], row["source"]) == (projection, source)]
    return Checkpoint(found[0]["epoch"], found[0]["position"]) if found else None


async def end(town: Projected, source: str = HALL.id) -> Checkpoint:
    """Where the log ends."""
    id, event = (await town.entries(source))[-1]
    return Checkpoint(event.get("epoch", ""), position(id))


async def serve(town: Projected, *numbers: int, window: int = 1) -> None:
    """Each of them is called by its number and served."""
    for number in numbers:
        await town.press("call", window, number)
        await town.press("finish", window, number)


def outcomes(rows: Sequence[Row]) -> dict[int, str]:
    """What became of each ticket, of those that are not lost."""
    return {row["number"]: row["outcome"] for row in rows if not row["lost_epoch"]}


def lost(rows: Sequence[Row]) -> dict[int, str]:
    """What became of the tickets of which a failover lost the end."""
    return {row["number"]: row["outcome"] for row in rows if row["lost_epoch"]}


# One transaction.


async def test_a_batch_that_fails_half_way_leaves_nothing(town: Projected) -> None:
    await town.open(1, "a")
    for _ in range(3):
        await town.take()
    await serve(town, 1)
    await town.catch_up()
    before, at = await facts(town), await checkpoint(town)
    fourth = await town.take()
    await serve(town, 2, 3)
    await town.queue.tickets.cancel(fourth, by=HOLDER)
    # The row of the last event is there already, so that it can't be written.
    blocks = {**before["history"][0], "number": 4, "position": (await end(town)).position}
    async with town.database.begin() as connection:
        await connection.execute(history.insert().values(blocks))
    with pytest.raises(IntegrityError):
        await town.history.advance([HALL.id])
    async with town.database.begin() as connection:
        await connection.execute(history.delete().where(history.c.number == 4))
    assert (await facts(town), await checkpoint(town)) == (before, at)

    town.history.forget()
    await town.catch_up()
    after = await facts(town)
    assert outcomes(after["history"]) == {**dict.fromkeys((1, 2, 3), "served"), 4: "cancelled"}
    assert [row["issued"] for row in after["days"]] == [4]
    assert await checkpoint(town) == await end(town)


async def test_a_connection_that_breaks_half_way_leaves_nothing(store_url: str, postgres: PostgresServer) -> None:
    class Breaks(History):
        async def apply(self, connection: AsyncConnection, batch: Sequence[Logged]) -> None:
            await super().apply(connection, batch)
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            async with town.database.begin() as other:
                await other.execute(text(f"SELECT pg_terminate_backend({pid})"))

    async with projected(store_url, postgres.new_database()) as town:
        await town.queue.tickets.cancel(await town.take(), by=HOLDER)
        with pytest.raises(DatabaseAway):
            await Projector(Breaks(), town.database, town.log).advance([HALL.id])
        assert await facts(town) == {"history": [], "days": [], "skipped_numbers": []}
        assert await checkpoint(town) is None
        await town.catch_up()
        assert outcomes(await town.rows(history)) == {1: "cancelled"}


# Two processes.


@asynccontextmanager
async def another(town: Projected, database_url: str) -> AsyncIterator[tuple[Projector, Projector]]:
    """The projectors of another process: they share nothing with the first."""
    database = Database(database_url)
    try:
        yield Projector(History(), database, town.log), Projector(Audit(), database, town.log)
    finally:
        await database.aclose()


async def test_of_two_that_read_the_same_events_one_writes_them(town: Projected, database_url: str) -> None:
    await town.queue.tickets.cancel(await town.take(), by=HOLDER)
    async with another(town, database_url) as (second, _):
        # Both believe that nothing is projected yet.
        assert await second.checkpoint(HALL.id) == await town.history.checkpoint(HALL.id) == START
        assert len((await town.history.advance([HALL.id]))[HALL.id]) == 3
        assert await second.advance([HALL.id]) == {}
        # And both know of the same checkpoint now.
        for first, then in ((second, town.history), (town.history, second)):
            await town.take()
            assert len((await first.advance([HALL.id]))[HALL.id]) == 1
            assert await then.advance([HALL.id]) == {}
    assert [row["issued"] for row in await town.rows(days)] == [3]
    assert outcomes(await town.rows(history)) == {1: "cancelled"}


async def test_two_at_the_same_time_end_with_each_event_once(
    town: Projected, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Projection, "batch", 2)
    await town.open(1, "b")
    await town.open(2, "a")
    for _ in range(4):
        await town.take("b")
    await town.take()
    await serve(town, 21, 22, 23)
    await town.log.append(SignIn(kind="sign_in", at=town.now(), day=DAY, actor="staff:kim"))
    await town.next_morning()
    async with another(town, database_url) as (history_too, audit_too):
        everyone = (town.history, history_too, town.audit, audit_too)
        await asyncio.gather(*(catch_up(each, town.sources) for each in everyone))
    assert outcomes(await town.rows(history)) == {
        **dict.fromkeys((21, 22, 23), "served"),
        **dict.fromkeys((24, 1), "expired"),
    }
    (day,) = await town.rows(days)
    assert (day["issued"], day["served"], day["expired"], day["balanced"]) == (5, 3, 2, True)
    recorded = [(row["source"], row["position"]) for row in await town.rows(audit)]
    by_nobody = ("time", "holder")
    assert recorded == [
        (source, position(id))
        for source in (CITY, HALL.id)
        for id, event in await town.entries(source)
        if event["actor"] not in by_nobody
    ]
    for name in ("history", "audit"):
        assert await checkpoint(town, name) == await end(town)


async def test_two_that_meet_the_same_failover(town: Projected, database_url: str) -> None:
    await town.open(1, "a")
    await town.take()
    copy = await town.copy()
    await serve(town, 1)
    await town.look()
    await town.catch_up()
    async with another(town, database_url) as (history_too, audit_too):
        for known in (history_too, audit_too):
            assert await known.advance([HALL.id]) == {}
        await town.restore(copy)
        await town.take()
        await town.catch_up()
        # Only now do these see that what they know of is not there any more.
        for late in (history_too, audit_too):
            await catch_up(late, [HALL.id])
    assert (outcomes(await town.rows(history)), lost(await town.rows(history))) == ({}, {1: "served"})
    assert [row["issued"] for row in await town.rows(days)] == [2]


class Interrupted(EventLog):
    """Its caller looks for a failover, and something happens before."""

    def __init__(self, log: EventLog, meanwhile: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(log._topology, log._keys)
        self._meanwhile = meanwhile

    async def failover_of(self, source: str, epoch: str) -> Failover | None:
        await self._meanwhile()
        return await super().failover_of(source, epoch)


async def test_another_office_is_projected_by_somebody_else_during_a_recovery(
    store_url: str, database_url: str
) -> None:
    async with projected(store_url, database_url, TWO_OFFICES) as town, another(town, database_url) as (second, _):

        async def take(office: Any) -> None:
            await town.queue.tickets.issue(office, office.counter("a"), "walk_in", "none", "ko", by=KIOSK, key=None)

        await take(HALL)
        await town.look()
        copy = await town.copy()
        await take(HALL)
        await town.look()
        await town.catch_up()
        await town.restore(copy)
        await take(HALL)
        await take(ANNEX)
        first = Projector(History(), town.database, Interrupted(town.log, lambda: second.advance([ANNEX.id])))
        await catch_up(first, town.sources)
        assert {row["office"]: row["issued"] for row in await town.rows(days)} == {"hall": 2, "annex": 1}
        assert await checkpoint(town, source=ANNEX.id) == await end(town, ANNEX.id)


# Failovers.


async def test_what_a_failover_lost_is_marked_and_the_day_is_right_again(town: Projected) -> None:
    await town.open(1, "a")
    for _ in range(3):
        await town.take()
    await serve(town, 1)
    copy = await town.copy()
    await serve(town, 2)
    await town.press("call", 1, 3)
    await town.press("no_show", 1, 3)
    fourth = await town.take("b")
    await town.queue.tickets.cancel(fourth, by=CLERK)
    await town.look()
    await town.catch_up()
    epoch = (await end(town)).epoch
    before = {row["position"] for row in await town.rows(audit)}

    await town.restore(copy)
    # The first who comes finds out that the store is an older copy.
    assert (await town.take("b")).number == 24
    await town.press("call", 1, 3)
    await town.press("finish", 1, 3)
    await town.catch_up()
    rows = await town.rows(history)
    assert outcomes(rows) == {1: "served", 3: "served"}
    assert lost(rows) == {2: "served", 3: "no_show", 21: "cancelled"}
    assert {row["lost_epoch"] for row in rows} == {"", epoch}

    held = {position(id) for id, _ in await town.entries()}
    recorded = await town.rows(audit)
    assert {row["position"] for row in recorded if row["lost"]} == before - held != set()
    assert {row["position"] for row in recorded if not row["lost"]} == held

    await town.next_morning()
    await town.catch_up()
    (day,) = await town.rows(days)
    assert (day["issued"], day["served"], day["expired"], day["balanced"]) == (4, 2, 2, True)
    skipped = [(row["counter"], row["first"], row["last"]) for row in await town.rows(skipped_numbers)]
    assert skipped == [("a", 4, 5), ("b", 21, 23)]


@on_sqlite
async def test_events_after_a_failover_may_have_positions_before_the_lost_ones(town: Projected) -> None:
    def an_hour_ahead(entries: list[Entry]) -> list[Entry]:
        """The primary's clock was an hour ahead when it gave the ids of the last events."""
        return [
            (f"{int(ms) + 3_600_000}-{seq}" if event["kind"] in ("call", "finish") else id, event)
            for id, event in entries
            for ms, _, seq in [id.partition("-")]
        ]

    await town.open(1, "a")
    for _ in range(2):
        await town.take()
    copy = await town.copy()
    await serve(town, 1)
    await town.rewrite(an_hour_ahead)
    await town.look()
    await town.catch_up()
    was = await end(town)

    await town.restore(copy)
    await town.take()
    await serve(town, 2)
    assert (await end(town)).position < was.position
    await town.catch_up()
    rows = await town.rows(history)
    assert (outcomes(rows), lost(rows)) == ({2: "served"}, {1: "served"})
    marked = [(row["kind"], row["number"]) for row in await town.rows(audit) if row["lost"]]
    assert marked == [("call", 1), ("finish", 1)]
    # And it goes on from there, past the positions of the lost events.
    await serve(town, 1)
    await town.rewrite(lambda entries: [*entries[:-2], *an_hour_ahead(an_hour_ahead(entries[-2:]))])
    await town.catch_up()
    rows = await town.rows(history)
    assert (outcomes(rows), lost(rows)) == ({1: "served", 2: "served"}, {1: "served"})
    assert await checkpoint(town) == await end(town)


@on_sqlite
async def test_a_failover_that_loses_the_end_of_a_day(town: Projected) -> None:
    await town.open(1, "a")
    for _ in range(2):
        await town.take()
    await serve(town, 1)
    await town.catch_up()
    copy = await town.copy()
    await town.next_morning()
    await town.take()
    await town.look()
    await town.catch_up()
    assert [(row["issued"], row["balanced"]) for row in await town.rows(days)] == [(2, True), (1, None)]

    await town.restore(copy)
    assert (await town.take()).number == 4
    kinds = [event["kind"] for _, event in await town.entries()]
    assert kinds[-3:] == ["end_of_day", "failover", "issue"]
    await town.catch_up()
    assert [(row["issued"], row["balanced"]) for row in await town.rows(days)] == [(2, True), (1, None)]
    assert {(row["day"], row["number"]): row["outcome"] for row in await town.rows(history)} == {
        (DAY, 1): "served",
        (DAY, 2): "expired",
    }
    assert [row["number"] for row in await town.rows(audit) if row["lost"]] == [1]
    await town.next_morning()
    await town.catch_up()
    found = [(row["day"], row["issued"], row["balanced"]) for row in await town.rows(days)]
    assert found == [(DAY, 2, True), (DAY + timedelta(days=1), 1, True)]


@on_sqlite
async def test_days_before_the_lost_one_stay_as_they_are(town: Projected) -> None:
    for _ in range(2):
        await town.take()
        await town.next_morning()
    await town.catch_up()
    before = await facts(town)
    assert [row["balanced"] for row in before["days"]] == [True, True]
    await town.take()
    copy = await town.copy()
    await town.take()
    await town.look()
    await town.catch_up()
    async with town.database.begin() as connection:
        # Whoever made the first days anew would remove this.
        await connection.execute(days.update().where(days.c.day == DAY).values(expired=99))
    await town.restore(copy)
    await town.take()
    await town.catch_up()
    assert [(row["issued"], row["expired"]) for row in await town.rows(days)] == [(1, 99), (1, 1), (2, None)]
    assert [row["day"] for row in await town.rows(history)] == [DAY, DAY + timedelta(days=1)]


@on_sqlite
async def test_a_failover_on_the_first_day_of_a_log_leaves_earlier_days(town: Projected) -> None:
    """The database is older than the store, which was lost once."""
    earlier = {"office": HALL.id, "day": DAY - timedelta(days=300), "issued": 7, "served": 7, "balanced": True}
    async with town.database.begin() as connection:
        await connection.execute(days.insert().values(earlier))
    await town.take()
    copy = await town.copy()
    await town.take()
    await town.look()
    await town.catch_up()
    await town.restore(copy)
    await town.take()
    await town.catch_up()
    assert [(row["day"], row["issued"]) for row in await town.rows(days)] == [(earlier["day"], 7), (DAY, 2)]


@on_sqlite
async def test_an_older_copy_that_nobody_uses_yet(town: Projected) -> None:
    await town.open(1, "a")
    for _ in range(2):
        await town.take()
    copy, there = await town.copy(), await end(town)
    await serve(town, 1)
    await town.look()
    await town.catch_up()
    await town.restore(copy)
    await town.catch_up()
    assert lost(await town.rows(history)) == {1: "served"}
    assert await checkpoint(town) == there
    marked = [row["position"] for row in await town.rows(audit) if row["lost"]]
    assert len(marked) == 2

    await serve(town, 2)
    await town.catch_up()
    rows = await town.rows(history)
    assert (outcomes(rows), lost(rows)) == ({2: "served"}, {1: "served"})
    assert [row["position"] for row in await town.rows(audit) if row["lost"]] == marked
    await town.next_morning()
    await town.catch_up()
    (day,) = await town.rows(days)
    assert (day["issued"], day["served"], day["expired"], day["balanced"]) == (2, 1, 1, True)


@on_sqlite
async def test_an_older_copy_that_nobody_notices_goes_on_in_its_epoch(town: Projected) -> None:
    """It was restored while the service was down, and that twice on a day."""
    await town.open(1, "a")
    await town.take()
    copy, epoch = await town.copy(), (await end(town)).epoch
    for times in (1, 2):
        await serve(town, 1)
        await town.catch_up()
        await town.restore(copy)
        await town.take("b")
        await town.catch_up()
        rows = await town.rows(history)
        assert [(row["number"], row["lost_epoch"]) for row in rows] == [(1, epoch)] * times
        assert [row["issued"] for row in await town.rows(days)] == [2]
    assert (await end(town)).epoch == epoch
    assert await checkpoint(town) == await end(town)


@on_sqlite
async def test_two_failovers_that_both_lose_something(town: Projected) -> None:
    await town.open(1, "a")
    for _ in range(3):
        await town.take()
    copy = await town.copy()
    for number in (1, 2):
        await serve(town, number)
        await town.look()
        await town.catch_up()
        await town.restore(copy)
        await town.take("b")
        copy = await town.copy()
    await serve(town, 3)
    await town.catch_up()
    rows = await town.rows(history)
    assert (outcomes(rows), lost(rows)) == ({3: "served"}, {1: "served", 2: "served"})
    assert len({row["epoch"] for row in rows}) == 3
    await town.next_morning()
    await town.catch_up()
    (day,) = await town.rows(days)
    assert (day["issued"], day["served"], day["expired"], day["balanced"]) == (5, 1, 4, True)


async def test_an_older_copy_may_lack_a_whole_failover(tmp_path: Path) -> None:
    """Two epochs end then, and what each of them brought is lost."""
    with server(tmp_path / "store", **KEEPS, enable_debug_command="yes") as store:
        async with projected(store.url, sqlite_url(tmp_path), number_gap=2) as town:
            await town.open(1, "a")
            for _ in range(2):
                await town.take()
            copy = await town.copy()
            await serve(town, 1)
            # A server that is promoted without a loss, as far as the log says.
            await town.redis.hset(town.queue.keys.meta(HALL.id), "replid", "older")
            await serve(town, 2)
            await town.look()
            await town.catch_up()
            assert len({event["epoch"] for _, event in await town.entries()}) == 2
            assert outcomes(await town.rows(history)) == {1: "served", 2: "served"}

            await town.restore(copy)
            # As any server does that is started on a copy.
            await town.redis.execute_command("DEBUG", "CHANGE-REPL-ID")
            # The lost failover had skipped two as well.
            assert (await town.take()).number == 2 + 2 + 2 + 1
            await town.catch_up()
            rows = await town.rows(history)
            assert (outcomes(rows), lost(rows)) == ({}, {1: "served", 2: "served"})
            assert {row["lost_epoch"] == row["epoch"] for row in rows} == {True}
            held = {(event["epoch"], position(id)) for id, event in await town.entries()}
            for row in await town.rows(audit):
                assert row["lost"] == ((row["epoch"], row["position"]) not in held)
            await town.next_morning()
            await town.catch_up()
            (day,) = await town.rows(days)
            assert (day["issued"], day["expired"], day["balanced"]) == (3, 3, True)


async def test_a_promoted_replica_that_lacks_events(tmp_path: Path) -> None:
    """The whole service, twice on one database: on the primary, and on the replica that was cut off from it."""
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        common: dict[str, Any] = {"replicas": 0, "namespace": "promoted", "data_dir": tmp_path}
        clock = MovableClock()
        clock.set(MORNING)
        database = Database(sqlite_url(tmp_path))
        await database.prepare()

        async def served() -> list[tuple[int, bool]]:
            async with database.begin() as connection:
                found = await connection.execute(history.select().order_by(history.c.number))
                return [(row["number"], row["lost_epoch"] != "") for row in found.mappings()]

        async with running(primary.url, clock, **common) as service:
            desk = await service.desk("passport", 1)
            for _ in range(4):
                await service.http.take("passport", "apply")
            await desk.next()
            await desk.next()
            await replicate(primary, replica)
            # From here on, the replica knows of nothing.
            replica.promote()
            await desk.next()
            await until(lambda: equals(served, [(101, False), (102, False)]))
        primary.kill()
        async with running(replica.url, clock, **common) as service:
            desk.http, desk.staff = service.http, await service.http.sign_in("clerk-passport")
            desk.at_window = 102
            await desk.next()
            await desk.next()
            await until(lambda: equals(served, [(101, False), (102, True), (102, False), (103, False)]))
            clock.move(days=1)
            await service.http.board("passport")

            async def balanced() -> bool:
                async with database.begin() as connection:
                    found = await connection.execute(days.select().where(days.c.office == "passport"))
                    return [row["balanced"] for row in found.mappings()][:1] == [True]

            await until(balanced)
        await database.aclose()


async def equals(look: Callable[[], Awaitable[object]], expected: object) -> bool:
    """Whether this is seen by now."""
    return await look() == expected


# A log that lacks its beginning.


@on_sqlite
@pytest.mark.parametrize("begins_with", ["end_of_day", "issue"])
async def test_a_checkpoint_that_the_log_does_not_reach_back_to(
    town: Projected, caplog: pytest.LogCaptureFixture, begins_with: str
) -> None:
    await town.open(1, "a")
    for _ in range(2):
        await town.take()
    await serve(town, 1)
    await town.catch_up()
    await serve(town, 2)
    await town.next_morning()
    await town.take()
    first = [id for id, event in await town.entries() if event["kind"] == begins_with][-1]
    await town.log.trim(HALL.id, before=position(first))

    await town.catch_up()
    told = [line.getMessage() for line in caplog.records if "lacks" in line.getMessage()]
    assert told == [
        f"{name} lacks events of hall: its log begins with {DAY + timedelta(days=1)}" for name in town.projectors
    ]
    assert {line.levelname for line in caplog.records} == {"ERROR"}
    # What is there of the day that is not whole stays, and does not count as whole.
    assert outcomes(await town.rows(history)) == {1: "served"}
    yesterday, today = await town.rows(days)
    assert (yesterday["issued"], yesterday["balanced"]) == (2, False if begins_with == "end_of_day" else None)
    assert today["issued"] == 1
    for name in town.projectors:
        assert await checkpoint(town, name) == await end(town)

    caplog.clear()
    await town.queue.tickets.cancel(await town.take(), by=CLERK)
    await town.catch_up()
    assert caplog.records == []
    assert [row["issued"] for row in await town.rows(days)] == [2, 2]


@on_sqlite
async def test_a_log_that_is_gone_is_waited_for(town: Projected) -> None:
    await town.take()
    await town.catch_up()
    before, at = await facts(town), await checkpoint(town)
    copy = await town.copy()
    await town.redis.delete(town.queue.keys.log(HALL.id))
    await town.catch_up()
    assert (await facts(town), await checkpoint(town)) == (before, at)
    await town.restore(copy)
    await town.take()
    await town.catch_up()
    assert [row["issued"] for row in await town.rows(days)] == [2]


# The city's log.


@on_sqlite
async def test_the_citys_log_after_a_loss(town: Projected) -> None:
    async def sign_in(user: str) -> None:
        await town.log.append(SignIn(kind="sign_in", at=town.now(), day=DAY, actor=f"staff:{user}"))

    async def who() -> list[str]:
        await town.catch_up()
        return [row["actor"].removeprefix("staff:") for row in await town.rows(audit) if row["source"] == CITY]

    await sign_in("first")
    copy = await town.copy()
    await sign_in("lost")
    assert await who() == ["first", "lost"]
    await town.restore(copy)
    assert await who() == ["first", "lost"]
    await sign_in("second")
    await sign_in("third")
    assert await who() == ["first", "lost", "second", "third"]
    assert await checkpoint(town, "audit", CITY) == await end(town, CITY)


@on_sqlite
async def test_the_citys_events_after_a_loss_may_have_positions_before_the_lost_ones(town: Projected) -> None:
    """The primary that was lost had a clock that was a minute ahead."""
    key = town.queue.keys.log(CITY)
    event = SignIn(kind="sign_in", at=town.now(), day=DAY, actor="staff:kim").model_dump_json(exclude_none=True)
    now, _ = await town.redis.time()
    now *= 1000
    await town.redis.xadd(key, {"event": event}, id=f"{now}-0")
    copy = await town.copy()
    await town.redis.xadd(key, {"event": event}, id=f"{now + 60_000}-0")
    await town.catch_up()
    await town.restore(copy)
    for seconds in (30, 90):
        await town.redis.xadd(key, {"event": event}, id=f"{now + seconds * 1000}-0")
        await town.catch_up()
    recorded = [row["position"] for row in await town.rows(audit) if row["source"] == CITY]
    assert recorded == [position(f"{now + seconds * 1000}-0") for seconds in (0, 30, 60, 90)]


# Rebuilding.


async def test_a_rebuilt_projection_is_as_before(town: Projected) -> None:
    await town.open(1, "a", "b")
    for _ in range(2):
        await town.take()
    await serve(town, 1)
    await town.next_morning()
    await town.open(1, "a", "b")
    await town.take()
    copy = await town.copy()
    await serve(town, 1)
    await town.look()
    await town.catch_up()
    await town.restore(copy)
    await town.take("b")
    await serve(town, 21)
    await town.next_morning()
    await town.take()
    await town.catch_up()
    before = {table.name: await town.rows(table) for table in (*FACTS, audit, checkpoints)}
    assert len(before["days"]) == 3
    assert lost(before["history"])
    for rebuilt in (town.history, town.audit):
        for source in town.sources:
            await rebuilt.rebuild(source)
        await catch_up(rebuilt, town.sources)
        assert {table.name: await town.rows(table) for table in (*FACTS, audit, checkpoints)} == before


@on_sqlite
async def test_a_rebuild_keeps_what_is_older_than_the_log(town: Projected, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        await town.take()
        await town.next_morning()
    await town.take()
    await town.catch_up()
    before = await facts(town)
    ends = [id for id, event in await town.entries() if event["kind"] == "end_of_day"]
    await town.log.trim(HALL.id, before=position(ends[1]))
    await town.history.rebuild(HALL.id)
    rows = await town.rows(history)
    assert [row["day"] for row in rows] == [DAY, DAY + timedelta(days=1)]
    await town.catch_up()
    assert await facts(town) == before
    assert caplog.records == []


@on_sqlite
async def test_a_rebuild_waits_for_who_projects_meanwhile(town: Projected) -> None:
    await town.take()
    await town.catch_up()
    meanwhile = [town.catch_up, town.take]

    class Late(EventLog):
        async def read(self, source: str, *, since: str, count: int) -> list[Logged]:
            while meanwhile:
                await meanwhile.pop()()
            return await super().read(source, since=since, count=count)

    late = Projector(History(), town.database, Late(town.log._topology, town.log._keys))
    await late.rebuild(HALL.id)
    assert await late.checkpoint(HALL.id) == START
    assert await town.rows(days) == []
    await late.advance([HALL.id])
    assert [row["issued"] for row in await town.rows(days)] == [2]


@on_sqlite
async def test_what_is_current(town: Projected) -> None:
    assert not await town.history.is_current(HALL.id)
    await town.catch_up()
    assert await town.history.is_current(HALL.id)
    assert await town.history.is_current(CITY)
    await town.take()
    assert not await town.history.is_current(HALL.id)

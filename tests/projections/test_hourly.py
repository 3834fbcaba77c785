"""Tickets per hour and counter: what counts, where and when, and what is left of it after a failover."""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from service.database.engine import Database, sqlite_url
from service.database.tables import tickets_per_hour
from service.domain.hours import KST
from service.maintenance import rebuild
from tests.store.servers import REPLICATES, replicate, server
from tests.store.test_upgrade import FACTS, OFFICES, upgraded
from tests.support import Running, StoppedClock, running

BEFORE_TEN = datetime(2026, 11, 23, 9, 59, 59, tzinfo=KST)
TODAY = BEFORE_TEN.date()

Counts = dict[tuple[str, date, int, str], tuple[int, int]]
"""Tickets and people, by office, day, hour and counter."""


def clock_before_ten() -> StoppedClock:
    clock = StoppedClock()
    clock.set(BEFORE_TEN)
    return clock


async def counts_become(service: Running, expected: Counts) -> None:
    """Waits until the table has these counts and no others."""
    found: Counts = {}
    database = Database(sqlite_url(service.app.state.context.settings.data_dir))
    await database.prepare()
    with suppress(TimeoutError):
        async with asyncio.timeout(60):
            while found != expected:
                await asyncio.sleep(0.1)
                async with database.begin(reads_only=True) as connection:
                    rows = await connection.execute(select(tickets_per_hour))
                    found = {(row.office, row.day, row.hour, row.counter): (row.tickets, row.people) for row in rows}
    await database.aclose()
    assert found == expected


async def test_a_ticket_counts_where_and_when_it_was_issued(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, clock_before_ten(), data_dir=tmp_path) as service:
        desk = await service.desk("passport", 4)
        await service.http.take("passport", "apply", people=3)
        service.clock.move(seconds=1)
        await desk.next()
        assert (await desk.post("transfer", {"counter": "pickup"})).status_code == 200
        await service.http.take("passport", "apply")
        await service.http.take("passport", "apply", channel="online", people=2)
        await service.http.take("howon1", "general")
        # To midnight: the day is closed, and the next one begins.
        service.clock.move(hours=14)
        await service.http.take("passport", "pickup", people=4)
        expected: Counts = {
            ("passport", TODAY, 9, "apply"): (1, 3),
            ("passport", TODAY, 10, "apply"): (2, 3),
            ("howon1", TODAY, 10, "general"): (1, 1),
            ("passport", TODAY + timedelta(days=1), 0, "pickup"): (1, 4),
        }
        await counts_become(service, expected)


async def test_tickets_of_an_earlier_version_count_too_and_once_only(tmp_path: Path) -> None:
    issued = Counter(
        (ticket["office"], at.date(), at.hour, ticket["counter"])
        for ticket in FACTS["tickets"]
        for at in [datetime.fromisoformat(ticket["issued_at"])]
    )
    # That version knew of no people: each of its tickets stands for one.
    expected: Counts = {row: (n, n) for row, n in issued.items()}
    async with upgraded(tmp_path) as service:
        for office in OFFICES:
            await service.http.board(office)
        await counts_become(service, expected)
        now = service.clock()
        await service.http.take("passport", "apply", people=3)
        tickets, people = expected["passport", now.date(), now.hour, "apply"]
        expected["passport", now.date(), now.hour, "apply"] = tickets + 1, people + 3
        await counts_become(service, expected)
        assert await rebuild(service.app.state.context.settings, "hourly") > 0
        await counts_become(service, expected)


async def test_what_a_failover_lost_does_not_count(tmp_path: Path) -> None:
    common = {"replicas": 0, "namespace": "hourly", "data_dir": tmp_path / "data"}
    with server(tmp_path / "a", **REPLICATES) as primary, server(tmp_path / "b", **REPLICATES) as replica:
        async with running(primary.url, clock_before_ten(), **common) as service:
            await service.http.take("passport", "apply")
            await replicate(primary, replica)
            # From here on, the replica knows of nothing.
            replica.promote()
            await service.http.take("passport", "apply", people=9)
            await counts_become(service, {("passport", TODAY, 9, "apply"): (2, 10)})
        primary.kill()
        async with running(replica.url, clock_before_ten(), **common) as service:
            await service.http.take("passport", "apply", people=2)
            await counts_become(service, {("passport", TODAY, 9, "apply"): (2, 3)})

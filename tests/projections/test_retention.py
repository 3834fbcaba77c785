"""Retention: rows go after as many days as the settings say, and nothing else goes."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table

from service.database.tables import (
    accounts,
    audit,
    checkpoints,
    days,
    devices,
    history,
    identity,
    metadata,
    registry,
)
from service.domain.hours import KST
from service.projections.retention import Retention
from tests.projections.projected import Projected, Row, on_sqlite
from tests.store.town import HALL, MORNING

HISTORY_DAYS, AUDIT_DAYS = 30, 20
TODAY = MORNING.date()
FIRST_KEPT = TODAY - timedelta(days=HISTORY_DAYS)


def values(table: Table, **known: Any) -> Row:
    """A row that has these values, and some value in every other column that needs one."""
    some = {int: 1, float: 1.0, str: "x", date: TODAY, bool: False}
    return {
        column.name: [] if column.name == "windows" else some[column.type.python_type]
        for column in table.columns
        if not column.nullable
    } | known


async def write(town: Projected, table: Table, *written: Row) -> None:
    async with town.database.begin() as connection:
        await connection.execute(table.insert(), list(written))


def retention(town: Projected) -> Retention:
    return Retention(
        town.database, town.queue.clock, town.projections(), history_days=HISTORY_DAYS, audit_days=AUDIT_DAYS
    )


async def test_days_go_when_they_are_too_old(town: Projected) -> None:
    of_days = [table for table in metadata.sorted_tables if "day" in table.columns]
    assert {history, days} < set(of_days)
    for table in of_days:
        ages = (0, 1, HISTORY_DAYS, HISTORY_DAYS + 1, 400)
        await write(town, table, *(values(table, day=TODAY - timedelta(days=age)) for age in ages))
    await retention(town).apply()
    for table in of_days:
        assert {row["day"] for row in await town.rows(table)} == {FIRST_KEPT, TODAY - timedelta(days=1), TODAY}, table


@on_sqlite
async def test_lost_rows_go_with_the_others(town: Projected) -> None:
    for day in (FIRST_KEPT - timedelta(days=1), FIRST_KEPT):
        await write(town, history, values(history, day=day, lost_epoch="an epoch"))
    await retention(town).apply()
    assert [row["day"] for row in await town.rows(history)] == [FIRST_KEPT]


async def test_the_audit_goes_by_the_moment_of_each_event(town: Projected) -> None:
    midnight = datetime.combine(TODAY - timedelta(days=AUDIT_DAYS), time(), KST)
    moments = [int(midnight.timestamp() * 1000) + after for after in (-(10**9), -1, 0, 1, 10**9)]
    await write(town, audit, *(values(audit, at=at, position=str(at)) for at in moments))
    await retention(town).apply()
    assert [row["at"] for row in await town.rows(audit)] == moments[2:]


@on_sqlite
async def test_nothing_else_goes(town: Projected) -> None:
    await town.take()
    await town.next_morning()
    await town.catch_up()
    without_age = (identity, accounts, devices, registry)
    for table in without_age:
        await write(town, table, values(table))
    before = {table.name: await town.rows(table) for table in metadata.sorted_tables}
    assert {name for name, found in before.items() if not found} == {"skipped_numbers", "wait_scores"}
    await retention(town).apply()
    assert {table.name: await town.rows(table) for table in metadata.sorted_tables} == before
    # These and checkpoints have no age.
    town.clock.move(days=1000)
    await retention(town).apply()
    for table in (checkpoints, *without_age):
        assert await town.rows(table) == before[table.name]
    for table in (history, days, audit):
        assert await town.rows(table) == []


@on_sqlite
async def test_a_day_counts_as_a_whole(town: Projected) -> None:
    """Whatever the time is, and by Korea's calendar."""
    await write(town, days, values(days, office=HALL.id, day=FIRST_KEPT))
    town.clock.move(hours=14, minutes=59)
    await retention(town).apply()
    assert len(await town.rows(days)) == 1
    town.clock.move(minutes=1)
    await retention(town).apply()
    assert await town.rows(days) == []

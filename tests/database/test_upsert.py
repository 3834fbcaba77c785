"""Upserts: rows are added up, are replaced, or stay as they are, on both databases."""

from datetime import date
from typing import Any

from sqlalchemy import Table

from service.database.engine import Database
from service.database.tables import checkpoints, days
from service.database.upsert import add_up, insert_new, put

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


async def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    """All rows, without what no test sets."""
    async with database.begin() as connection:
        found = await connection.execute(table.select().order_by(*table.primary_key))
        return [{name: value for name, value in row.items() if value not in (None, False)} for row in found.mappings()]


async def test_counts_are_added_up(database: Database) -> None:
    for issued in (3, 4):
        async with database.begin() as connection:
            counts = [{"office": "hall", "day": MONDAY, "issued": issued}]
            counts += [{"office": "annex", "day": MONDAY, "issued": 1}, {"office": "hall", "day": TUESDAY, "issued": 2}]
            await add_up(connection, days, counts, "issued")
    assert await rows(database, days) == [
        {"office": "annex", "day": MONDAY, "issued": 2},
        {"office": "hall", "day": MONDAY, "issued": 7},
        {"office": "hall", "day": TUESDAY, "issued": 4},
    ]


async def test_only_the_named_columns_are_added_up(database: Database) -> None:
    for served in (1, 5):
        async with database.begin() as connection:
            counts = [{"office": "hall", "day": MONDAY, "issued": 3, "served": served}]
            await add_up(connection, days, counts, "issued")
    assert await rows(database, days) == [{"office": "hall", "day": MONDAY, "issued": 6, "served": 1}]


async def test_rows_are_replaced(database: Database) -> None:
    first = {"office": "hall", "day": MONDAY, "issued": 3, "served": 1}
    for written in ([first], [{**first, "issued": 4, "served": None}, {**first, "day": TUESDAY}]):
        async with database.begin() as connection:
            await put(connection, days, written)
    assert await rows(database, days) == [{"office": "hall", "day": MONDAY, "issued": 4}, {**first, "day": TUESDAY}]


async def test_what_is_there_stays(database: Database) -> None:
    first = {"projection": "history", "source": "hall", "epoch": "first", "position": "1"}
    other = {**first, "source": "annex"}
    for written in ([first], [{**first, "epoch": "second"}, other]):
        async with database.begin() as connection:
            await insert_new(connection, checkpoints, written)
    assert await rows(database, checkpoints) == [other, first]


async def test_nothing_is_written_of_nothing(database: Database) -> None:
    async with database.begin() as connection:
        await add_up(connection, days, [], "issued")
        await insert_new(connection, days, [])
        await put(connection, days, [])
    assert await rows(database, days) == []

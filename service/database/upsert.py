"""INSERT ... ON CONFLICT, which SQLAlchemy has for each database under the database's own name."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Rows = Sequence[Mapping[str, Any]]


async def add_up(connection: AsyncConnection, table: Table, rows: Rows, *columns: str) -> None:
    """Inserts rows, of which no two have the same primary key; where the table has one with it, adds these columns to
    that one."""
    if not rows:
        return
    statement = _insert(connection, table)
    sums = {name: table.c[name] + statement.excluded[name] for name in columns}
    await connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums), rows)


async def put(connection: AsyncConnection, table: Table, rows: Rows) -> None:
    """Inserts rows, of which no two have the same primary key; replaces those of the table that have it."""
    if not rows:
        return
    statement = _insert(connection, table)
    others = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    await connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=others), rows)


async def insert_new(connection: AsyncConnection, table: Table, rows: Rows) -> None:
    """Inserts rows; leaves those of the table that have the same primary key."""
    if not rows:
        return
    await connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def _insert(connection: AsyncConnection, table: Table) -> Any:
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
    return dialect.insert(table)

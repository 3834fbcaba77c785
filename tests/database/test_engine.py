"""The database: whole transactions on SQLite and PostgreSQL, and one clear line while it is away."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import IntegrityError

from service.database.engine import Database, DatabaseAway, WrongDatabase, sqlite_url
from service.database.tables import checkpoints, identity
from tests.postgres import PostgresServer

ROW = {"projection": "history", "source": "hall", "epoch": "an epoch", "position": "a position"}
SECRET = "s3cr3t-of-the-database"


@pytest.fixture(scope="module")
def stoppable() -> Iterator[PostgresServer]:
    """A server that is stopped at once: that of all tests has so many databases that this would take seconds."""
    with PostgresServer() as server:
        yield server


async def count(database: Database) -> int:
    """How many checkpoints there are."""
    async with database.begin(reads_only=True) as connection:
        return (await connection.execute(select(func.count()).select_from(checkpoints))).scalar_one()


# Transactions.


async def test_a_transaction_is_committed_at_its_end(database: Database, database_url: str) -> None:
    async with database.begin() as connection:
        await connection.execute(checkpoints.insert(), ROW)
    another = Database(database_url)
    assert await count(another) == 1
    await another.aclose()


@pytest.mark.parametrize("error", [KeyError, asyncio.CancelledError])
async def test_one_that_fails_leaves_nothing(database: Database, error: type[BaseException]) -> None:
    async def fails() -> None:
        async with database.begin() as connection:
            await connection.execute(checkpoints.insert(), ROW)
            raise error

    with pytest.raises(error):
        await fails()
    assert await count(database) == 0


async def test_a_broken_constraint_is_its_callers_affair(database: Database) -> None:
    async def writes_twice() -> None:
        async with database.begin() as connection:
            await connection.execute(checkpoints.insert(), ROW)
            await connection.execute(checkpoints.insert(), ROW)

    with pytest.raises(IntegrityError):
        await writes_twice()
    assert await count(database) == 0


async def test_who_only_reads_waits_for_nobody_and_sees_what_is_committed(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(checkpoints.insert(), ROW)
        assert await count(database) == 0
    assert await count(database) == 1


async def test_on_sqlite_who_reads_and_then_writes_is_alone(tmp_path: Path) -> None:
    processes = [Database(sqlite_url(tmp_path)) for _ in range(3)]
    await processes[0].prepare()

    async def add_some(database: Database) -> None:
        for _ in range(5):
            async with database.begin() as connection:
                so_far = (await connection.execute(select(func.count()).select_from(checkpoints))).scalar_one()
                await connection.execute(checkpoints.insert(), {**ROW, "source": str(so_far)})

    await asyncio.gather(*map(add_some, processes))
    assert await count(processes[0]) == 15
    for database in processes:
        await database.aclose()


async def test_sqlite_keeps_what_is_committed(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    async with database.begin() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        # 2 is FULL: what is committed is on disk.
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2
    await database.aclose()


async def test_sqlites_file_is_for_the_services_own_user(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "data"))
    await database.prepare()
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    for file in (tmp_path / "data").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    await database.aclose()


# While it is away.


async def away(database: Database, statement: str = "SELECT 1", **values: Any) -> str:
    """What is said of a transaction with this statement, which is not possible."""
    with pytest.raises(DatabaseAway) as found:
        async with database.begin() as connection:
            await connection.execute(text(statement), values)
    said = str(found.value)
    assert "\n" not in said
    assert not said.endswith(": ")
    return said


async def test_nobody_listens() -> None:
    database = Database(f"postgresql+asyncpg://kim:{SECRET}@127.0.0.1:1/city")
    said = await away(database)
    assert said.startswith("postgresql+asyncpg://kim:***@127.0.0.1:1/city: ")
    assert SECRET not in said
    with pytest.raises(DatabaseAway):
        await database.prepare()
    await database.aclose()


async def test_there_is_no_such_database(postgres: PostgresServer) -> None:
    url = make_url(postgres.new_database()).set(database="nothing", password=SECRET)
    database = Database(url.render_as_string(hide_password=False))
    said = await away(database)
    assert 'database "nothing" does not exist' in said
    assert SECRET not in said
    await database.aclose()


async def test_it_does_not_answer(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONNECT_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(f"service.database.engine.{name}", 0.5)
    known, unknown = (Database(url) for url in [postgres.new_database()] * 2)
    async with known.begin() as connection:
        await connection.execute(text("SELECT 1"))
    with postgres.frozen():
        assert (await away(known)).endswith(": it does not answer")
        assert (await away(unknown)).endswith(": it does not answer")
    for database in (known, unknown):
        async with database.begin() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
        await database.aclose()


async def test_it_was_away_and_is_back(stoppable: PostgresServer) -> None:
    database = Database(stoppable.new_database())
    await database.prepare()
    # Two connections, and an outage closes both.
    async with database.begin(), database.begin():
        pass
    stoppable.stop()
    try:
        await away(database)
        await away(database)
    finally:
        stoppable.start()
    async with database.begin() as connection:
        await connection.execute(checkpoints.insert(), ROW)
    assert await count(database) == 1
    await database.aclose()


async def test_an_outage_that_nobody_noticed_costs_one_transaction(stoppable: PostgresServer) -> None:
    database = Database(stoppable.new_database())
    async with database.begin(), database.begin():
        pass
    stoppable.stop()
    stoppable.start()
    await away(database)
    async with database.begin() as connection:
        await connection.execute(text("SELECT 1"))
    await database.aclose()


async def test_somebody_else_writes_to_sqlite_for_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.database.engine.BUSY_SECONDS", 0.1)
    database = Database(sqlite_url(tmp_path))
    await database.prepare()
    with closing(sqlite3.connect(tmp_path / "sunbeon.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert (await away(database)).endswith(": database is locked")
        assert await count(database) == 0
    async with database.begin() as connection:
        await connection.execute(checkpoints.insert(), ROW)
    await database.aclose()


async def test_there_is_no_folder_for_sqlite(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = Database(sqlite_url(tmp_path / "file" / "data"))
    await away(database)
    with pytest.raises(DatabaseAway) as found:
        await database.prepare()
    assert str(tmp_path / "file") in str(found.value)
    await database.aclose()
    # The thread of a connection that could not be made tells the event loop of its end, which must be there still.
    while any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):
        await asyncio.sleep(0.01)


async def test_what_was_to_be_written_is_not_told(database: Database) -> None:
    """The values may name members of staff."""
    said = await away(database, statement="INSERT INTO nowhere VALUES (:actor)", actor="staff:kim")
    assert "nowhere" in said
    assert "kim" not in said


# Whose it is.


async def test_an_empty_one_becomes_the_stores_own(database: Database) -> None:
    id = await database.identify("a store")
    assert id == await database.identify("a store")
    async with database.begin() as connection:
        (row,) = (await connection.execute(identity.select())).all()
    assert tuple(row) == (id, "a store")


async def test_that_of_another_store_is_refused_in_one_line(database: Database) -> None:
    await database.identify("a store")
    with pytest.raises(WrongDatabase) as found:
        await database.identify("another store")
    said = str(found.value)
    assert said.startswith(f"the database {database} belongs to another store")
    assert "python -m service database adopt" in said
    assert "\n" not in said
    assert await database.identify("a store")


async def test_adopting_changes_whose_it_is_and_not_which_it_is(database: Database) -> None:
    id = await database.identify("a store")
    assert await database.adopt("another store") == id
    assert await database.identify("another store") == id
    with pytest.raises(WrongDatabase):
        await database.identify("a store")


async def test_an_empty_one_can_be_adopted(database: Database) -> None:
    assert await database.adopt("a store") == await database.identify("a store")


async def test_four_that_meet_at_an_empty_one_agree(postgres: PostgresServer) -> None:
    """Each of them has found it empty before any of them writes."""
    url = postgres.new_database()
    processes = [Database(url) for _ in range(4)]
    holds = Database(url)
    await holds.prepare()
    async with holds.begin() as connection:
        await connection.execute(text("LOCK TABLE identity IN EXCLUSIVE MODE"))
        asked = [asyncio.create_task(database.identify("a store")) for database in processes]
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        async with asyncio.timeout(60):
            while (await connection.execute(waiting)).scalar_one() < 4:
                # Within a transaction, PostgreSQL shows what it has seen first.
                await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
                await asyncio.sleep(0.02)
    assert len(set(await asyncio.gather(*asked))) == 1
    async with holds.begin() as connection:
        assert len((await connection.execute(identity.select())).all()) == 1
    for database in (*processes, holds):
        await database.aclose()


def test_a_password_is_not_shown() -> None:
    database = Database(f"postgresql+asyncpg://kim:{SECRET}@db.example/city")
    assert str(database) == "postgresql+asyncpg://kim:***@db.example/city"

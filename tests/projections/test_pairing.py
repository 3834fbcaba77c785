"""Pairing: no events are projected into a database that is not the store's own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from service.database.engine import Database, WrongDatabase, sqlite_url
from service.database.tables import identity
from service.domain.errors import StoreNotReady
from service.projections.pairing import adopt_database, prepare_database
from service.store.keys import Keys
from tests.postgres import PostgresServer
from tests.projections.projected import Projected, on_sqlite, projected


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    """Another database, of nobody."""
    (tmp_path / "another").mkdir()
    made = Database(sqlite_url(tmp_path / "another"))
    yield made
    await made.aclose()


async def pair(town: Projected, database: Database) -> None:
    await prepare_database(database, town.redis, town.queue.keys)


async def refused(town: Projected, database: Database) -> str:
    """What is said of a database that is not the store's own."""
    with pytest.raises(WrongDatabase) as found:
        await pair(town, database)
    said = str(found.value)
    assert said.startswith(f"the database {database} ")
    assert "SUNBEON_DATABASE_URL" in said
    assert "python -m service database adopt" in said
    assert "\n" not in said
    return said


async def test_the_first_database_becomes_the_stores_own(town: Projected) -> None:
    await pair(town, town.database)
    await pair(town, town.database)
    (row,) = await town.rows(identity)
    known = await town.redis.hmget(town.queue.keys.city, "database", "generation")
    assert [row["id"], row["generation"]] == [value.decode() for value in known]


@on_sqlite
async def test_another_one_is_refused_although_it_is_empty(town: Projected, empty: Database) -> None:
    await pair(town, town.database)
    assert "is not this store's own" in await refused(town, empty)
    # And again, now that it is prepared.
    assert "is not this store's own" in await refused(town, empty)
    await pair(town, town.database)


@on_sqlite
async def test_one_of_another_store_is_refused(store_url: str, town: Projected, empty: Database) -> None:
    await pair(town, town.database)
    async with projected(store_url, str(empty)) as another:
        # This store has none yet.
        assert "belongs to another store" in await refused(another, town.database)
        await pair(another, empty)
        assert "belongs to another store" in await refused(another, town.database)
        assert "belongs to another store" in await refused(town, empty)
    await pair(town, town.database)


async def test_adopting_goes_on_with_another_one(town: Projected, empty: Database) -> None:
    await pair(town, town.database)
    await adopt_database(empty, town.redis, town.queue.keys)
    await pair(town, empty)
    assert "is not this store's own" in await refused(town, town.database)
    await adopt_database(town.database, town.redis, town.queue.keys)
    await pair(town, town.database)
    assert "is not this store's own" in await refused(town, empty)


@on_sqlite
async def test_adopting_takes_one_of_another_store(store_url: str, town: Projected, empty: Database) -> None:
    await pair(town, town.database)
    async with projected(store_url, str(empty)) as another:
        await pair(another, empty)
        await adopt_database(town.database, another.redis, another.queue.keys)
        await pair(another, town.database)
    assert "belongs to another store" in await refused(town, town.database)


@on_sqlite
async def test_a_store_that_was_never_set_up_has_none(town: Projected) -> None:
    nobody = Keys("nobody")
    for asks in (prepare_database, adopt_database):
        with pytest.raises(StoreNotReady):
            await asks(town.database, town.redis, nobody)
    assert await town.redis.exists(nobody.city) == 0
    assert await town.rows(identity) == []


async def test_four_at_once_agree(town: Projected, database_url: str) -> None:
    processes = [Database(database_url) for _ in range(4)]
    await asyncio.gather(*(pair(town, database) for database in processes))
    assert len(await town.rows(identity)) == 1
    for database in processes:
        await database.aclose()


async def test_a_password_is_in_no_refusal(store_url: str, tmp_path: Path, postgres: PostgresServer) -> None:
    secret = "s3cr3t-of-the-database"
    url = make_url(postgres.new_database()).set(password=secret).render_as_string(hide_password=False)
    database = Database(url)
    async with projected(store_url, sqlite_url(tmp_path)) as town, projected(store_url, url) as another:
        await pair(town, town.database)
        assert secret not in await refused(town, database)
        await adopt_database(database, another.redis, another.queue.keys)
        assert secret not in await refused(town, database)
    await database.aclose()

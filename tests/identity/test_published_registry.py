"""The published registry: an older copy never replaces a newer one."""

import uuid

import pytest
from redis.asyncio import Redis

from service.domain.staff import Role
from service.identity.published_registry import PublishedRegistry
from service.identity.registry import RegisteredAccount, Snapshot
from service.store.driver.topology import OnePrimary
from service.store.keys import Keys
from tests.identity.registered import HASH
from tests.store.queue import KEPT_HERE


def snapshot(database: str, version: int, user: str = "kim") -> Snapshot:
    account = RegisteredAccount(origin="operator", role=Role.ADMIN, password=HASH)
    return Snapshot(database=database, version=version, accounts={user: account}, devices={})


@pytest.fixture
async def store(store_url: str):
    keys = Keys(f"t{uuid.uuid4().hex}")
    topology = OnePrimary(store_url, KEPT_HERE)
    async with Redis.from_url(store_url) as redis:
        yield redis, keys, PublishedRegistry(topology, keys)
    await topology.aclose()


async def test_an_older_copy_does_not_replace_a_newer_one(store) -> None:
    redis, keys, published = store
    await redis.hset(keys.city, "database", "own")
    assert await published.read() is None
    for version, newest in ((2, 2), (1, 2), (10, 10), (9, 10), (2, 10)):
        assert await published.publish(snapshot("own", version)) == newest
        assert await published.read() == snapshot("own", newest)


async def test_of_the_same_version_the_last_one_counts(store) -> None:
    """The database is an older copy of itself, which has been changed since."""
    redis, keys, published = store
    await redis.hset(keys.city, "database", "own")
    for user in ("kim", "lee"):
        assert await published.publish(snapshot("own", 3, user)) == 3
        assert await published.read() == snapshot("own", 3, user)


async def test_a_copy_of_another_version_of_the_service_counts_as_none(store) -> None:
    redis, keys, published = store
    await redis.hset(keys.city, mapping={"database": "own", "registry": '{"version": 7}'})
    assert await published.read() is None
    assert await published.publish(snapshot("own", 8)) == 8
    assert await published.read() == snapshot("own", 8)


async def test_only_the_stores_own_database_is_published(store) -> None:
    redis, keys, published = store
    assert await published.publish(snapshot("own", 1)) == -1
    await redis.hset(keys.city, "database", "own")
    assert await published.publish(snapshot("another", 5)) == -1
    assert await published.read() is None
    assert await published.publish(snapshot("own", 5)) == 5
    # A database that the store has adopted begins with lower versions.
    await redis.hset(keys.city, "database", "adopted")
    assert await published.publish(snapshot("own", 6)) == -1
    assert await published.publish(snapshot("adopted", 1)) == 1
    assert await published.read() == snapshot("adopted", 1)

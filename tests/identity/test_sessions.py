"""Sessions: found by their tokens, ended by their users, and forgotten when they are over."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from service.domain.staff import Role
from service.identity.sessions import Sessions, StartedSession
from service.store.driver.topology import OnePrimary
from service.store.keys import Keys
from tests.store.queue import KEPT_HERE

DAY = timedelta(hours=12)


class Store:
    """A namespace of its own in the store."""

    def __init__(self, redis: Redis, topology: OnePrimary) -> None:
        self.redis = redis
        self.keys = Keys(f"t{uuid.uuid4().hex}")
        self._topology = topology

    def sessions(self, lifetime: timedelta = DAY) -> Sessions:
        return Sessions(self._topology, self.keys, lifetime)

    async def all(self) -> list[bytes]:
        """All keys of the namespace."""
        return [key async for key in self.redis.scan_iter(f"{self.keys.namespace}:*")]


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    topology = OnePrimary(store_url, KEPT_HERE)
    async with Redis.from_url(store_url) as redis:
        yield Store(redis, topology)
    await topology.aclose()


def session(user: str, account: str = "as it is") -> StartedSession:
    return StartedSession(user=user, role=Role.CLERK, office="passport", account=account)


async def test_a_session_is_found_until_it_is_ended(store: Store) -> None:
    sessions = store.sessions()
    first, second = [await sessions.start(session("kim")) for _ in range(2)]
    assert await sessions.find_all([first, "made up", second]) == [session("kim"), None, session("kim")]
    for _ in range(2):
        await sessions.end(first)
        assert await sessions.find_all([first, second]) == [None, session("kim")]
    await sessions.end(second)
    assert await store.all() == []


async def test_all_sessions_of_a_user_end_that_began_with_the_account_as_it_was(store: Store) -> None:
    sessions = store.sessions()
    before = [await sessions.start(session("kim", "before")) for _ in range(3)]
    after, other = await sessions.start(session("kim", "after")), await sessions.start(session("lee", "before"))
    for _ in range(2):
        await sessions.end_all("kim", "before")
        assert await sessions.find_all(before) == [None] * 3
        assert await sessions.find_all([after, other]) == [session("kim", "after"), session("lee", "before")]
    await sessions.end_all("kim", "after")
    await sessions.end_all("nobody", "before")
    assert sorted(await store.all()) == sorted(
        key.encode() for key in (store.keys.sessions_of("lee"), *await keys_of(store, "lee"))
    )


async def keys_of(store: Store, user: str) -> list[str]:
    """The keys of the sessions that the user's index has."""
    hashes = await store.redis.zrange(store.keys.sessions_of(user), 0, -1)
    return [store.keys.session(hashed.decode()) for hashed in hashes]


async def test_the_index_forgets_sessions_that_are_over(store: Store) -> None:
    brief, long = store.sessions(timedelta(milliseconds=1)), store.sessions()
    for _ in range(50):
        await brief.start(session("kim"))
    stays = await long.start(session("kim"))
    async with asyncio.timeout(10):
        while await store.redis.zcard(store.keys.sessions_of("kim")) > 2:
            await long.end(await long.start(session("kim")))
    await brief.start(session("kim"))
    assert await long.find(stays) == session("kim")
    # The index goes with the last session, even if nobody signs in any more.
    assert 0 < await store.redis.pttl(store.keys.sessions_of("kim")) <= DAY.total_seconds() * 1000
    await brief.start(session("lee"))
    async with asyncio.timeout(10):
        while await store.redis.exists(store.keys.sessions_of("lee")):
            await asyncio.sleep(0.01)

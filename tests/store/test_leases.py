"""Leases: the logs are shared among the processes that live, and none is without one for long."""

import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from service.domain.errors import StoreUnavailable
from service.store import leases
from service.store.driver.topology import OnePrimary
from service.store.keys import Keys
from service.store.leases import Leases
from tests.store.queue import KEPT_HERE
from tests.store.servers import KEEPS, server

New = Callable[[], Leases]

SOURCES = ["*", *(f"office-{n}" for n in range(6))]
LIVES_MS = 150
"""Of processes that die in a test."""


@pytest.fixture
async def topology(store_url: str) -> AsyncIterator[OnePrimary]:
    """Of the store."""
    found = OnePrimary(store_url, KEPT_HERE)
    yield found
    await found.aclose()


@pytest.fixture
def new(topology: OnePrimary) -> New:
    """Another process on the same leases."""
    keys = Keys(uuid.uuid4().hex)
    return lambda: Leases(topology, keys)


async def renew(*processes: Leases, sources: list[str] = SOURCES) -> list[int]:
    """All of them renew, again and again until nothing changes any more. Returns how many each has."""
    before: list[Any] = []
    while before != (now := [(process.held, process._generation) for process in processes]):
        before = now
        for process in processes:
            await process.renew(sources)
    return [len(process.held) for process in processes]


def shared_out(*processes: Leases) -> bool:
    """Whether each source has exactly one of these processes."""
    return sorted(source for process in processes for source in process.held) == sorted(SOURCES)


async def test_one_process_has_all(new: New) -> None:
    process = new()
    await process.renew(SOURCES)
    assert process.held == set(SOURCES)
    await process.renew(SOURCES)
    assert process.held == set(SOURCES)


@pytest.mark.parametrize(
    ("processes", "shares"), [(2, [3, 4]), (3, [1, 3, 3]), (7, [1] * 7), (9, [0, 0, *[1] * 7])], ids=str
)
async def test_nobody_has_more_than_a_fair_share(new: New, processes: int, shares: list[int]) -> None:
    known = [new() for _ in range(processes)]
    for count in range(1, processes + 1):
        most = -(-len(SOURCES) // count)
        held = await renew(*known[:count])
        assert max(held) <= most
        assert shared_out(*known[:count])
    assert sorted(held) == shares


async def test_a_source_has_one_process_at_any_moment(new: New) -> None:
    """As the store has it: one that gives a lease back learns of it in the same command."""
    first, second = (new() for _ in range(2))
    await renew(first)
    for process in (second, first, second, first):
        await process.renew(SOURCES)
        assert not first.held & second.held


async def test_who_stops_gives_all_of_them_back(new: New) -> None:
    stops, stays = (new() for _ in range(2))
    await renew(stops, stays)
    await stops.release()
    assert stops.held == set()
    # With its next renewal, which comes within a second.
    await stays.renew(SOURCES)
    assert stays.held == set(SOURCES)
    # Whoever gave them back may come again.
    await renew(stops, stays)
    assert shared_out(stops, stays)
    assert min(len(stops.held), len(stays.held)) == 3


async def test_who_has_none_may_stop(new: New) -> None:
    stays, never_came = (new() for _ in range(2))
    await stays.renew(SOURCES)
    generation = stays._generation
    await never_came.release()
    await stays.renew(SOURCES)
    assert (stays.held, stays._generation) == (set(SOURCES), generation)


async def test_who_dies_loses_them(new: New, monkeypatch: pytest.MonkeyPatch) -> None:
    dies, lives = (new() for _ in range(2))
    await renew(dies, lives)
    assert len(lives.held) < len(SOURCES)
    monkeypatch.setattr(leases, "LIVES_MS", LIVES_MS)
    await dies.renew(SOURCES)
    while lives.held != set(SOURCES):
        await lives.renew(SOURCES)


async def test_who_wakes_up_late_learns_what_it_has_lost(new: New, monkeypatch: pytest.MonkeyPatch) -> None:
    late, other = (new() for _ in range(2))
    monkeypatch.setattr(leases, "LIVES_MS", LIVES_MS)
    await late.renew(SOURCES)
    while other.held != set(SOURCES):
        await other.renew(SOURCES)
    # It believes so as long as it does not ask. A lease is no fence.
    assert late.held == set(SOURCES)
    monkeypatch.undo()
    await late.renew(SOURCES)
    assert not late.held & other.held
    await renew(late, other)
    assert shared_out(late, other)


async def test_a_store_that_forgot_all_leases(new: New, topology: OnePrimary) -> None:
    first, second = (new() for _ in range(2))
    await renew(first, second)
    await topology.connection("").send("DEL", *first._keys)
    await renew(first, second)
    assert shared_out(first, second)


async def test_processes_have_names_of_their_own(new: New, topology: OnePrimary) -> None:
    known = [new() for _ in range(3)]
    await renew(*known)
    names = await topology.connection("").send("ZRANGE", known[0]._keys[0], 0, -1)
    assert {name.decode() for name in names} == {process.process for process in known}
    assert len(names) == 3


async def test_without_a_store_nothing_is_renewed(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        topology = OnePrimary(store.url, KEPT_HERE)
        process = Leases(topology, Keys("none"))
        await process.renew(SOURCES)
        store.kill()
        with pytest.raises(StoreUnavailable):
            await process.renew(SOURCES)
        assert process.held == set(SOURCES)
        with pytest.raises(StoreUnavailable):
            await process.release()
        assert process.held == set()
        await topology.aclose()


async def test_thousands_of_leases_are_renewed_with_one_command(tmp_path: Path) -> None:
    many = [f"office-{n}" for n in range(3500)]
    with server(tmp_path, **KEEPS) as store:
        topology = OnePrimary(store.url, KEPT_HERE)
        process = Leases(topology, Keys("many"))
        await process.renew(many)
        assert len(process.held) == 3500
        async with Redis.from_url(store.url, protocol=2) as redis:
            await redis.config_resetstat()
            for _ in range(20):
                await process.renew(many)
            stats = await redis.info("commandstats")
        await topology.aclose()
    calls = {name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()}
    calls = {name: count for name, count in calls.items() if not name.startswith(("config", "client", "info"))}
    # And what the script does, which does not depend on how many there are.
    assert calls == dict.fromkeys(("eval", "time", "zremrangebyscore", "zadd", "get"), 20)

"""Another server is the primary now, and the former one can still be reached: the service switches to the new one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError

from service.store.driver.topology import connect
from tests.store.scripted import ScriptedSentinel
from tests.store.servers import REPLICATES, Link, Server, replicate, server
from tests.support import DEVICE, Running, running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"
OFTEN = 40
"""More requests than the service can need to find the primary: it looks again every second."""


async def take_at_last(service: Running, key: str) -> int:
    """Asks until a number is given."""
    for _ in range(OFTEN):
        answer = await service.http.post(TICKETS, headers={**DEVICE, "Idempotency-Key": key})
        if answer.status_code == 201:
            return int(answer.json()["number"])
        assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.1)
    raise AssertionError(f"no number: {answer.text}")


@asynccontextmanager
async def sentinels(*ports: int) -> AsyncIterator[list[ScriptedSentinel]]:
    """One Sentinel for each port of a primary that it names."""
    async with ScriptedSentinel(ports[0]) as a, ScriptedSentinel(ports[1]) as b, ScriptedSentinel(ports[2]) as c:
        yield [a, b, c]


def url_of(watching: list[ScriptedSentinel]) -> str:
    return f"redis+sentinel://{','.join(f'127.0.0.1:{one.port}' for one in watching)}/sunbeon"


@dataclass
class Cut:
    """A primary that has lost its replicas and keeps its clients, and the one that was promoted in its place."""

    old: Server
    new: Server
    service: Running
    """Through Sentinels, of which the first still believes in the old one. One replica must confirm."""
    given: int
    """The last number before."""


@asynccontextmanager
async def cut_off(folder: Path) -> AsyncIterator[Cut]:
    with (
        server(folder / "a", **REPLICATES) as old,
        server(folder / "b", **REPLICATES) as new,
        server(folder / "c", **REPLICATES) as third,
    ):
        async with (
            Link(old.port) as link,
            sentinels(old.port, old.port, old.port) as watching,
            AsyncExitStack() as used,
        ):
            await replicate(old, new, through=link.port)
            await replicate(old, third, through=link.port)
            settings = {"replicas": 1, "reread_seconds": 0.5, "namespace": "cut"}
            service = await used.enter_async_context(running(url_of(watching), **settings))
            given = await take_at_last(service, "first")
            # Every office has opened, so no change is under way.
            for office in (await service.http.get("/api/v1/offices")).json()["offices"]:
                await service.http.board(office["id"])
            link.hold()
            new.promote()
            await replicate(new, third)
            for sentinel in watching[1:]:
                sentinel.says(new.port, 1)
            yield Cut(old, new, service, given)


async def follows(cut: Cut, number: int) -> None:
    """Boards and signals come from the new primary."""
    async with asyncio.timeout(30):
        while (await cut.service.http.board("passport"))["counters"][0]["issued"] != number:
            await asyncio.sleep(0.05)
        while cut.old.client().client_list(_type="pubsub"):
            await asyncio.sleep(0.05)


async def test_a_primary_that_is_cut_off_is_left(tmp_path: Path) -> None:
    async with cut_off(tmp_path) as cut:
        second = await take_at_last(cut.service, "second")
        # Past the first, or past what the former primary wrote and nobody confirmed, if that was seen.
        assert second - 100 - cut.given in (1, 2)
        await follows(cut, second)


async def test_it_is_left_where_nobody_makes_a_change(tmp_path: Path) -> None:
    async with cut_off(tmp_path) as cut, running(cut.new.url, replicas=1, namespace="cut") as another:
        await follows(cut, await take_at_last(another, "second"))


async def test_a_url_that_leads_to_another_server_by_now(tmp_path: Path) -> None:
    with server(tmp_path / "a", **REPLICATES) as old, server(tmp_path / "b", **REPLICATES) as new:
        async with Link(old.port) as link, running(f"redis://127.0.0.1:{link.port}", replicas=0) as service:
            await replicate(old, new)
            assert await take_at_last(service, "first") == 101
            # The former primary keeps its clients, and is read-only.
            new.promote()
            link.to = new.port
            await replicate(new, old)
            assert await take_at_last(service, "second") == 202


async def test_the_sentinel_with_the_newest_failover_is_believed() -> None:
    async with sentinels(1111, 1111, 1111) as watching:
        redis = connect(url_of(watching))
        ask = redis.connection_pool.get_master_address
        watching[1].says(2222, 7)
        watching[2].says(3333, 3)
        assert await ask() == ("127.0.0.1", 2222)
        # One that can't reach it says that it is down; another that knows of the same failover can.
        watching[1].says(2222, 7, "master,s_down,disconnected")
        watching[2].says(2222, 7)
        assert await ask() == ("127.0.0.1", 2222)
        # It is down for all who know of it: the one before it is no primary any more.
        watching[2].says(2222, 7, "master,s_down,o_down")
        with pytest.raises(ConnectionError, match="no primary that is up"):
            await ask()
        await redis.aclose()

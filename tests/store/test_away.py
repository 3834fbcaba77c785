"""The store is away or frozen: requests get errors, sockets and the last boards stay, and all recovers by itself."""

import asyncio
import json
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.store.servers import KEEPS, Server, server
from tests.support import DEVICE, Running, running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"

POOLED = 2
"""Connections that the database's pool keeps (database/engine.py); each has a thread of its own."""


@pytest.mark.parametrize(
    ("leave", "come_back"),
    [
        (
            lambda store: store.process.send_signal(signal.SIGSTOP),
            lambda store: store.process.send_signal(signal.SIGCONT),
        ),
        (Server.kill, Server.start),
    ],
    ids=["frozen", "killed"],
)
async def test_the_store_away(
    tmp_path: Path, leave: Callable[[Server], None], come_back: Callable[[Server], None]
) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with running(store.url) as service, connect(f"{service.live}/live?office=passport") as screen:
            ticket = await service.http.take("passport", "apply")
            board = await service.http.board("passport")
            leave(store)
            try:
                began = time.monotonic()
                answers = await asyncio.gather(*(service.http.post(TICKETS, headers=DEVICE) for _ in range(100)))
                # Loose, for a busy machine: what must not happen is that they queue up behind each other.
                assert time.monotonic() - began < 6
                assert {(a.status_code, a.json()["code"]) for a in answers} == {(503, "store_unavailable")}
                assert all(a.headers["retry-after"] for a in answers)
                remembered = await service.http.get("/api/v1/offices/passport/board")
                assert remembered.status_code == 200
                assert remembered.json() | {"at": ""} == board | {"at": "", "stale": True}
                assert int(remembered.headers["age"]) >= 0
                assert (await service.http.get("/health/ready")).status_code == 503
                assert (await service.http.get("/health/live")).status_code == 200
                service.clock.move(minutes=6)
                assert (await service.http.get("/api/v1/offices/passport/board")).status_code == 503
                service.clock.move(minutes=-6)
            finally:
                come_back(store)
            while (await service.http.get("/health/ready")).status_code != 200:
                await asyncio.sleep(0.05)
            assert (await service.http.ticket(ticket["id"]))["state"] == "waiting"
            while (taken := await service.http.post(TICKETS, headers=DEVICE)).status_code != 201:
                assert taken.status_code == 503
            issued = 0
            while issued != taken.json()["number"]:
                issued = json.loads(await asyncio.wait_for(screen.recv(), 10))["counters"][0]["issued"] or 0


def descriptors() -> int:
    """Without those of the database, whose pool opens another connection whenever two are busy."""
    open_files = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            open_files.append(str(descriptor.readlink()))
    return sum("sunbeon.db" not in name for name in open_files)


def threads() -> tuple[int, int]:
    """Those of the database's connections, and the others without the event loop's own pool."""
    names = [thread.name for thread in threading.enumerate()]
    connections = sum("_connection_worker_thread" in name for name in names)
    return connections, sum(not name.startswith("asyncio_") for name in names) - connections


async def held(service: Running, store: Server) -> tuple[int, int, int, int]:
    """Descriptors, threads and tasks of this process, and the store's clients, once the service is ready.

    Without the idle connections of the service's pool: it keeps as many as were once in use at the same moment, and
    drops them in an outage.
    """
    while (await service.http.get("/health/ready")).status_code != 200:
        await asyncio.sleep(0.05)
    pool = service.app.state.context.relay._redis.connection_pool
    idle = sum(connection.is_connected for connection in pool._available_connections)
    with store.client() as client:
        clients = len(client.client_list())
    return descriptors() - idle, threads()[1], len(asyncio.all_tasks()), clients - idle


async def test_outages_leave_nothing_behind(tmp_path: Path) -> None:
    with server(tmp_path, **KEEPS) as store:
        async with running(store.url) as service:
            assert store.process

            async def outage(leave: int, ask: int) -> None:
                store.process.send_signal(leave)
                if leave == signal.SIGKILL:
                    store.kill()
                answers = await asyncio.gather(*(service.http.post(TICKETS, headers=DEVICE) for _ in range(ask)))
                assert {answer.status_code for answer in answers} == {503}
                if leave == signal.SIGKILL:
                    store.start()
                else:
                    store.process.send_signal(signal.SIGCONT)

            await outage(signal.SIGKILL, 50)
            looks = [await held(service, store) for _ in range(20)]
            # The least, since now and then something is under way.
            before = [min(found) for found in zip(*looks, strict=True)]
            for leave in (signal.SIGKILL, signal.SIGSTOP, signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP):
                await outage(leave, 50)
                while (await service.http.get("/health/ready")).status_code != 200:
                    await asyncio.sleep(0.05)
            async with asyncio.timeout(60):
                after = await held(service, store)
                while threads()[0] > POOLED or any(now > then + 1 for now, then in zip(after, before, strict=True)):
                    await asyncio.sleep(0.05)
                    after = await held(service, store)

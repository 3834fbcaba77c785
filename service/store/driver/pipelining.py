"""The pipelined connection that all callers share: made when it is needed, checked, and replaced after any break.

The store works on one command while the next ones are being made, and fsyncs together what it finds waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from service.compat.redis import client_over, release_connection
from service.domain.errors import StoreUnavailable, SunbeonError
from service.store.driver.connection import ANSWER_TIMEOUT, StoreConnection, Word

REQUEST_TIMEOUT = ANSWER_TIMEOUT
"""Seconds after which a caller is told that the store is away."""

RENEW_INTERVAL = 1.0
"""Seconds at least between two connections that are made only to see whether another server is the primary by now. A
failover takes longer than this, and a replica that is merely slow must not cost a connection for each request."""

Check = Callable[[Redis], Awaitable[str]]
"""Called with each new connection. Returns the server's run id, or raises the SunbeonError that says why the server
cannot be used."""


def new_deadline() -> float:
    """The time of the event loop by which a request that begins now is to be answered."""
    return asyncio.get_running_loop().time() + REQUEST_TIMEOUT


class PipelinedConnection:
    """`answer = await connection.send("GET", key)`."""

    def __init__(
        self, redis: Redis, check: Check | None = None, server_changed: Callable[[], None] = lambda: None
    ) -> None:
        """`redis` has no timeouts of its own. An error that `check` raises goes to every caller who waits for the
        connection; `server_changed` is called when `check` finds another server than the last time."""
        self._redis = redis
        self._check = check
        self._server_changed = server_changed
        self._server: str | None = None
        self._current: StoreConnection | None = None
        self._draining: set[StoreConnection] = set()
        self._connecting: asyncio.Task[None] | None = None
        self._connected_at = 0.0

    async def send(self, *command: Word, deadline: float | None = None) -> Any:
        """The command's answer by `deadline`, a time of the event loop; None: in `REQUEST_TIMEOUT` seconds.

        Raises StoreUnavailable, after which the command may have had its effect or not; ResponseError for a wrong
        command; and what `check` raises.
        """
        deadline = deadline or new_deadline()
        await self.connect(deadline)
        if self._current is None:
            raise StoreUnavailable
        (answer,) = self._current.send([command], deadline)
        return await answer

    async def send_together(self, commands: Sequence[tuple[Word, ...]], deadline: float) -> list[Any]:
        """The answer to each command, or the error that `send` would raise for it, by `deadline`.

        They go over one connection with no other command between them. Raises StoreUnavailable, and what `check`
        raises, when the commands were not sent.
        """
        await self.connect(deadline)
        if self._current is None:
            raise StoreUnavailable
        return await asyncio.gather(*self._current.send(commands, deadline), return_exceptions=True)

    async def connect(self, deadline: float) -> None:
        """Returns at once where there is a checked connection, and makes one otherwise. Raises as `send` does."""
        if self._current and self._current.is_open:
            return
        try:
            async with asyncio.timeout_at(deadline):
                # Other callers wait for the same task: one who is cancelled must not end it for them.
                await asyncio.shield(self._begin_to_connect())
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error

    def drop(self) -> None:
        """The next command waits for a new, checked connection. Pending commands are still answered on the old one."""
        if self._current:
            self._current.drain()
            self._draining.add(self._current)
            self._current.reading.add_done_callback(partial(_discard, self._draining, self._current))
            self._current = None

    def renew(self) -> None:
        """Begins to look whether another server is the primary by now.

        A new connection takes this one's place once it is made and checked; until then this one is used. Does nothing
        within `RENEW_INTERVAL` of the last connection.
        """
        if self._connected_at + RENEW_INTERVAL <= asyncio.get_running_loop().time():
            self._begin_to_connect()

    async def aclose(self) -> None:
        """Closes all connections. Pending callers get StoreUnavailable."""
        if self._connecting:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        self.drop()
        for connection in list(self._draining):
            await connection.aclose()

    def _begin_to_connect(self) -> asyncio.Task[None]:
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="connect to the store")
            self._connecting.add_done_callback(_retrieve_exception)
        return self._connecting

    async def _connect(self) -> None:
        """Makes a connection in place of the current one. A server that must not be used ends the current one too."""
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                pool = self._redis.connection_pool
                connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call]
                await connection.connect()  # type: ignore[no-untyped-call]
                try:
                    server = await self._checked(connection)
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
        except SunbeonError:
            self.drop()
            raise
        finally:
            self._connecting = None
            self._connected_at = asyncio.get_running_loop().time()
        self.drop()
        self._current = StoreConnection(connection, cannot_serve=self.renew)
        if server not in (self._server, None):
            before, self._server = self._server, server
            if before:
                self._server_changed()

    async def _checked(self, connection: AbstractConnection) -> str | None:
        """The server's run id, from this very connection; None where there is no check."""
        if self._check is None:
            return None
        client = client_over(connection, self._redis)
        try:
            return await self._check(client)
        finally:
            release_connection(client)


def _discard(connections: set[StoreConnection], connection: StoreConnection, _: object) -> None:
    connections.discard(connection)


def _retrieve_exception(task: asyncio.Task[None]) -> None:
    """Every caller who waited for the task may be gone, and asyncio would log an exception that nobody retrieved."""
    if not task.cancelled():
        task.exception()

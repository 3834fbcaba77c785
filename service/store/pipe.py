"""The connection to the store that all callers share, made when it is needed, checked, and made anew after any break.

The store works on a command while the next are being made, and syncs at once what it finds waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, cast

from redis.asyncio import Connection, Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from service.domain.errors import StoreUnavailable, SunbeonError
from service.store.line import SILENT_FOR, Line, Word

ANSWER_WITHIN = SILENT_FOR
"""Seconds until a caller hears that the store is away."""

RENEW_EVERY = 1.0
"""Seconds at least between connections that are made only to see whether another server is the primary by now. It
takes a failover's time to be told of one, and a replica that is merely slow must not cost a connection a request."""

Check = Callable[[Redis], Awaitable[str]]
"""Asked over each new connection: the server's run id, or a SunbeonError that says why it can't be used."""


def patience() -> float:
    """By when, on the loop's clock, what is asked now is to be answered."""
    return asyncio.get_running_loop().time() + ANSWER_WITHIN


class Pipe:
    """`answer = await pipe.run("GET", key)`."""

    def __init__(self, redis: Redis, check: Check | None = None, moved: Callable[[], None] = lambda: None) -> None:
        """`redis` sets no time limits of its own. What `check` raises, everyone hears who asks meanwhile; `moved` is
        called when it finds another server than before."""
        self._pool = redis.connection_pool
        self._check = check
        self._moved = moved
        self._server: str | None = None
        self._line: Line | None = None
        self._ending: set[Line] = set()
        self._connecting: asyncio.Task[None] | None = None
        self._connected_at = 0.0

    async def run(self, *command: Word, until: float | None = None) -> Any:
        """The command's answer, by `until` on the loop's clock, in `ANSWER_WITHIN` seconds where None.

        Raises StoreUnavailable, after which it may have had its effect or not; ResponseError for a command that is
        wrong; and what `check` does.
        """
        (answer,) = await self._ask([command], until or patience())
        return await answer

    async def run_together(self, commands: Sequence[tuple[Word, ...]], until: float) -> list[Any]:
        """Each command's answer, or what `run` would raise, by `until` on the loop's clock.

        They go over one connection, with nothing between them. Raises StoreUnavailable, and what `check` does, when
        they weren't sent.
        """
        return await asyncio.gather(*await self._ask(commands, until), return_exceptions=True)

    async def connect(self, until: float) -> None:
        """Makes sure that there is a connection, checked; if there is one, without waiting. Raises as `run` does."""
        if self._line and self._line.is_open:
            return
        try:
            async with asyncio.timeout_at(until):
                # Others wait for the same, and one who gives up must not end it for them.
                await asyncio.shield(self._begin_to_connect())
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error

    def drop(self) -> None:
        """The next command waits for a new connection, checked. What is under way is still answered on the old one."""
        if self._line:
            self._line.retire()
            self._ending.add(self._line)
            self._line.reading.add_done_callback(partial(_forget, self._ending, self._line))
            self._line = None

    def renew(self) -> None:
        """Looks whether another server is the primary by now: a new connection takes the place of this one when it is
        made and checked. Until then, this one serves on. Not more often than every `RENEW_EVERY` seconds."""
        if self._connected_at + RENEW_EVERY <= asyncio.get_running_loop().time():
            self._begin_to_connect()

    async def aclose(self) -> None:
        """Hangs up. Who still waits is told that the store is away."""
        if self._connecting:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        self.drop()
        for line in list(self._ending):
            await line.aclose()

    async def _ask(self, commands: Sequence[tuple[Word, ...]], until: float) -> list[asyncio.Future[Any]]:
        await self.connect(until)
        if self._line is None:
            raise StoreUnavailable
        return self._line.ask(commands, until)

    def _begin_to_connect(self) -> asyncio.Task[None]:
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="connect to the store")
            self._connecting.add_done_callback(_hear)
        return self._connecting

    async def _connect(self) -> None:
        """A connection in place of the one that there may be, which goes too when the store may not be used."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
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
        self._line = Line(connection, cannot_serve=self.renew)
        if server not in (self._server, None):
            was, self._server = self._server, server
            if was:
                self._moved()

    async def _checked(self, connection: AbstractConnection) -> str | None:
        if self._check is None:
            return None
        # Over this very connection: another one of the pool may lead to another server.
        client = Redis(connection_pool=self._pool, single_connection_client=True)
        # redis-py's type leaves the Unix socket's class out.
        client.connection = cast(Connection, connection)
        try:
            return await self._check(client)
        finally:
            # It isn't the client's to close.
            client.connection = None


def _forget(lines: set[Line], line: Line, _: object) -> None:
    lines.discard(line)


def _hear(task: asyncio.Task[None]) -> None:
    """Takes note of how it ended: all who waited for it may have given up, and asyncio would complain."""
    if not task.cancelled():
        task.exception()

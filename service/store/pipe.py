"""One connection to the store that all callers share: a command goes out at once, and answers come back in order.

The store works on a command while the next are being made, and syncs at once what it finds waiting. redis-py makes the
connection and knows how commands and answers look; its own calls would take a connection each, or collect a pipeline.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError, ResponseError

from service.domain.errors import StoreUnavailable
from service.wire import write_now

Word = str | int | bytes

ANSWER_WITHIN = 1.8
"""Seconds until a caller hears that the store is away."""

LOOK_EVERY = 0.1
"""Seconds between looks at who has waited too long."""

CANNOT_SERVE = ("BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN")
"""What a store says first when it is there and can't serve; MISCONF is a full disk. Anything else is our mistake."""

MOST_WAITING = 1000
"""Commands under way: a store that doesn't answer must not collect them without end."""


def patience() -> float:
    """By when, on the loop's clock, what is asked now is to be answered."""
    return asyncio.get_running_loop().time() + ANSWER_WITHIN


class _Asked(NamedTuple):
    answer: asyncio.Future[Any]
    until: float


class Pipe:
    """`answer = await pipe.run("GET", key)`. It connects by itself, and again after any break."""

    def __init__(self, redis: Redis, check: Callable[[], Awaitable[None]] | None = None) -> None:
        """`redis` sets no time limits of its own. `check` is asked at every connection whether the store may be used;
        what it raises, everyone hears who asks meanwhile."""
        self._pool = redis.connection_pool
        self._check = check
        self._asked: deque[_Asked] = deque()
        self._write: Callable[[bytes], None] | None = None
        self._pack: Callable[..., list[bytes]]
        self._connecting: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._next_look: asyncio.TimerHandle

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
        if self._write:
            return
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="connect to the store")
        try:
            async with asyncio.timeout_at(until):
                # Others wait for the same, and one who gives up must not end it for them.
                await asyncio.shield(self._connecting)
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error

    async def _ask(self, commands: Sequence[tuple[Word, ...]], until: float) -> list[asyncio.Future[Any]]:
        await self.connect(until)
        loop = asyncio.get_running_loop()
        if self._write is None or until <= loop.time() or len(self._asked) >= MOST_WAITING:
            raise StoreUnavailable
        try:
            self._write(b"".join(part for command in commands for part in self._pack(*command)))
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error
        answers = [loop.create_future() for _ in commands]
        self._asked.extend(_Asked(answer, until) for answer in answers)
        return answers

    async def aclose(self) -> None:
        """Hangs up. Who still waits is told that the store is away."""
        for task in (self._connecting, self._reading):
            if task:
                task.cancel()
                await asyncio.wait([task])

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
                await connection.connect()  # type: ignore[no-untyped-call]
                try:
                    if self._check:
                        await self._check()
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
        finally:
            self._connecting = None
        self._pack = connection.pack_command
        # There is no public way to what it writes to.
        transport = cast(asyncio.StreamWriter, connection._writer).transport
        if transport.get_extra_info("sslcontext"):
            self._write = transport.write
        else:
            self._write = partial(write_now, transport, transport.get_extra_info("socket").fileno())
        self._reading = asyncio.create_task(self._read(connection), name="answers of the store")

    async def _read(self, connection: AbstractConnection) -> None:
        """Hands answers to who asked, until the connection breaks or the first of them has waited too long."""
        self._look()
        try:
            while True:
                try:
                    answer = await connection.read_response()
                except ResponseError as error:
                    answer = StoreUnavailable() if str(error).startswith(CANNOT_SERVE) else error
                waits = self._asked.popleft().answer
                if waits.done():
                    continue
                if isinstance(answer, Exception):
                    waits.set_exception(answer)
                else:
                    waits.set_result(answer)
        except (RedisError, OSError):
            # Each of those who wait hears of it.
            pass
        finally:
            self._next_look.cancel()
            self._write = None
            while self._asked:
                waits = self._asked.popleft().answer
                if not waits.done():
                    waits.set_exception(StoreUnavailable())
            await connection.disconnect(nowait=True)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if self._reading and self._asked and self._asked[0].until < loop.time():
            self._reading.cancel()
        else:
            self._next_look = loop.call_later(LOOK_EVERY, self._look)

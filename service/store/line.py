"""One connection to the store: a command goes out at once, and answers come back in order.

redis-py makes the connection and knows how commands and answers look; its own calls would take a connection each, or
collect a pipeline.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import (
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from service.domain.errors import StoreUnavailable
from service.net.transport import write_now

logger = logging.getLogger(__name__)

Word = str | int | bytes

SILENT_FOR = 1.8
"""Seconds that the store may take to answer a command. After that it is away, for everyone on the connection."""

LOOK_EVERY = 0.1
"""Seconds between looks at who has waited too long."""

MOST_WAITING = 1000
"""Commands under way: a store that doesn't answer must not collect them without end."""

CANNOT_SERVE = (ClusterDownError, OutOfMemoryError, ReadOnlyError, TryAgainError)
"""The errors of a store that is there and can't serve, where redis-py has a class: it takes the code out of the text.
MASTERDOWN is a ClusterDownError. LOADING isn't here: redis-py takes it for the end of the connection."""

CANNOT_SERVE_TEXTS = ("BUSY ", "MISCONF ", "NOREPLICAS ", "UNBLOCKED ")
"""How the others begin; MISCONF is a full disk, UNBLOCKED a primary that became a replica while it waited for its own.
Any other error is our mistake."""


class _Asked(NamedTuple):
    answer: asyncio.Future[Any]
    sent: float
    until: float


class Line:
    """A connection that is in use: `answers = line.ask(commands, until)`. Once it has ended, it stays so."""

    def __init__(self, connection: AbstractConnection, cannot_serve: Callable[[], None]) -> None:
        """`connection` is connected, and sets no time limits of its own. `cannot_serve` is called when the store says
        that it is there and can't serve."""
        self._connection = connection
        self._cannot_serve = cannot_serve
        self._asked: deque[_Asked] = deque()
        self._pack: Callable[..., list[bytes]] = connection.pack_command
        # There is no public way to what it writes to.
        transport = cast(asyncio.StreamWriter, connection._writer).transport
        self._write: Callable[[bytes], None] = transport.write
        if not transport.get_extra_info("sslcontext"):
            self._write = partial(write_now, transport, transport.get_extra_info("socket").fileno())
        self.is_open = True
        """Takes commands."""
        self.reading = asyncio.create_task(self._read(), name="answers of the store")
        """Done when the connection has ended."""
        self._next_look: asyncio.Handle = asyncio.get_running_loop().call_soon(self._look)

    def ask(self, commands: Sequence[tuple[Word, ...]], until: float) -> list[asyncio.Future[Any]]:
        """Sends the commands with nothing between them. Each future gets the answer, by `until` on the loop's clock, or
        raises StoreUnavailable or the ResponseError of a wrong command.

        Raises StoreUnavailable when they weren't sent.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        if not self.is_open or until <= now or len(self._asked) >= MOST_WAITING:
            raise StoreUnavailable
        try:
            self._write(b"".join(part for command in commands for part in self._pack(*command)))
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error
        answers = [loop.create_future() for _ in commands]
        self._asked.extend(_Asked(answer, now, until) for answer in answers)
        return answers

    def retire(self) -> None:
        """Takes no more commands, and hangs up when all that were asked are answered."""
        self.is_open = False
        if not self._asked:
            self.reading.cancel()

    async def aclose(self) -> None:
        """Hangs up. Who still waits is told that the store is away."""
        self.reading.cancel()
        await asyncio.wait([self.reading])

    async def _read(self) -> None:
        """Hands answers to who asked, until the connection breaks or the store has said nothing for too long."""
        try:
            while self.is_open or self._asked:
                try:
                    answer = await self._connection.read_response()
                except ResponseError as error:
                    answer = self._meaning(error)
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
        except Exception:
            logger.exception("answers of the store")
        finally:
            self.is_open = False
            self._next_look.cancel()
            while self._asked:
                _give_up(self._asked.popleft())
            await self._connection.disconnect(nowait=True)

    def _meaning(self, error: ResponseError) -> Exception:
        if isinstance(error, CANNOT_SERVE) or str(error).startswith(CANNOT_SERVE_TEXTS):
            self._cannot_serve()
            return StoreUnavailable()
        return error

    def _look(self) -> None:
        """A silent store ends the connection for all. A caller whose own time is over ends nothing: others wait on."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._asked and self._asked[0].sent + SILENT_FOR < now:
            self.is_open = False
            self.reading.cancel()
            return
        for asked in self._asked:
            if asked.until < now:
                _give_up(asked)
        self._next_look = loop.call_later(LOOK_EVERY, self._look)


def _give_up(asked: _Asked) -> None:
    if not asked.answer.done():
        asked.answer.set_exception(StoreUnavailable())

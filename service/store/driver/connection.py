"""One connection to a store server: commands are pipelined, and their answers come back in the same order.

redis-py makes the connection, encodes the commands and parses the answers. Its own calls would take one connection
each, or would wait until a pipeline has been collected.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import (
    ClusterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from service.compat.redis import transport_of
from service.domain.errors import StoreUnavailable
from service.net.transport import write_now

logger = logging.getLogger(__name__)

Word = str | int | bytes

ANSWER_TIMEOUT = 1.8
"""Seconds that the store may take to answer a command. After that it is away, for every caller on the connection."""

CHECK_INTERVAL = 0.1
"""Seconds between two checks for callers whose deadline has passed."""

MAX_PENDING = 1000
"""Commands without an answer, at most: a store that does not answer must not collect them without end."""

CANNOT_SERVE = (ClusterDownError, OutOfMemoryError, ReadOnlyError, TryAgainError)
"""Errors of a store that is there and cannot serve, as redis-py's classes; the class takes the code out of the text.
MASTERDOWN is a ClusterDownError. LOADING is missing here, because redis-py treats it as the end of the connection."""

CANNOT_SERVE_PREFIXES = ("BUSY ", "MISCONF ", "NOREPLICAS ", "UNBLOCKED ")
"""How the other errors of this kind begin. MISCONF is a full disk; UNBLOCKED is a primary that became a replica while
it waited for its own replicas. Any other error is a mistake of ours."""


class _Pending(NamedTuple):
    answer: asyncio.Future[Any]
    sent: float
    deadline: float


class StoreConnection:
    """A connection in use: `answers = connection.send(commands, deadline)`. Once it has ended, it is never used
    again."""

    def __init__(self, connection: AbstractConnection, cannot_serve: Callable[[], None]) -> None:
        """`connection` is connected, and has no timeouts of its own. `cannot_serve` is called when the store answers
        that it cannot serve."""
        self._connection = connection
        self._cannot_serve = cannot_serve
        self._pending: deque[_Pending] = deque()
        self._pack: Callable[..., list[bytes]] = connection.pack_command
        transport = transport_of(connection)
        self._write: Callable[[bytes], None] = transport.write
        if not transport.get_extra_info("sslcontext"):
            self._write = partial(write_now, transport, transport.get_extra_info("socket").fileno())
        self.is_open = True
        """Whether it takes commands."""
        self.reading = asyncio.create_task(self._read(), name="answers of the store")
        """Done when the connection has ended."""
        self._next_check: asyncio.Handle = asyncio.get_running_loop().call_soon(self._check)

    def send(self, commands: Sequence[tuple[Word, ...]], deadline: float) -> list[asyncio.Future[Any]]:
        """Sends the commands with no other command between them.

        Each future gets the answer by `deadline`, a time of the event loop, or raises StoreUnavailable or the
        ResponseError of a wrong command. Raises StoreUnavailable when the commands were not sent.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        if not self.is_open or deadline <= now or len(self._pending) >= MAX_PENDING:
            raise StoreUnavailable
        try:
            self._write(b"".join(part for command in commands for part in self._pack(*command)))
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error
        answers = [loop.create_future() for _ in commands]
        self._pending.extend(_Pending(answer, now, deadline) for answer in answers)
        return answers

    def drain(self) -> None:
        """Takes no more commands, and closes the connection when every pending one is answered."""
        self.is_open = False
        if not self._pending:
            self.reading.cancel()

    async def aclose(self) -> None:
        """Closes the connection. Pending callers get StoreUnavailable."""
        self.reading.cancel()
        await asyncio.wait([self.reading])

    async def _read(self) -> None:
        """Gives answers to the pending callers until the connection breaks, or the store has been silent for too
        long."""
        try:
            while self.is_open or self._pending:
                try:
                    answer = await self._connection.read_response()
                except ResponseError as error:
                    answer = self._classified(error)
                future = self._pending.popleft().answer
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)
        except (RedisError, OSError):
            # Every pending caller is told below.
            pass
        except Exception:
            logger.exception("answers of the store")
        finally:
            self.is_open = False
            self._next_check.cancel()
            while self._pending:
                _expire(self._pending.popleft())
            await self._connection.disconnect(nowait=True)

    def _classified(self, error: ResponseError) -> Exception:
        """StoreUnavailable for a store that cannot serve; else the error itself."""
        if isinstance(error, CANNOT_SERVE) or str(error).startswith(CANNOT_SERVE_PREFIXES):
            self._cannot_serve()
            return StoreUnavailable()
        return error

    def _check(self) -> None:
        """Ends the connection of a silent store. A caller whose own deadline has passed ends only its own wait."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._pending and self._pending[0].sent + ANSWER_TIMEOUT < now:
            self.is_open = False
            self.reading.cancel()
            return
        for pending in self._pending:
            if pending.deadline < now:
                _expire(pending)
        self._next_check = loop.call_later(CHECK_INTERVAL, self._check)


def _expire(pending: _Pending) -> None:
    if not pending.answer.done():
        pending.answer.set_exception(StoreUnavailable())

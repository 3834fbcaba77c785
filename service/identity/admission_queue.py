"""The admission queue for password verification: bounded concurrency, bounded waiting, a fair share for each."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from service.domain.errors import TooManyAttempts

RETRY_SECONDS = 2
"""Retry-After of a caller that found no place in the queue: by then, a full queue has places again."""


class CallerGone(Exception):
    """The client hung up while it waited."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Callers of one name share a line. The empty name may stand for anyone, so its line has no limit of its own."""

    name: str
    known: bool = False
    """Known callers are served first. If all places are taken, they get the place of a caller who isn't known."""


class AdmissionQueue:
    """`async with queue.admit(caller, hung_up):` waits for its turn, of which there are `concurrency` at a time."""

    def __init__(self, *, concurrency: int, max_waiting: int, max_waiting_per_caller: int) -> None:
        self._free = concurrency
        self._max_waiting = max_waiting
        self._max_waiting_per_caller = max_waiting_per_caller
        # A place becomes True when its turn comes, and False when it is given to another caller. The line whose turn
        # is next is the first of these.
        self._lines: dict[Caller, deque[asyncio.Future[bool]]] = {}

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return sum(map(len, self._lines.values()))

    @asynccontextmanager
    async def admit(self, caller: Caller, hung_up: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
        """Raises TooManyAttempts at once where the lines are full, and later when the place is given away.

        `hung_up` returns once the client has gone: its place is free again then, and CallerGone is raised.
        """
        place = self._join(caller)
        try:
            if not place.done():
                await _either(place, hung_up())
            if not place.result():
                raise _no_place()
            yield
        finally:
            self._leave(caller, place)

    def _join(self, caller: Caller) -> asyncio.Future[bool]:
        if caller.name and len(self._lines.get(caller, ())) >= self._max_waiting_per_caller:
            raise _no_place()
        if self.waiting >= self._max_waiting:
            self._make_room(caller)
        place = asyncio.get_running_loop().create_future()
        self._lines.setdefault(caller, deque()).append(place)
        self._go_on()
        return place

    def _make_room(self, caller: Caller) -> None:
        """Removes the last caller of the longest line. Raises TooManyAttempts if that line is not longer than the new
        caller's own would be.

        A known caller makes room only for another known caller.
        """
        longest = max(self._lines, key=lambda other: (not other.known, len(self._lines[other])))
        is_longer = len(self._lines[longest]) > len(self._lines.get(caller, ())) + 1
        if not (is_longer if caller.known == longest.known else caller.known):
            raise _no_place()
        self._lines[longest][-1].set_result(False)
        self._drop(longest, self._lines[longest][-1])

    def _go_on(self) -> None:
        while self._free and self._lines:
            caller = next((known for known in self._lines if known.known), next(iter(self._lines)))
            line = self._lines.pop(caller)
            self._free -= 1
            line.popleft().set_result(True)
            if line:
                self._lines[caller] = line

    def _leave(self, caller: Caller, place: asyncio.Future[bool]) -> None:
        if not place.done():
            self._drop(caller, place)
        elif place.result():
            self._free += 1
            self._go_on()

    def _drop(self, caller: Caller, place: asyncio.Future[bool]) -> None:
        self._lines[caller].remove(place)
        if not self._lines[caller]:
            del self._lines[caller]


async def _either(place: asyncio.Future[bool], hang_up: Coroutine[Any, Any, None]) -> None:
    """Until the place is decided on. Raises CallerGone if the client has gone first."""
    gone = asyncio.create_task(hang_up)
    try:
        await asyncio.wait((place, gone), return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            raise CallerGone
    finally:
        gone.cancel()
        await asyncio.wait([gone])


def _no_place() -> TooManyAttempts:
    return TooManyAttempts("More people sign in than can be served: try again in a moment.", retry_after=RETRY_SECONDS)

"""Reads boards for many requests at once: requests for the same office share a read of the store.

`current` is for HTTP requests. It costs one plain read of the office's version. The read begins after the request came,
so that the board is never older than an answer that the client had before. `refresh` is for the relay.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from service.domain.conflicts import RevisionChanged
from service.domain.office import Office
from service.live.board_cache import AgedBoard, BoardCache, CachedBoard
from service.store.boards import Boards

T = TypeVar("T")


class SharedRead(Generic[T]):
    """Callers that come while a read is under way share the next one, which begins when the first has ended."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._running: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """The result of a read that began after this call, or what it raised."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running), name="shared read")
            self._next.add_done_callback(_retrieve_exception)
        # A caller who is cancelled must not cancel the task for the others.
        return await asyncio.shield(self._next)

    async def _after(self, earlier: asyncio.Task[T] | None) -> T:
        if earlier and not earlier.done():
            await asyncio.wait([earlier])
        self._running, self._next = self._next, None
        return await self._read()


class BoardReader:
    """Boards of the store, by way of the cache."""

    def __init__(
        self,
        boards: Boards,
        cache: BoardCache,
        now: Callable[[], datetime],
        find_office: Callable[[str], Office],
        store_is_ready: Callable[[], bool] = lambda: True,
    ) -> None:
        """`find_office` finds an office as the city has it now, and raises UnknownOffice.

        `store_is_ready`: the last check of the store found nothing wrong. Otherwise each read runs a script, which
        checks the store, because the version in a store that must not be used means nothing.
        """
        self._boards = boards
        self._cache = cache
        self._now = now
        self._find_office = find_office
        self._store_is_ready = store_is_ready
        self._shared: dict[str, SharedRead[AgedBoard]] = {}

    async def current(self, office: Office) -> AgedBoard:
        """The office's board now. Raises what `Boards.read` raises, and UnknownOffice if it was just taken out."""
        shared = self._shared.get(office.id)
        if shared is None:
            shared = self._shared[office.id] = SharedRead(lambda: self._current(self._find_office(office.id)))
        return await shared()

    async def refresh(self, office: Office) -> CachedBoard:
        """The office's board now, after everything was checked that a script checks. Raises what `Boards.read`
        raises."""
        at = self._now()
        while True:
            try:
                return self._cache.put(office, await self._boards.read(office), at)
            except RevisionChanged:
                office = self._find_office(office.id)

    async def _current(self, office: Office) -> AgedBoard:
        at = self._now()
        cached = None
        if self._store_is_ready():
            cached = self._cache.current(office, await self._boards.version(office))
        if cached:
            self._cache.confirm(office, at)
        else:
            cached = await self.refresh(office)
        return self._cache.fresh(cached, at)


def _retrieve_exception(task: asyncio.Task[T]) -> None:
    """Every caller may be gone, and asyncio would log an exception that nobody retrieved."""
    if not task.cancelled():
        task.exception()

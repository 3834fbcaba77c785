"""The only memory of boards in this process: each office's newest board, encoded, with an ETag of its content."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from service.domain.board import BoardContent, BoardKey, WaitsKey
from service.domain.errors import StoreUnavailable
from service.domain.hours import korean
from service.domain.office import Office, Status
from service.domain.service_clock import ServiceClock
from service.live.freshness import age_members
from service.store.boards import BoardRead, OfficeVersion


@dataclass(frozen=True, slots=True)
class CachedBoard:
    """A board, made ready to go out."""

    board: BoardContent
    key: BoardKey
    """What it is made of."""
    lapses_at_ms: int | None
    """When the next passed-over ticket lapses or the next notice ends, in epoch milliseconds: the board changes
    then."""
    content: bytes
    """What it shows, as JSON without its age."""
    etag: str
    """Of the content, quoted as the header has it."""


@dataclass(frozen=True, slots=True)
class AgedBoard:
    """A board, and how old it is: a whole answer."""

    body: bytes
    """JSON."""
    etag: str
    """Of the content; a stale board has another ETag than the same board had while it was fresh."""
    age: int
    """Whole seconds since the store was last known to say so."""


class BoardCache:
    """Remembers boards, and says whether one is still current."""

    def __init__(self, clock: ServiceClock, waits_key: Callable[[str, Status], WaitsKey]) -> None:
        """`waits_key`: what the waits of a board are made of that is built now, as `Estimates.key`."""
        self._clock = clock
        self._waits_key = waits_key
        self._boards: dict[str, CachedBoard] = {}
        self._fresh_at: dict[str, datetime] = {}

    def newest(self, office: str) -> BoardContent | None:
        """The newest board that this process has read of the office."""
        cached = self._boards.get(office)
        return cached.board if cached else None

    def newest_waits(self, office: str) -> WaitsKey:
        """What the waits of that board are made of."""
        cached = self._boards.get(office)
        return cached.key.waits if cached else WaitsKey()

    def get(self, office: Office) -> CachedBoard | None:
        """The same board, encoded."""
        return self._boards.get(office.id)

    def put(self, office: Office, read: BoardRead | None, at: datetime) -> CachedBoard:
        """Takes the result of a read of the store that began `at`: a board, or None where the newest one is current.

        Returns the newest board. Of two reads that are answered out of order, the later version stays.
        """
        cached = self._boards.get(office.id)
        if read and (cached is None or _is_newer(read.board, cached.board)):
            content = read.board.model_dump_json().encode()
            etag = f'"{blake2b(content, digest_size=12).hexdigest()}"'
            key = read.board.key(read.waits)
            cached = self._boards[office.id] = CachedBoard(read.board, key, read.lapses_at_ms, content, etag)
        assert cached
        self.confirm(office, at)
        return cached

    def confirm(self, office: Office, at: datetime) -> None:
        """A read of the store that began `at` found the newest board to be true."""
        self._fresh_at[office.id] = at

    def current(self, office: Office, version: OfficeVersion | None) -> CachedBoard | None:
        """The board, if it shows what the store has at this version; None where it must be read again."""
        cached, status = self._boards.get(office.id), self._clock.status(office)
        if cached is None or version is None:
            return None
        waits = self._waits_key(version.waits, status)
        if cached.key != BoardKey(version.epoch, version.version, status, office.revision, waits):
            return None
        lapsed = cached.lapses_at_ms is not None and cached.lapses_at_ms <= self._clock.now_ms()
        return None if lapsed or cached.board.day < self._clock.today() else cached

    def fresh(self, cached: CachedBoard, at: datetime) -> AgedBoard:
        """The answer with a board that was current `at`."""
        at = korean(at)
        return AgedBoard(_aged(cached, at, at, stale=False), cached.etag, 0)

    def stale(self, office: Office, longest: float) -> AgedBoard:
        """The answer while the store is away: the newest board, marked stale.

        Raises StoreUnavailable where there is none that was known to be true in the last `longest` seconds.
        """
        cached = self._boards.get(office.id)
        if cached is None:
            raise StoreUnavailable
        now, fresh_at = _second(self._clock.now()), _second(self._fresh_at[office.id])
        if now - fresh_at > timedelta(seconds=longest):
            raise StoreUnavailable
        body = _aged(cached, now, fresh_at, stale=True)
        return AgedBoard(body, f'{cached.etag[:-1]}-stale"', int((now - fresh_at).total_seconds()))


def _is_newer(read: BoardContent, known: BoardContent) -> bool:
    """Two reads may be answered in either order. Only within one epoch do versions say which is the later."""
    return read.epoch != known.epoch or read.version >= known.version


def _second(moment: datetime) -> datetime:
    """In Seoul and to the second, as a board says it."""
    return korean(moment).replace(microsecond=0)


def _aged(cached: CachedBoard, at: datetime, fresh_at: datetime, *, stale: bool) -> bytes:
    return b"%b,%b}" % (cached.content[:-1], age_members(at, fresh_at, stale=stale))

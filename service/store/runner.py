"""Runs an office's scripts where and when they are to run: on its business day, and after the store has moved."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from service.domain.board import Board
from service.domain.hours import KST, business_day
from service.store.keys import Keys
from service.store.pipe import patience
from service.store.promise import Promise
from service.store.scripts import Refused, Scripts

Clock = Callable[[], datetime]

KEEP_TICKETS = timedelta(days=8)
KEEP_LOG = timedelta(days=40)
"""How long a day's tickets and log stay after it was closed; nothing in them says who a person was."""


class Request(NamedTuple):
    """What an Idempotency-Key makes of a request; both are empty where it has none."""

    name: str = ""
    fingerprint: str = ""
    """Of what it asks for: another one under the same name is a mistake."""


NO_KEY = Request()


class Runner:
    """`day, rest = await runner.run("next", "passport", 3, 113)`: arguments in, what the script returned out."""

    def __init__(
        self,
        scripts: Scripts,
        promise: Promise,
        keys: Keys,
        clock: Clock,
        number_gap: int,
        day_closed: Callable[[], None] = lambda: None,
    ) -> None:
        """`number_gap`: how far a counter's numbers are carried when some that were given may be missing.

        `day_closed` is called when an office's day was closed here.
        """
        self._scripts = scripts
        self._promise = promise
        self._keys = keys
        self._clock = clock
        self._number_gap = number_gap
        self._day_closed = day_closed
        self._seen: dict[str, Board] = {}

    def saw(self, board: Board) -> None:
        """Remembers an office's newest board: a store that knows less has lost something."""
        self._seen[board.office] = board

    def seen(self, office: str) -> Board | None:
        """The newest board that this process has read of the office."""
        return self._seen.get(office)

    async def run(
        self, operation: str, office: str, *args: str | int, of: date | None = None, request: Request = NO_KEY
    ) -> tuple[date, Sequence[Any]]:
        """The business day and what the script returns after "ok"; `of` is another day's keys.

        An office that is still on an earlier day has that day closed first; one that is on a later day (this
        process's clock is behind) is served on its own day. Raises Refused for what the script itself refuses, and
        what `Confirmed.run` raises.
        """
        now = self._clock()
        day = business_day(now)
        # One patience for all rounds: the caller waits for the last of them.
        until = patience()
        while True:
            try:
                return day, await self._script(operation, office, of or day, day, now, until, args, request)
            except Refused as refused:
                if refused.code == "moved":
                    await self._carry(office, day, now, until)
                elif refused.code == "day":
                    earlier = date.fromisoformat(refused.rest[0].decode())
                    day = await self._change_day(office, earlier, day, now, until)
                else:
                    raise

    async def _script(
        self,
        operation: str,
        office: str,
        of: date,
        day: date,
        now: datetime,
        until: float,
        args: Iterable[str | int],
        request: Request = NO_KEY,
    ) -> Sequence[Any]:
        seen = self._seen.get(office)
        common: list[str | int] = [
            int(now.timestamp() * 1000),
            day.isoformat(),
            self._keys.changed(office),
            f"{seen.epoch}:{seen.version}" if seen else "",
            *request,
        ]
        return await self._scripts.run(operation, self._keys.of_day(office, of), [*common, *args], until)

    async def _carry(self, office: str, day: date, now: datetime, until: float) -> None:
        """Goes on after the store has moved, past every number that this process has seen given."""
        seen = self._seen.get(office)
        given = seen.counters if seen and seen.day == day else []
        numbers = [part for counter in given for part in (counter.id, counter.issued or 0)]
        args = [int(self._promise.durable), self._number_gap, *numbers]
        await self._script("carry", office, day, day, now, until, args)

    async def _change_day(self, office: str, office_day: date, day: date, now: datetime, until: float) -> date:
        """The day to go on with: ours, once the office's earlier one is closed, or the office's own later one."""
        if office_day > day:
            return office_day
        ended = datetime.combine(office_day + timedelta(days=1), time(), KST)
        args: list[str | int] = [day.isoformat(), int(ended.timestamp() * 1000)]
        keep = [int(KEEP_TICKETS.total_seconds()), int(KEEP_LOG.total_seconds())]
        try:
            await self._script("close_day", office, office_day, office_day, now, until, [*args, *keep])
        except Refused as refused:
            if refused.code != "day":
                raise
            # Another process was faster.
        else:
            self._day_closed()
        return day

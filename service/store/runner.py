"""Runs an office's scripts where and when they are to run: on its business day, and after the store has moved."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from service.domain.board import Board
from service.domain.hours import KST, business_day
from service.domain.office import City
from service.store.clock import Clock
from service.store.keys import Keys
from service.store.pipe import patience
from service.store.promise import Promise
from service.store.scripts import READS, Refused, Scripts

KEEP_TICKETS = timedelta(days=8)
KEEP_LOG = timedelta(days=40)
"""How long a day's tickets and log stay after it was closed; nothing in them says who a person was."""

PUT_RIGHT = {"replicas", "day", "moved"}
"""What a script refuses before it has looked at what it is asked: the runner puts it right, and runs it again."""


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
        city: City,
        clock: Clock,
        *,
        clock_tolerance: float,
        number_gap: int,
        day_closed: Callable[[], None] = lambda: None,
    ) -> None:
        """`clock_tolerance`: seconds by which the clock may differ from the store's. `number_gap`: how far a counter's
        numbers are carried when some that were given may be missing. `day_closed` is called when an office's day was
        closed here."""
        self._scripts = scripts
        self._promise = promise
        self._keys = keys
        self._city = city
        self._clock = clock
        self._tolerance_ms = int(clock_tolerance * 1000)
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
        seen = self._seen.get(office)
        day = max(business_day(now), seen.day) if seen else business_day(now)
        # One patience for all rounds: the caller waits for the last of them.
        until = patience()
        while True:
            try:
                return day, await self._script(operation, office, of or day, day, now, until, args, request)
            except Refused as refused:
                if refused.code not in PUT_RIGHT:
                    raise
                day = await self._put_right(refused, office, day, now, until)

    async def _put_right(self, refused: Refused, office: str, day: date, now: datetime, until: float) -> date:
        """The day to go on with, once that is done for which the script was refused."""
        try:
            if refused.code == "replicas":
                self._scripts.check_again()
            elif refused.code == "moved":
                await self._carry(office, day, now, until)
            else:
                return await self._change_day(office, date.fromisoformat(refused.rest[0].decode()), day, now, until)
        except Refused as another:
            # Another process was faster, or something else stands in the way: the script itself will hear of that.
            if another.code not in PUT_RIGHT:
                raise
        return day

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
            self._tolerance_ms,
            # What only reads has nothing to lose.
            "" if operation in READS or self._promise.counted is None else self._promise.counted,
        ]
        return await self._scripts.run(operation, self._keys.of_day(office, of), [*common, *args], until)

    async def _carry(self, office: str, day: date, now: datetime, until: float) -> None:
        """Goes on after the store has moved, past every number of that day that this process has seen given."""
        seen = self._seen.get(office)
        given = {counter.id: counter.issued or 0 for counter in seen.counters} if seen and seen.day == day else {}
        args: list[str | int] = [int(self._promise.durable), self._number_gap]
        # None of an office that is gone from the city's file: it gives no numbers.
        counters = next((known.counters for known in self._city.offices if known.id == office), ())
        for counter in counters:
            args += [counter.id, given.get(counter.id, 0), counter.numbers[1]]
        await self._script("carry", office, day, day, now, until, args)

    async def _change_day(self, office: str, office_day: date, day: date, now: datetime, until: float) -> date:
        """The day to go on with: ours, once the office's earlier one is closed, or the office's own later one."""
        if office_day > day:
            return office_day
        ended = datetime.combine(office_day + timedelta(days=1), time(), KST)
        keep = [int(KEEP_TICKETS.total_seconds()), int(KEEP_LOG.total_seconds())]
        seen = self._seen.get(office)
        seen_later = seen is not None and seen.day > office_day
        args: list[str | int] = [day.isoformat(), int(ended.timestamp() * 1000), *keep, int(seen_later)]
        await self._script("close_day", office, office_day, office_day, now, until, args)
        self._day_closed()
        return day

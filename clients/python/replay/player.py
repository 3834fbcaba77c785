"""Plays steps at one counter, as its kiosk, its clerks and its ticket holders would."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from ..clerk import Clerk
from ..client import Client
from ..errors import ClientError, Problem
from ..holder import Holder
from ..kiosk import Kiosk
from ..models import Counter, CounterNow, Office
from .pace import Pace
from .plan import Step

PASSWORD = "sunbeon"
DEVICE_KEY = "demo-device"
"""A demo's secrets, which everyone knows. A real service refuses them: nothing is to be played there."""


class CannotPlay(Exception):
    """The counter can't be played at as it is; the text says why, or what to do."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A row beside the board. `called` is the number that the step's ticket got here, None before the first call."""

    step: Step
    called: int | None
    board: CounterNow

    @property
    def agrees(self) -> bool:
        """In all that the row can be compared in."""
        called = self.step.called is None or self.called == self.board.called
        return called and self.step.waiting in (None, self.board.waiting)


class Player:
    """One kiosk, and clerks who take turns; `playing` makes it."""

    def __init__(self, client: Client, clerk: Clerk, counter: CounterNow, given: int, windows: Sequence[int]) -> None:
        """`given`: the number before the first that the replay will get. `windows` are open and empty."""
        self.given = given
        self._client = client
        self._clerk = clerk
        self._kiosk = Kiosk(client, DEVICE_KEY)
        self._counter = counter
        self._turns = deque(windows)
        self._at_window: dict[int, int | None] = dict.fromkeys(windows)
        self._tickets: list[str] = []
        self._waiting: set[str] = set()

    async def play(self, step: Step, pace: Pace) -> Compared:
        """Makes the step's moves, spread over its time, and reads the board."""
        moves: list[Callable[[], Awaitable[None]]] = [
            *[self._arrive] * step.arrivals,
            *[partial(self._leave, ticket) for ticket in step.leaving],
            *[self._call] * step.calls,
        ]
        begin, end = (step.before or step.row).minute, step.row.minute
        for turn, move in enumerate(moves, 1):
            await pace.until(begin + (end - begin) * turn / (len(moves) + 1))
            await move()
        await pace.until(end)
        board = await self._client.board(self._clerk.office)
        called = self.given + step.called if step.called else self._counter.called
        return Compared(step, called, board.counter(self._counter.id))

    async def end(self) -> None:
        """Whoever still waits gives up, the windows finish and close. Does what it can where the service fails."""
        for ticket in self._waiting:
            with suppress(ClientError):
                await Holder(self._client, ticket).cancel()
        for window, number in self._at_window.items():
            with suppress(ClientError):
                if number is not None:
                    await self._clerk.finish(window, number)
                await self._clerk.close(window)
        with suppress(ClientError):
            await self._clerk.sign_out()

    async def _arrive(self) -> None:
        ticket = await self._kiosk.issue(self._clerk.office, self._counter.id)
        self._tickets.append(ticket.id)
        self._waiting.add(ticket.id)

    async def _leave(self, ticket: int) -> None:
        id = self._tickets[ticket - 1]
        await Holder(self._client, id).cancel()
        self._waiting.discard(id)

    async def _call(self) -> None:
        """The clerk who called least recently presses next."""
        window = self._turns[0]
        self._turns.rotate(-1)
        called = (await self._clerk.next(window, self._at_window[window])).called
        self._at_window[window] = called.number if called else None
        if called:
            self._waiting.discard(called.id)


@asynccontextmanager
async def playing(client: Client, office: str, counter: str, windows: int, tickets: int) -> AsyncIterator[Player]:
    """A player at the counter, with as many windows as there are up to `windows`; tidied up after.

    Raises CannotPlay unless nobody waits there, a window is free, and `tickets` numbers are left.
    """
    place, band = await _find(client, office, counter)
    board = await client.board(office)
    now = board.counter(counter)
    if now.waiting:
        raise CannotPlay(
            f"at {office}/{counter} {now.waiting} wait already: call them first, or choose another counter"
        )
    given = band.numbers[0] - 1 if now.issued is None else now.issued
    if given + tickets > band.numbers[1]:
        left = band.numbers[1] - given
        raise CannotPlay(f"{office}/{counter} has {left} numbers left today, the recording needs {tickets}")
    closed = {window.id for window in board.windows if window.state == "closed"}
    free = [window.id for window in place.windows if counter in window.counters and window.id in closed]
    if not free:
        raise CannotPlay(f"every window that serves {office}/{counter} is open: close one first")
    try:
        clerk = await Clerk.sign_in(client, f"clerk-{office}", PASSWORD, office=office)
    except Problem as problem:
        if problem.code == "unauthenticated":
            raise CannotPlay(
                "the service doesn't know the demo's accounts: a day is replayed on a demo only"
            ) from problem
        raise
    player = Player(client, clerk, now, given, free[:windows])
    try:
        for window in free[:windows]:
            await clerk.open(window, [counter])
        yield player
    finally:
        await player.end()


async def _find(client: Client, office: str, counter: str) -> tuple[Office, Counter]:
    offices = {found.id: found for found in await client.offices()}
    if office not in offices:
        raise CannotPlay(f"no office {office}: there are {', '.join(offices)}")
    counters = {found.id: found for found in offices[office].counters}
    if counter not in counters:
        raise CannotPlay(f"{office} has no counter {counter}: it has {', '.join(counters)}")
    return offices[office], counters[counter]

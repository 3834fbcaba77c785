"""Plays steps at one counter, in the roles of its kiosk, its clerks and its ticket holders."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from ..clerk import Clerk
from ..client import Client
from ..demo import DEVICE_KEY, PASSWORD
from ..errors import ClientError, Problem
from ..holder import Holder
from ..kiosk import Kiosk
from ..models import Board, Counter, CounterNow, Office, Pressed, Ticket
from .pace import Pace
from .plan import Reason, Step


class CannotPlay(Exception):
    """The replay can't use the counter in its present state; the text says why, or what to do."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A row and the board that is compared with it.

    `called` is the number that the step's ticket got here, None before the first call. `others` is how many wait who
    are not the replay's. `alone`: nobody else has changed the office since the row before, and no one else waits.
    """

    step: Step
    called: int | None
    board: CounterNow
    others: int
    alone: bool

    @property
    def reason(self) -> Reason | None:
        """Why it can't be compared, in whole or in part."""
        return self.step.reason or (Reason.NOT_ALONE if not self.alone and not self._fits else None)

    @property
    def agrees(self) -> bool:
        """Whether the board agrees with all that can be compared."""
        return self._fits or not self.alone

    @property
    def _fits(self) -> bool:
        called = self.step.called is None or self.called == self.board.called
        return called and (self.step.waiting is None or self.step.waiting + self.others == self.board.waiting)


class Player:
    """One kiosk, and clerks who take turns; made by `playing`. Other people who wait are served among its own."""

    def __init__(self, client: Client, clerk: Clerk, counter: str, given: int, windows: Sequence[int]) -> None:
        """`given`: the number before the first that the replay will get. `windows` are open and empty."""
        self.given = given
        self._client = client
        self._clerk = clerk
        self._kiosk = Kiosk(client, DEVICE_KEY)
        self._counter = counter
        self._turns = deque(windows)
        self._at_window: dict[int, int | None] = dict.fromkeys(windows)
        self._tickets: list[Ticket] = []
        self._waiting: set[str] = set()
        self._others = 0

    async def begin(self, pace: Pace) -> None:
        """Calls everyone who waits already. Online holders who aren't in the office yet keep waiting."""
        while await self._next():
            await pace.breathe()
        self._board = await self._client.board(self._clerk.office)
        self._before = self._board.counter(self._counter)
        self._others = self._before.waiting

    async def play(self, step: Step, pace: Pace) -> Compared:
        """Makes the step's moves, spread over its time, and reads the board."""
        moves: list[Callable[[], Awaitable[int]]] = [
            *[self._arrive] * step.arrivals,
            *[partial(self._leave, ticket) for ticket in step.leaving],
            *[self._call] * step.calls,
        ]
        begin, end = (step.before or step.row).minute, step.row.minute
        changes = 0
        for turn, move in enumerate(moves, 1):
            await pace.until(begin + (end - begin) * turn / (len(moves) + 1))
            changes += await move()
        await pace.until(end)
        return self._compare(step, await self._client.board(self._clerk.office), changes)

    async def end(self) -> None:
        """Cancels the tickets that still wait, and finishes and closes the windows, as far as the service answers."""
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

    def _compare(self, step: Step, board: Board, changes: int) -> Compared:
        # Each change counts the version up by one, so it shows whether there were changes of others.
        alone = (board.epoch, board.version) == (self._board.epoch, self._board.version + changes)
        called = self._tickets[step.called - 1].number if step.called else self._before.called
        now = board.counter(self._counter)
        row = Compared(step, called, now, self._others, alone and not self._others)
        if row.reason is Reason.NOT_ALONE and step.waiting is not None:
            self._others = max(0, now.waiting - step.waiting)
        self._board = board
        return row

    # Each move returns by how many versions it changed the office.

    async def _arrive(self) -> int:
        ticket = await self._kiosk.issue(self._clerk.office, self._counter)
        self._tickets.append(ticket)
        self._waiting.add(ticket.id)
        return 1

    async def _leave(self, ticket: int) -> int:
        id = self._tickets[ticket - 1].id
        self._waiting.discard(id)
        try:
            await Holder(self._client, id).cancel()
        except Problem as problem:
            if problem.code != "move_not_allowed":
                raise
            # Another clerk has called it.
            return 0
        return 1

    async def _call(self) -> int:
        """Clerks press next, the one who called least recently first, until one of the replay's people is called."""
        changes = 0
        while pressed := await self._next():
            changes += 1
            if pressed.called is None:
                break
            if pressed.called.id in self._waiting:
                self._waiting.discard(pressed.called.id)
                break
            self._others = max(0, self._others - 1)
        return changes

    async def _next(self) -> Pressed | None:
        """One press; None where it changed nothing, as nobody is there to finish or to call."""
        window = self._turns[0]
        self._turns.rotate(-1)
        pressed = await self._clerk.next(window, self._at_window[window])
        self._at_window[window] = pressed.called.number if pressed.called else None
        return pressed if pressed.finished or pressed.called else None


@asynccontextmanager
async def playing(client: Client, office: str, counter: str, windows: int, tickets: int) -> AsyncIterator[Player]:
    """A player at the counter, with as many windows as there are up to `windows`; tidied up after.

    Raises CannotPlay unless a window is free, and `tickets` numbers are left.
    """
    place, band = await _find(client, office, counter)
    board = await client.board(office)
    issued = board.counter(counter).issued
    given = band.numbers[0] - 1 if issued is None else issued
    if given + tickets > band.numbers[1]:
        left = band.numbers[1] - given
        raise CannotPlay(f"{office}/{counter} has {left} numbers left today, the recording needs {tickets}")
    free = free_windows(place, board, counter)
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
    player = Player(client, clerk, counter, given, free[:windows])
    try:
        for window in free[:windows]:
            await clerk.open(window, [counter])
        yield player
    finally:
        await player.end()


def free_windows(office: Office, board: Board, counter: str) -> list[int]:
    """The closed windows that may serve the counter."""
    closed = {window.id for window in board.windows if window.state == "closed"}
    return [window.id for window in office.windows if counter in window.counters and window.id in closed]


async def _find(client: Client, office: str, counter: str) -> tuple[Office, Counter]:
    offices = {found.id: found for found in await client.offices()}
    if office not in offices:
        raise CannotPlay(f"no office {office}: there are {', '.join(offices)}")
    counters = {found.id: found for found in offices[office].counters}
    if counter not in counters:
        raise CannotPlay(f"{office} has no counter {counter}: it has {', '.join(counters)}")
    return offices[office], counters[counter]

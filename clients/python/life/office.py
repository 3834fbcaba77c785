"""Makes the moves of a scene at the service."""

import asyncio
import logging
from contextlib import suppress

from ..backoff import full_jitter
from ..clerk import Clerk
from ..client import Client
from ..demo import DEVICE_KEY, PASSWORD
from ..errors import Problem, Unreachable
from ..holder import Holder
from ..kiosk import Kiosk
from ..models import Board, Pressed, Ticket
from .clock import Clock
from .memory import Memory
from .moves import Arrive, AtWindow, GiveUp, Move, Take
from .scene import Scene

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds: the pause before a move is tried again, when the service or its store is away, is random from 0 to these."""


class NotADemo(Exception):
    """The service doesn't know the demo's accounts."""


class OfficeLife:
    """The people and clerks of one office; their requests are made one after another."""

    def __init__(
        self, office: str, scene: Scene, client: Client, clock: Clock, memory: Memory, gate: asyncio.Semaphore
    ) -> None:
        """`gate`: how many requests all offices together make at a time."""
        self._office = office
        self._scene = scene
        self._client = client
        self._kiosk = Kiosk(client, DEVICE_KEY)
        self._clerk: Clerk | None = None
        self._clock = clock
        self._memory = memory
        self._gate = gate
        self._news = asyncio.Event()

    def show(self, board: Board) -> None:
        """The office's newest board."""
        self._scene.show(board, self._clock.now(), self._memory.of(self._office))
        self._news.set()

    def turn(self, on: bool) -> None:
        """As `Scene.turn`."""
        if on != self._scene.on:
            self._scene.turn(on)
            self._news.set()

    async def run(self) -> None:
        """Runs until it is cancelled. Raises NotADemo."""
        failures = 0
        while True:
            when, move = self._scene.next(self._clock.now())
            if move is None or when > self._clock.now():
                await self._wait(when)
            elif await self._makes(move):
                failures = 0
            else:
                await asyncio.sleep(full_jitter(failures, FIRST_PAUSE, LONGEST_PAUSE))
                failures += 1

    async def _wait(self, when: float) -> None:
        """Waits until then, or until there is news."""
        with suppress(TimeoutError):
            # Python 3.11's wait_for would swallow a cancellation that comes with the news.
            async with asyncio.timeout(max(0, when - self._clock.now()) / self._clock.speed):
                await self._news.wait()
        self._news.clear()

    async def _makes(self, move: Move) -> bool:
        """Makes a move; whether there was an answer. Without one, the move is made again later."""
        self._scene.begin(move)
        self._keep()
        try:
            async with self._gate:
                answer = await self._ask(move)
        except Unreachable:
            self._scene.again(move, self._clock.now())
            return False
        except Problem as problem:
            if problem.code == "unauthenticated":
                self._clerk = None
            if problem.code == "unauthenticated" or problem.status == 429 or problem.status >= 500:
                self._scene.again(move, self._clock.now())
                return False
            logger.info("%s: %s: %s", self._office, type(move).__name__, problem.code)
            self._scene.refused(move)
        else:
            self._scene.done(move, self._clock.now(), answer)
        self._keep()
        return True

    async def _ask(self, move: Move) -> Ticket | Pressed | None:
        match move:
            case Take(person=person):
                return await self._client.issue(
                    self._office,
                    person.counter,
                    channel=person.channel,
                    priority=person.priority,
                    people=person.people,
                    lang=person.lang,
                    device_key=None if person.channel == "online" else DEVICE_KEY,
                    key=move.key,
                )
            case Arrive() | GiveUp():
                if id := self._scene.id_of(move.number):
                    await (self._kiosk.arrive(id) if isinstance(move, Arrive) else Holder(self._client, id).cancel())
                return None
            case AtWindow():
                return await self._press(move)

    async def _press(self, move: AtWindow) -> Pressed | None:
        clerk = self._clerk = self._clerk or await self._sign_in()
        window, number = move.window, move.number
        if move.what == "next":
            return await clerk.next(window, number, key=move.key)
        if move.what == "open":
            await clerk.open(window)
        elif number is None:
            await clerk.close(window)
        elif move.what == "recall":
            await clerk.recall(window, number, key=move.key)
        elif move.what == "no_show":
            await clerk.no_show(window, number)
        else:
            await clerk.finish(window, number)
        return None

    async def _sign_in(self) -> Clerk:
        try:
            return await Clerk.sign_in(self._client, f"clerk-{self._office}", PASSWORD, office=self._office)
        except Problem as problem:
            if problem.code == "unauthenticated":
                raise NotADemo("the service doesn't know the demo's accounts") from problem
            raise

    def _keep(self) -> None:
        self._memory.keep(self._office, self._scene.kept())

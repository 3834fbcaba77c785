"""From the store to the listeners: hears that an office changed, reads it once, hands frames to the hub.

The store's signal only rings the bell and may be lost; truth is what is read after it, and read again every few
seconds. The first change is read at once; while more come, an office is read at most once an interval.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from service.domain.board import Board
from service.domain.errors import StoreNotReady, StoreUnavailable, SunbeonError, Unavailable
from service.domain.office import Office
from service.domain.ticket import TicketFrame
from service.live.frames import encode
from service.live.hub import Hub, OfficeTopics
from service.store.keys import Keys
from service.store.store import Store

logger = logging.getLogger(__name__)

AT_A_TIME = 16
"""Offices that are read at the same time. All are rung when the store comes back, and there may be thousands."""

REREADS_A_SECOND = 50
"""So many offices at most are re-read only because time has passed: many offices wait longer for it."""

RETRY_SECONDS = 0.5
"""Pause before the store is tried again; `reader` jitters it."""


class Relay:
    """Runs while the service does: `async with relay:`."""

    def __init__(
        self,
        redis: Redis,
        store: Store,
        hub: Hub,
        *,
        keys: Keys,
        prepare: Callable[[], Awaitable[None]],
        check_clock: Callable[[], Awaitable[None]],
        look_again: Callable[[], None],
        interval: float,
        reread: float,
    ) -> None:
        """`prepare` makes sure that the store is this city's, `check_clock` asks it for its time and raises ClockOff,
        `look_again` begins to look whether another server is the primary; `interval` and `reread` are in seconds."""
        self.boards: dict[str, Board] = {}
        self._ready = asyncio.Event()
        self._redis = redis
        self._store = store
        self._hub = hub
        self._keys = keys
        self._prepare = prepare
        self._check_clock = check_clock
        self._look_again = look_again
        self._troubles: set[str] = set()
        self._elsewhere = False
        self._interval = interval
        self._ask = reread
        self._reread = max(reread, len(store.city.offices) / REREADS_A_SECOND)
        self._reading = asyncio.Semaphore(AT_A_TIME)
        self._bells = {office.id: asyncio.Event() for office in store.city.offices}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Relay":
        self._tasks = [
            asyncio.create_task(self._listen(), name="relay"),
            *(asyncio.create_task(self._follow(office), name=office.id) for office in self._store.city.offices),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        # Python 3.11's wait_for, with which redis-py sends, can swallow a cancellation: one may not be enough.
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.1)

    @property
    def ready(self) -> bool:
        """The store answers and is this city's."""
        return self._ready.is_set()

    async def until_ready(self, within: float) -> None:
        """Waits until the store answers and is this city's, for so many seconds at most."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), within)

    async def check(self) -> None:
        """Raises StoreUnavailable, StoreNotReady or ClockOff while the service can't serve."""
        try:
            await self._check_clock()
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error
        if not self._ready.is_set():
            raise StoreNotReady

    def follow(self) -> None:
        """Another server is the primary: its signals are heard from now on, and every office is read again."""
        self._elsewhere = True
        for bell in self._bells.values():
            bell.set()

    def ring(self, office: str) -> None:
        """The office is to be read again: it changed, or someone came who has no frame yet."""
        self._bells[office].set()

    async def _listen(self) -> None:
        """Prepares the store and hears its signals; after any break, once more and with every office rung."""
        while True:
            try:
                self._elsewhere = False
                # What lies idle may lead to a server that isn't the primary any more.
                await self._redis.connection_pool.disconnect(inuse_connections=False)
                await self._prepare()
                async with self._redis.pubsub() as pubsub:
                    await pubsub.psubscribe(self._keys.all_changed)
                    if not self._ready.is_set():
                        logger.info("store ready")
                    self._troubles.clear()
                    self._ready.set()
                    for bell in self._bells.values():
                        bell.set()
                    await self._hear(pubsub)
            except (RedisError, OSError, SunbeonError) as error:
                if str(error) not in self._troubles:
                    # Once an outage, which may be tried a thousand times and have several faces.
                    self._troubles.add(str(error))
                    logger.error("store away: %s", error)
                self._ready.clear()
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.5, 1))

    async def _hear(self, pubsub: PubSub) -> None:
        """Until another server is the primary. Raises what ends the connection: a peer that vanished without a word is
        only noticed by asking, and on this very connection."""
        # Read from the connection, for there is a signal for each of many thousand changes.
        connection = pubsub.connection
        asked = False
        while connection and not self._elsewhere:
            match await connection.read_response(timeout=self._ask):
                case None if asked:
                    raise TimeoutError("no answer to a ping")
                case None:
                    await pubsub.ping()
                    asked = True
                    # Where nobody makes a change, nobody notices that the primary can't confirm one any more.
                    self._look_again()
                case [b"pmessage", _, channel, _]:
                    asked = False
                    self._heard(channel.decode())
                case _:
                    asked = False

    def _heard(self, channel: str) -> None:
        bell = self._bells.get(self._keys.office_of(channel))
        if bell:
            bell.set()

    async def _follow(self, office: Office) -> None:
        bell, topics = self._bells[office.id], self._hub.offices[office.id]
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), self._reread * random.uniform(0.5, 1))
            if not self._ready.is_set():
                await asyncio.sleep(RETRY_SECONDS)
                continue
            bell.clear()
            try:
                async with self._reading:
                    await self._publish(office, topics)
            except Unavailable:
                bell.set()
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                logger.exception("board of %s", office.id)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(self._interval)

    async def _publish(self, office: Office, topics: OfficeTopics) -> None:
        """Reads the office and hands what is new of it to those who listen."""
        board = await self._store.board(office)
        known = self.boards.get(office.id)
        if known is None or known.etag != board.etag:
            self.boards[office.id] = board
            await topics.board.publish(encode(board.model_dump_json()))
        topics.forget_unheard()
        if topics.desk.listeners and (topics.desk.frame is None or known is None or known.etag != board.etag):
            desk = await self._store.desk(office, board)
            await topics.desk.publish(encode(desk.model_dump_json()))
        if topics.tickets:
            await self._publish_tickets(office, topics)

    async def _publish_tickets(self, office: Office, topics: OfficeTopics) -> None:
        """All listened-to tickets of a day in one round trip."""
        numbers: dict[date, list[int]] = defaultdict(list)
        for day, number in topics.tickets:
            numbers[day].append(number)
        for day, of_day in numbers.items():
            for ticket in await self._store.tickets(office, day, of_day):
                topic = ticket and topics.tickets.get((day, ticket.number))
                if ticket and topic:
                    await topic.publish(encode(TicketFrame.of(ticket).model_dump_json()))

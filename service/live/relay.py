"""The relay from the store to the listeners: it hears that an office changed, reads it once, and publishes to the hub.

A signal of the store only marks the office as dirty, and may be lost: every office is also re-read every few seconds.
The first change is read at once; while more come, an office is read once an interval at most.
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

from service.domain.conflicts import RevisionChanged
from service.domain.errors import StoreNotReady, StoreUnavailable, SunbeonError, Unavailable, UnknownOffice
from service.domain.office import City, Office
from service.domain.ticket import TicketContent
from service.live.board_reader import BoardReader
from service.live.hub import Hub, OfficeTopics
from service.store.boards import Boards
from service.store.keys import CITY, Keys
from service.store.tickets import Tickets

logger = logging.getLogger(__name__)

AT_A_TIME = 16
"""Offices that are read at the same time. All are dirty when the store comes back, and there may be thousands."""

REREADS_A_SECOND = 50
"""Offices that are re-read without a signal, at most. With many offices, each is re-read less often."""

PULSE_SECONDS = 1.0
"""How often the store is pinged on the connection that hears its signals."""

PONG_WITHIN = 2.0
"""Seconds until a store that doesn't answer the ping is away."""

RETRY_SECONDS = 0.5
"""Seconds before the store is tried again; `_listen` shortens them at random by up to half."""


class Relay:
    """Runs while the service does: `async with relay:`."""

    def __init__(
        self,
        redis: Redis,
        reader: BoardReader,
        boards: Boards,
        tickets: Tickets,
        hub: Hub,
        city: City,
        *,
        keys: Keys,
        prepare: Callable[[], Awaitable[None]],
        check_clock: Callable[[], Awaitable[None]],
        look_for_primary: Callable[[], None],
        changed: Callable[[str], None],
        city_changed: Callable[[], None],
        interval: float,
        reread: float,
    ) -> None:
        """`city`: as it is before the store is there. `prepare` makes sure that the store is this city's, `check_clock`
        asks it for its time and raises ClockOff, `look_for_primary` begins to look whether another server is the
        primary, `changed` is told of each office that may have changed, `city_changed` when there may be a new revision
        of the city; `interval` and `reread` are seconds.
        """
        self._ready = asyncio.Event()
        self._redis = redis
        self._reader = reader
        self._boards = boards
        self._tickets = tickets
        self._hub = hub
        self._keys = keys
        self._prepare = prepare
        self._check_clock = check_clock
        self._look_for_primary = look_for_primary
        self._changed = changed
        self._city_changed = city_changed
        self._logged: set[str] = set()
        self._primary_changed = False
        self._interval = interval
        self._ask = reread
        self._reading = asyncio.Semaphore(AT_A_TIME)
        self._offices = {office.id: office for office in city.offices}
        self._dirty = {office: asyncio.Event() for office in self._offices}
        self._following: dict[str, asyncio.Task[None]] = {}
        """The task that reads each office."""
        self._tasks: list[asyncio.Task[None]] = []
        self._running = False

    async def __aenter__(self) -> "Relay":
        self._running = True
        self._tasks = [
            asyncio.create_task(self._listen(), name="relay"),
            asyncio.create_task(self._hub.tell_ages(), name="ages"),
        ]
        for office in self._offices:
            self._begin_to_follow(office)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running = False
        # Python 3.11's wait_for, with which redis-py sends, can swallow a cancellation: one may not be enough.
        while running := [task for task in (*self._tasks, *self._following.values()) if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.1)

    def take_city(self, city: City) -> None:
        """The city has changed: new offices are followed, those that are gone are not, and the others are read
        again."""
        before, self._offices = self._offices, {office.id: office for office in city.offices}
        for office in before.keys() - self._offices.keys():
            del self._dirty[office]
            self._hub.remove(office)
            if task := self._following.pop(office, None):
                task.cancel()
                self._tasks.append(task)
        for office in self._offices.keys() - before.keys():
            self._dirty[office] = asyncio.Event()
            self._hub.add(office)
            if self._running:
                self._begin_to_follow(office)
        # Once the store is ready, all are read in any case.
        for office in self._offices.keys() & before.keys() if self.ready else ():
            if self._offices[office] != before[office]:
                self.mark_dirty(office)

    def _begin_to_follow(self, office: str) -> None:
        self._following[office] = asyncio.create_task(self._follow(office), name=office)

    @property
    def ready(self) -> bool:
        """The store answers and is this city's."""
        return self._ready.is_set()

    async def until_ready(self, within: float) -> None:
        """Waits until the store answers and is this city's, for so many seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._ready.wait()

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
        self._primary_changed = True
        for office in self._dirty:
            self.mark_dirty(office)

    def mark_dirty(self, office: str) -> None:
        """Has the office read again because it may have changed. Until then, its facts count as old as the last
        read."""
        self.read_soon(office)
        self._hub.offices[office].freshness.is_behind = True
        self._changed(office)

    def read_soon(self, office: str) -> None:
        """Has the office read again for a new listener who has no frame yet. Its facts stay as fresh as before."""
        if dirty := self._dirty.get(office):
            dirty.set()

    async def _listen(self) -> None:
        """Prepares the store and hears its signals; after any break, once more and with every office dirty."""
        while True:
            try:
                self._primary_changed = False
                # An idle connection may lead to a server that isn't the primary any more.
                await self._redis.connection_pool.disconnect(inuse_connections=False)
                await self._prepare()
                async with self._redis.pubsub() as pubsub:
                    await pubsub.psubscribe(self._keys.all_changed)
                    if not self._ready.is_set():
                        logger.info("store ready")
                    self._logged.clear()
                    self._ready.set()
                    for office in self._dirty:
                        self.mark_dirty(office)
                    await self._hear(pubsub)
            except (RedisError, OSError, SunbeonError) as error:
                if str(error) not in self._logged:
                    # Each message once an outage: there may be a thousand attempts, with several messages.
                    self._logged.add(str(error))
                    logger.error("store away: %s", error)
                self._ready.clear()
                for topics in self._hub.offices.values():
                    # Signals may be lost until it is back.
                    topics.freshness.is_behind = True
            await asyncio.sleep(RETRY_SECONDS * random.uniform(0.5, 1))

    async def _hear(self, pubsub: PubSub) -> None:
        """Marks an office dirty for each signal, and pings the store on the same connection, until the primary changes.

        Only a ping notices a peer that vanished without closing the connection. Its answer also proves that all signals
        from before the ping were heard. Raises what ends the connection.
        """
        loop = asyncio.get_running_loop()
        # Read from the connection itself, which is faster than PubSub: there may be thousands of signals a second.
        connection, asked_at, ask_at, look_at = pubsub.connection, 0.0, 0.0, loop.time() + self._ask
        while connection and not self._primary_changed:
            now = loop.time()
            if asked_at and now > asked_at + PONG_WITHIN:
                raise TimeoutError("no answer to a ping")
            if not asked_at and now >= ask_at:
                await pubsub.ping()
                asked_at, ask_at = now, now + PULSE_SECONDS
            if now >= look_at:
                # Without changes, nothing else notices that the primary can't confirm them any more.
                self._look_for_primary()
                self._city_changed()
                look_at = now + self._ask
            until = asked_at + PONG_WITHIN if asked_at else ask_at
            match await connection.read_response(timeout=max(until - now, 0.01)):
                case [b"pmessage", _, channel, _]:
                    self._heard(channel.decode())
                case [b"pong", _]:
                    self._hub.pulse.felt_at, asked_at = asked_at, 0.0

    def _heard(self, channel: str) -> None:
        office = self._keys.office_of(channel)
        if office == CITY:
            self._city_changed()
        elif office in self._dirty:
            self.mark_dirty(office)

    async def _follow(self, office: str) -> None:
        dirty, topics = self._dirty[office], self._hub.offices[office]
        while True:
            reread = max(self._ask, len(self._offices) / REREADS_A_SECOND)
            with suppress(TimeoutError):
                # Not wait_for, which in Python 3.11 makes a task for each wait, of each office.
                async with asyncio.timeout(reread * random.uniform(0.5, 1)):
                    await dirty.wait()
            if not self._ready.is_set():
                await asyncio.sleep(RETRY_SECONDS)
                continue
            dirty.clear()
            try:
                async with self._reading:
                    await self._publish(office, topics)
            except Unavailable:
                dirty.set()
                await asyncio.sleep(RETRY_SECONDS)
            except (UnknownOffice, RevisionChanged):
                # The city has just changed.
                dirty.set()
                await asyncio.sleep(self._interval)
            except Exception:
                logger.exception("board of %s", office)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(self._interval)

    async def _publish(self, id: str, topics: OfficeTopics) -> None:
        """Reads the office and publishes what is new."""
        office, dirty, began = self._offices[id], self._dirty[id], asyncio.get_running_loop().time()
        cached = await self._reader.refresh(office)
        topics.freshness.read(began, is_behind=dirty.is_set())
        await topics.board.publish(cached.content)
        topics.forget_unheard()
        beside = cached.content, self._boards.forgotten(office)
        if topics.staff_view.listeners and topics.staff_view_of != beside:
            view = await self._boards.staff_view(self._offices[id], cached.board)
            await topics.staff_view.publish(view.model_dump_json().encode())
            topics.staff_view_of = beside
        if topics.tickets:
            await self._publish_tickets(self._offices[id], topics)

    async def _publish_tickets(self, office: Office, topics: OfficeTopics) -> None:
        """Publishes all tickets that have listeners, with one round trip for each business day."""
        numbers: dict[date, list[int]] = defaultdict(list)
        for day, number in topics.tickets:
            numbers[day].append(number)
        for day, of_day in numbers.items():
            for ticket in await self._tickets.read(office, day, of_day):
                topic = ticket and topics.tickets.get((day, ticket.number))
                if ticket and topic:
                    await topic.publish(TicketContent.of(ticket).model_dump_json().encode())

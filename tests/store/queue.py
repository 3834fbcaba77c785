"""The queue of a town without the web service: the store's modules, joined as in the composition root."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from service.domain.office import City
from service.domain.service_clock import Clock, ServiceClock
from service.domain.staff import Actor
from service.domain.ticket import Channel, Priority, Ticket
from service.live.board_cache import BoardCache
from service.live.board_reader import BoardReader
from service.store.boards import Boards
from service.store.bootstrap import bootstrap
from service.store.counters import Counters
from service.store.driver.topology import OnePrimary, Topology
from service.store.driver.write_concern import WriteConcern
from service.store.executor import Executor
from service.store.keys import Keys
from service.store.rate_limiter import RateLimiter
from service.store.records import Records
from service.store.revisions import Revisions
from service.store.scripts import Script, load_scripts
from service.store.seal import Seal
from service.store.ticket_ids import TicketIds
from service.store.tickets import IssueLimits, Tickets
from service.store.windows import Windows
from tests.store.town import TOWN
from tests.support import A_CENTURY, MovableClock, StoppedClock

KIOSK = Actor("device", "kiosk")
CLERK = Actor("staff", "clerk")

KEPT_HERE = WriteConcern(0, Keys("kept-here"), durable=True)
"""The store alone keeps what was acknowledged, without replicas."""


class Queue:
    """`queue = Queue(...); await queue.bootstrap()`, then as routes use it: `queue.windows.next(...)`."""

    def __init__(
        self,
        city: City,
        clock: Clock,
        scripts: dict[str, Script],
        topology: Topology,
        redis: Redis,
        *,
        online_share: float | None = None,
        number_gap: int = 0,
        clock_tolerance: float = A_CENTURY,
        day_closed: Callable[[], None] = lambda: None,
        always_open: bool = False,
    ) -> None:
        self.city = city
        self.clock = ServiceClock(city, clock, always_open=always_open)
        self.keys = Keys(uuid.uuid4().hex)
        self.ids = TicketIds()
        self.ids.sign_with("secret")
        self.redis = redis
        self.revisions = Revisions(redis, self.keys)
        records = Records(self.ids, city.rules.priority_in_a_row)
        self.cache = BoardCache(self.clock)
        self.executor = Executor(
            scripts,
            topology,
            KEPT_HERE,
            self.keys,
            self.clock,
            records,
            self.revisions,
            self.cache.newest,
            clock_tolerance=clock_tolerance,
            number_gap=number_gap,
            day_closed=day_closed,
        )
        rate = RateLimiter(topology, self.keys, Seal(), "online", most=1, within=timedelta(hours=1))
        limits = IssueLimits(online_share=online_share)
        self.tickets = Tickets(self.executor, records, self.ids, self.clock, rate, limits)
        self.windows = Windows(self.executor, records, city.rules)
        self.counters = Counters(self.executor)
        self.boards = Boards(self.executor, topology, self.keys, records, self.clock, self.cache.newest)
        self.reader = BoardReader(self.boards, self.cache, clock)

    async def take(self, counter: str = "a", channel: Channel = Channel.WALK_IN) -> Ticket:
        """A number for somebody at the first office's counter."""
        office = self.city.offices[0]
        return await self.tickets.issue(
            office, office.counter(counter), channel, Priority.NONE, "ko", by=KIOSK, key=None
        )

    async def bootstrap(self) -> None:
        """Sets the store up for the town."""
        await bootstrap(self.redis, self.keys, self.city, self.clock.now, self.revisions, may_bootstrap=True)


@asynccontextmanager
async def queue_on(
    store_url: str, clock: MovableClock | None = None, **options: Any
) -> AsyncIterator[tuple[Queue, Redis]]:
    """The queue of the town, which is always open here, and a client of its store. Without a `clock`, time stands."""
    topology = OnePrimary(store_url, KEPT_HERE)
    async with Redis.from_url(store_url) as redis:
        queue = Queue(TOWN, clock or StoppedClock(), load_scripts(), topology, redis, always_open=True, **options)
        await queue.bootstrap()
        yield queue, redis
    await topology.aclose()

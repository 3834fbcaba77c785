"""The queue of a town without the web service: the store's modules, joined as in the composition root."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from service.directory.document import Document
from service.directory.editor import Editor
from service.directory.registry import Directory
from service.domain.office import City
from service.domain.service_clock import Clock, ServiceClock
from service.domain.staff import Actor
from service.domain.ticket import Channel, Priority, Ticket
from service.live.board_cache import BoardCache
from service.live.board_reader import BoardReader
from service.store.boards import Boards
from service.store.bootstrap import bootstrap, set_up_offices
from service.store.counters import Counters
from service.store.driver.topology import OnePrimary, Topology
from service.store.driver.write_concern import WriteConcern
from service.store.estimates import Estimates
from service.store.executor import Executor
from service.store.keys import Keys
from service.store.lobbies import Lobbies
from service.store.notices import Notices
from service.store.rate_limiter import RateLimiter
from service.store.records import Records
from service.store.revisions import Revisions
from service.store.scripts import Script, load_scripts
from service.store.seal import Seal
from service.store.ticket_ids import TicketIds
from service.store.tickets import IssueLimits, Tickets
from service.store.wait_models import WaitModels
from service.store.windows import Windows
from tests.store.town import document
from tests.support import A_CENTURY, MovableClock, StoppedClock

KIOSK = Actor("device", "kiosk")
CLERK = Actor("staff", "clerk")

KEPT_HERE = WriteConcern(0, Keys("kept-here"), durable=True)
"""The store alone keeps what was acknowledged, without replicas."""


class Queue:
    """`queue = Queue(...); await queue.bootstrap()`, then as routes use it: `queue.windows.next(...)`."""

    def __init__(
        self,
        document: Document,
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
        namespace: str = "",
    ) -> None:
        """`namespace`: of a queue that is in the store already; "" for a new one."""
        self.clock = ServiceClock(lambda: self.city, clock, always_open=always_open)
        self.keys = Keys(namespace or uuid.uuid4().hex)
        self.ids = TicketIds()
        self.ids.sign_with("secret")
        self.redis = redis
        self.revisions = Revisions(topology, self.keys)
        self.directory = Directory(document, self.revisions, self.clock.today)
        self.wait_models = WaitModels(topology, self.keys)
        estimates = Estimates(self.wait_models, self.clock)
        records = Records(self.ids, lambda: self.city.rules, estimates)
        self.cache = BoardCache(self.clock, estimates.key)
        self.executor = Executor(
            scripts,
            topology,
            KEPT_HERE,
            self.keys,
            self.clock,
            records,
            self.cache.newest,
            self.directory.found,
            clock_tolerance=clock_tolerance,
            number_gap=number_gap,
            day_closed=day_closed,
        )
        rate = RateLimiter(topology, self.keys, Seal(), "online", most=1, within=timedelta(hours=1))
        limits = IssueLimits(online_share=online_share)
        self.tickets = Tickets(self.executor, records, self.ids, self.clock, rate, limits)
        self.windows = Windows(self.executor, records, lambda: self.city.rules)
        self.counters = Counters(self.executor)
        self.notices = Notices(self.executor)
        self.lobbies = Lobbies(self.executor)
        self.editor = Editor(
            self.directory,
            self.revisions,
            self.executor,
            self.clock,
            set_up=lambda offices: set_up_offices(redis, self.keys, clock, offices),
            store_is_ready=lambda: True,
        )
        self.boards = Boards(
            self.executor,
            topology,
            self.keys,
            records,
            self.clock,
            self.cache.newest,
            self.cache.newest_waits,
            estimates,
        )
        self.reader = BoardReader(self.boards, self.cache, clock, lambda id: self.city.office(id))

    @property
    def city(self) -> City:
        """The town as it is now."""
        return self.directory.city

    async def take(self, counter: str = "a", channel: Channel = Channel.WALK_IN) -> Ticket:
        """A number for somebody at the first office's counter."""
        office = self.city.offices[0]
        return await self.tickets.issue(
            office, office.counter(counter), channel, Priority.NONE, "ko", by=KIOSK, key=None
        )

    async def bootstrap(self) -> None:
        """Sets the store up for the town."""
        await bootstrap(self.redis, self.keys, may_bootstrap=True)
        await self.editor.begin()


@asynccontextmanager
async def queue_on(
    store_url: str, clock: MovableClock | None = None, **options: Any
) -> AsyncIterator[tuple[Queue, Redis]]:
    """The queue of the town, which is always open here, and a client of its store. Without a `clock`, time stands."""
    topology = OnePrimary(store_url, KEPT_HERE)
    async with Redis.from_url(store_url) as redis:
        queue = Queue(document(), clock or StoppedClock(), load_scripts(), topology, redis, always_open=True, **options)
        await queue.bootstrap()
        yield queue, redis
    await topology.aclose()

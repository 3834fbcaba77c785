"""How fast projections catch up: a log is written first, and projected afterwards."""

import asyncio
import time
from pathlib import Path

from redis.asyncio import Redis

from service.database.engine import Database, sqlite_url
from service.directory.document import Document
from service.domain.ticket import Channel, Priority
from service.projections.projector import Projector
from service.projections.registry import all_projections
from service.projections.shared_reads import SharedReads
from service.store.driver.bundled_server import BundledServer
from service.store.driver.topology import OnePrimary
from service.store.event_log import EventLog
from service.store.scripts import load_scripts
from tests.bench.report import Report
from tests.store.queue import CLERK, KEPT_HERE, KIOSK, Queue
from tests.store.town import HALL, HALL_ENTRY, document
from tests.support import StoppedClock

LEAST = 1000
"""Events a second that all projections together take over, each event counted once. A thousand offices that give 220
tickets a day, of four events each, make 27. Most of the time goes to waits: an estimate for each ticket that is
issued."""

VISITORS = 9000
"""People who take a number, are called and are served."""

AT_A_TIME = 50
"""Of them who take a number at the same time."""


def run(report: Report, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    asyncio.run(_run(report, folder))


async def _run(report: Report, folder: Path) -> None:
    store = BundledServer(folder / "store")
    store.start()
    topology, database = OnePrimary(store.url, KEPT_HERE), Database(sqlite_url(folder))
    try:
        async with Redis.from_url(store.url) as redis:
            queue = Queue(_town(), StoppedClock(), load_scripts(), topology, redis, always_open=True)
            await queue.bootstrap()
            await _serve_all(queue)
        log = EventLog(topology, queue.keys)
        events = await log.length(HALL.id)
        await database.prepare()
        reads = SharedReads(log)
        projectors = [
            Projector(projection, database, log, reads)
            for projection in all_projections(queue.clock, queue.wait_models)
        ]
        began = time.monotonic()
        # As the runner does it.
        while any([await projector.advance([HALL.id]) for projector in projectors]):
            reads.clear()
        seconds = time.monotonic() - began
    finally:
        await database.aclose()
        await topology.aclose()
        store.stop()
    names = ", ".join(projector.projection.name for projector in projectors)
    report.fact(
        f"{events:,} events to {names} on SQLite: at least {LEAST:,} a second",
        f"{events / seconds:,.0f} a second",
        events / seconds >= LEAST,
    )


def _town() -> Document:
    """A town with enough numbers."""
    counter = {"id": "a", "name": {"ko": "가", "en": "A"}, "numbers": [1, 9999]}
    return document([HALL_ENTRY | {"counters": [counter], "windows": [{"id": 1, "counters": ["a"]}]}])


async def _serve_all(queue: Queue) -> None:
    office = queue.city.offices[0]
    counter = office.counters[0]
    for _ in range(VISITORS // AT_A_TIME):
        takes = (
            queue.tickets.issue(office, counter, Channel.WALK_IN, Priority.NONE, "ko", by=KIOSK, key=None)
            for _ in range(AT_A_TIME)
        )
        await asyncio.gather(*takes)
    await queue.windows.open(office, 1, [counter.id], by=CLERK)
    finished = None
    while called := (await queue.windows.next(office, 1, finished, by=CLERK)).called:
        finished = called.number

"""Commands for operators, on the store and the database of the settings. A service may run on both meanwhile."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import NamedTuple

from redis.asyncio import Redis

from service.database.engine import Database, sqlite_url
from service.directory.loader import load_city
from service.directory.registry import city_of_revision
from service.domain.hours import KST
from service.domain.office import City
from service.domain.service_clock import ServiceClock
from service.projections.pairing import adopt_database, prepare_database
from service.projections.projector import Projector
from service.projections.registry import all_projections
from service.settings import Settings
from service.store.driver.bundled_server import BundledServer
from service.store.driver.topology import OnePrimary, connect
from service.store.driver.write_concern import WriteConcern
from service.store.event_log import EventLog
from service.store.keys import CITY, Keys
from service.store.removed_offices import offices_set_up
from service.store.revisions import Revisions
from service.store.wait_models import WaitModels


class _Parts(NamedTuple):
    redis: Redis
    topology: OnePrimary
    keys: Keys
    database: Database
    log: EventLog


async def adopt(settings: Settings) -> None:
    """Makes the settings' database the store's own. Raises DatabaseAway, StoreNotReady, errors of the store's."""
    async with _parts(settings) as parts:
        await adopt_database(parts.database, parts.redis, parts.keys)


async def rebuild(settings: Settings, name: str) -> int:
    """Makes a projection anew from the logs, and returns the number of events. What is older than the logs stays.

    Raises WrongDatabase, DatabaseAway, StoreNotReady, errors of the store's.
    """
    events = 0
    async with _parts(settings) as parts:
        await prepare_database(parts.database, parts.redis, parts.keys)
        city = await _city(settings, parts)
        clock = ServiceClock(lambda: city, lambda: datetime.now(KST), always_open=settings.demo)
        projections = all_projections(clock, WaitModels(parts.topology, parts.keys))
        (projection,) = (each for each in projections if each.name == name)
        projector = Projector(projection, parts.database, parts.log)
        for source in [CITY, *await offices_set_up(parts.redis, parts.keys)]:
            await projector.rebuild(source)
            while not await projector.is_current(source):
                events += sum(map(len, (await projector.advance([source])).values()))
    return events


async def _city(settings: Settings, parts: _Parts) -> City:
    """The city of the latest revision; of the settings' file where there is none yet."""
    revisions = Revisions(parts.topology, parts.keys)
    if latest := await revisions.latest():
        return city_of_revision(*await revisions.read([latest]))
    return load_city(settings.city)


@asynccontextmanager
async def _parts(settings: Settings) -> AsyncIterator[_Parts]:
    with running_store(settings) as url:
        keys = Keys(settings.namespace)
        redis, database = connect(url), Database(settings.database_url or sqlite_url(settings.data_dir))
        topology = OnePrimary(url, WriteConcern(settings.replicas, keys, durable=settings.durable))
        try:
            yield _Parts(redis, topology, keys, database, EventLog(topology, keys))
        finally:
            await topology.aclose()
            await database.aclose()
            await redis.aclose()


@contextmanager
def running_store(settings: Settings) -> Iterator[str]:
    """The URL of the store, which is started for the moment if it is the embedded one and no service runs it."""
    if settings.redis_url:
        yield settings.redis_url
        return
    store = BundledServer(settings.data_dir / "store")
    if store.answers():
        yield store.url
        return
    store.start()
    try:
        yield store.url
    finally:
        store.stop()

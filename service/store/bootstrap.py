"""Bootstrap: an empty store is set up for a city once, and recognised at every later start.

A store that is empty although it was set up before is a lost volume: its numbers must not start again at the first one.
So the city's key names a generation, every office's keys carry it, and the scripts refuse an office without it.
"""

import secrets
from importlib.resources import files

from redis.asyncio import Redis

from service.domain.errors import StoreNotReady
from service.domain.hours import business_day
from service.domain.office import City
from service.domain.service_clock import Clock
from service.store.keys import Keys
from service.store.revisions import Revisions


async def bootstrap(
    redis: Redis, keys: Keys, city: City, clock: Clock, revisions: Revisions, *, may_bootstrap: bool
) -> None:
    """Makes sure that every office of the city is set up in the store; does nothing where they are. Enters
    the city among the revisions.

    Raises StoreNotReady for a store without this city's data, unless `may_bootstrap`, and for one that has lost an
    office's data. Offices new in the city's file are set up.
    """
    if may_bootstrap:
        await redis.hsetnx(keys.city, "generation", secrets.token_hex(8))
    set_up = redis.register_script((files("service.store") / "lua/setup/bootstrap.lua").read_text())
    known = await redis.hgetall(keys.city)
    generation = known.get(b"generation")
    if generation is None:
        raise StoreNotReady
    revision = await revisions.enter(city)
    for office in city.offices:
        meta = keys.meta(office.id)
        if f"office:{office.id}".encode() in known:
            if await redis.hget(meta, "generation") != generation:
                raise StoreNotReady
            continue
        now = clock()
        epoch, day, now_ms = secrets.token_hex(4), business_day(now).isoformat(), int(now.timestamp() * 1000)
        await set_up([meta, keys.log(office.id)], [generation, epoch, day, now_ms, revision])
        await redis.hset(keys.city, f"office:{office.id}", 1)


async def shared_secret(redis: Redis, keys: Keys) -> str:
    """The demo's secret, one for all processes on a store."""
    await redis.set(keys.secret, secrets.token_urlsafe(32), nx=True)
    found = await redis.get(keys.secret)
    assert isinstance(found, bytes)
    return found.decode()

"""Bootstrap: an empty store is set up for a city once, and recognised at every later start.

A store that is empty although it was set up before is a lost volume: its numbers must not start again at the first one.
So the city's key names a generation, every office's keys carry it, and the scripts refuse an office without it.
"""

import secrets
from collections.abc import Mapping
from importlib.resources import files

from redis.asyncio import Redis

from service.domain.errors import StoreNotReady
from service.domain.hours import business_day
from service.domain.service_clock import Clock
from service.store.keys import Keys
from service.store.removed_offices import offices_set_up


async def bootstrap(redis: Redis, keys: Keys, *, may_bootstrap: bool) -> None:
    """Makes sure that the store is a city's. Raises StoreNotReady for one that is not, unless `may_bootstrap`."""
    if may_bootstrap:
        await redis.hsetnx(keys.city, "generation", secrets.token_hex(8))
    elif not await redis.hexists(keys.city, "generation"):
        raise StoreNotReady


async def set_up_offices(redis: Redis, keys: Keys, clock: Clock, offices: Mapping[str, int]) -> list[str]:
    """Makes sure that these offices are set up, each new one under its revision. Returns all that ever were.

    Raises StoreNotReady for a store that has lost the data of one of them.
    """
    set_up = redis.register_script((files("service.store") / "lua/setup/bootstrap.lua").read_text())
    known = await redis.hgetall(keys.city)
    generation = known[b"generation"]
    for office, revision in offices.items():
        meta = keys.meta(office)
        if f"office:{office}".encode() in known:
            if await redis.hget(meta, "generation") != generation:
                raise StoreNotReady
            continue
        now = clock()
        epoch, day, now_ms = secrets.token_hex(4), business_day(now).isoformat(), int(now.timestamp() * 1000)
        await set_up([meta, keys.log(office)], [generation, epoch, day, now_ms, revision])
        await redis.hset(keys.city, f"office:{office}", 1)
    return await offices_set_up(redis, keys)


async def shared_secret(redis: Redis, keys: Keys) -> str:
    """The demo's secret, one for all processes on a store."""
    await redis.set(keys.secret, secrets.token_urlsafe(32), nx=True)
    found = await redis.get(keys.secret)
    assert isinstance(found, bytes)
    return found.decode()

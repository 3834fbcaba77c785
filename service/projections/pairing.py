"""Pairing: the store remembers which database is its own, so that no events are projected into another one, and no
accounts are read from one.

A service that was started with another folder, or another URL, would begin a second history, and the two would each
lack what the other has.
"""

from redis.asyncio import Redis

from service.database.engine import Database, WrongDatabase
from service.domain.errors import StoreNotReady
from service.store.keys import Keys


async def prepare_database(database: Database, redis: Redis, keys: Keys) -> str:
    """Brings the schema to this version's, and makes sure that the store and the database belong together. Returns the
    database's id.

    Raises WrongDatabase, DatabaseAway, and StoreNotReady for a store that was never set up.
    """
    await database.prepare()
    id = await database.identify(await _generation(redis, keys))
    await redis.hsetnx(keys.city, "database", id)
    own = await redis.hget(keys.city, "database")
    if own != id.encode():
        raise WrongDatabase(
            f"the database {database} is not this store's own: name its own in SUNBEON_DATABASE_URL, or run "
            "python -m service database adopt to go on with this one"
        )
    return id


async def adopt_database(database: Database, redis: Redis, keys: Keys) -> None:
    """Makes the database the store's own, whatever either was paired with before. Raises as `prepare_database`."""
    await database.prepare()
    id = await database.adopt(await _generation(redis, keys))
    await redis.hset(keys.city, "database", id)


async def _generation(redis: Redis, keys: Keys) -> str:
    generation = await redis.hget(keys.city, "generation")
    if generation is None:
        raise StoreNotReady
    assert isinstance(generation, bytes)
    return generation.decode()

"""Offices that the city does not have any more. A day is closed when its office is next used, and nobody uses these,
so a task closes their days."""

import asyncio
import logging
import random
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.domain.errors import SunbeonError
from service.domain.office import City
from service.store.executor import Executor
from service.store.keys import Keys

logger = logging.getLogger(__name__)

LOOK_EVERY = 600.0
"""Seconds, on average. So personal data are gone minutes after midnight, as in every other office."""

RETRY_AFTER = 10.0
"""Seconds, on average, after the store was away."""


async def offices_set_up(redis: Redis, keys: Keys) -> list[str]:
    """The ids of all offices that were ever set up in this store."""
    fields = await redis.hkeys(keys.city)
    names = [field.decode() if isinstance(field, bytes) else field for field in fields]
    return sorted(name.removeprefix("office:") for name in names if name.startswith("office:"))


class RemovedOffices:
    """`run()` is a task that lasts as long as the service."""

    def __init__(self, redis: Redis, keys: Keys, find_city: Callable[[], City], executor: Executor) -> None:
        """`find_city`: the city as it is now."""
        self._redis = redis
        self._keys = keys
        self._find_city = find_city
        self._executor = executor

    async def run(self) -> None:
        """Closes the days of these offices once they are over, for ever."""
        while True:
            pause = LOOK_EVERY
            try:
                for office in await offices_set_up(self._redis, self._keys):
                    if self._find_city().find(office) is None:
                        # Any script would do: the executor first closes the office's past day.
                        await self._executor.execute("read_board", office, "", "")
            except (RedisError, OSError, SunbeonError) as error:
                logger.debug("the days of offices that are gone are looked at again: %s", error)
                pause = RETRY_AFTER
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))

"""Erasure: personal data that were wiped when a day was closed are removed from the disk too.

Closing a day overwrites personal data, but the append-only file still has the commands that wrote them. So the file is
rewritten from the present data (BGREWRITEAOF).
"""

import asyncio
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 10.0
"""Offices close their days one after another, within seconds; the file is rewritten once, after the last of them."""


class AofRewriter:
    """`due()` whenever something was wiped; `run()` is a task that lasts as long as the service."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._due = asyncio.Event()

    def due(self) -> None:
        """Something was wiped just now."""
        self._due.set()

    async def run(self) -> None:
        """Has the file rewritten whenever something was wiped, for ever."""
        while True:
            await self._due.wait()
            self._due.clear()
            await asyncio.sleep(SETTLE_SECONDS)
            if not self._due.is_set() and not await self._rewrite():
                self._due.set()

    async def _rewrite(self) -> bool:
        """Whether a rewrite began now. One that is under way doesn't count: it may have begun before the wiping."""
        try:
            await self._redis.bgrewriteaof()
        except ResponseError as error:
            if "in progress" in str(error):
                return False
            logger.error("the append-only file keeps what the night wiped: BGREWRITEAOF was refused (%s)", error)
        except (RedisError, OSError):
            return False
        return True

"""The service's clock, held against the store's."""

from collections.abc import Callable
from datetime import datetime

from redis.asyncio import Redis

from service.domain.errors import ClockOff

Clock = Callable[[], datetime]
"""Now, with its UTC offset."""


async def check_clock(redis: Redis, clock: Clock, tolerance: float) -> None:
    """Raises ClockOff where the two differ by more than `tolerance` seconds; lua/_office.lua refuses the same."""
    seconds, microseconds = await redis.time()
    ahead = clock().timestamp() - (seconds + microseconds / 1_000_000)
    if abs(ahead) > tolerance:
        raise ClockOff.by(ahead)

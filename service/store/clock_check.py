"""Compares the service's clock with the store's."""

from redis.asyncio import Redis

from service.domain.errors import ClockOff
from service.domain.service_clock import Clock


async def check_clock(redis: Redis, clock: Clock, tolerance: float) -> None:
    """Raises ClockOff where the two differ by more than `tolerance` seconds, as lua/lib/preconditions.lua does."""
    seconds, microseconds = await redis.time()
    ahead = clock().timestamp() - (seconds + microseconds / 1_000_000)
    if abs(ahead) > tolerance:
        raise ClockOff.by(ahead)

"""The connection to the store: one server by URL, or whichever server Sentinel says is the primary."""

import asyncio
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

SENTINEL_SCHEME = "redis+sentinel"
"""redis+sentinel://[user:password@]host:port,host:port/service names Sentinels and what they watch."""

MOST_CONNECTIONS = 8
"""Of one client: what asks at the same time shares one (`pipe.py`)."""

SENTINEL_WITHIN = 0.5
"""Seconds that a Sentinel has to accept a connection, and again to answer. All are asked at the same time."""


class _EverySentinel(Sentinel):
    """Believes the Sentinel that knows of the newest failover. redis-py believes the first that answers, and that one
    may be cut off from the others together with a former primary."""

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        asked = (sentinel.sentinel_master(service_name) for sentinel in self.sentinels)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, RedisError | OSError):
                raise answer
        states = [answer for answer in answers if isinstance(answer, dict)]
        newest = max((state["config-epoch"] for state in states), default=0)
        for state in states:
            # A Sentinel that can't reach the primary itself says that it is down, and others may know better.
            if state["config-epoch"] == newest and self.check_master_state(state, service_name):
                return state["ip"], state["port"]
        raise MasterNotFoundError(f"{len(states)} of {len(answers)} Sentinels answer, and name no primary that is up")


class _WaitingPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to the primary that Sentinel names; a burst waits for one, as it does without Sentinel."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


def connect(url: str, *, answer_within: float | None = 1.5) -> Redis:
    """A client that connects within a second, and never sends a command twice by itself.

    `answer_within`: seconds for each answer; None where the caller sets the limit (`pipe.py`).
    """
    patience: dict[str, Any] = {
        "socket_connect_timeout": 1.0,
        "socket_timeout": answer_within,
        # A script that may have run must not run again unasked.
        "retry": Retry(NoBackoff(), 0),
        # Under RESP3 redis-py listens for maintenance notices, and hands out connections that were closed meanwhile.
        "protocol": 2,
    }
    parts = urlsplit(url)
    if parts.scheme != SENTINEL_SCHEME:
        return Redis.from_pool(
            BlockingConnectionPool.from_url(url, max_connections=MOST_CONNECTIONS, timeout=1.0, **patience)
        )
    login: dict[str, Any] = {
        name: unquote(value) for name in ("username", "password") if (value := getattr(parts, name))
    }
    addresses = [address.rsplit(":", 1) for address in parts.netloc.rpartition("@")[2].split(",")]
    sentinel = _EverySentinel(  # type: ignore[no-untyped-call]
        [(host, int(port)) for host, port in addresses],
        sentinel_kwargs={
            "socket_connect_timeout": SENTINEL_WITHIN,
            "socket_timeout": SENTINEL_WITHIN,
            "retry": Retry(NoBackoff(), 0),
            "protocol": 2,
        },
    )
    primary: Redis = sentinel.master_for(
        parts.path.strip("/"),
        connection_pool_class=_WaitingPool,
        max_connections=MOST_CONNECTIONS,
        timeout=1.0,
        **patience,
        **login,
    )
    return primary

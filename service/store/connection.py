"""The connection to the store: one server by URL, or whichever server Sentinel says is the primary."""

from typing import Any
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff

SENTINEL_SCHEME = "redis+sentinel"
"""redis+sentinel://[user:password@]host:port,host:port/service names Sentinels and what they watch."""

MOST_CONNECTIONS = 8
"""Of one client: what asks at the same time shares one (`pipe.py`)."""


class _WaitingPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to the primary that Sentinel names; a burst waits for one, as it does without Sentinel."""


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
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [(host, int(port)) for host, port in addresses],
        sentinel_kwargs={"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
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

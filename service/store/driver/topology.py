"""Where the store's servers are: one by its URL, or the primary that Sentinels name.

Every command is sent with a routing key, the office or the key that it is about. Both of these topologies have one
primary for all routing keys; on a Cluster, each would lead to the server of its slot.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from service.store.driver.pipelining import PipelinedConnection
from service.store.driver.replicated_writer import ReplicatedWriter
from service.store.driver.write_concern import WriteConcern

SENTINEL_SCHEME = "redis+sentinel"
"""redis+sentinel://[user:password@]host:port,host:port/service names Sentinels and what they watch."""

MOST_CONNECTIONS = 8
"""Of one client. The commands of requests share a single one (`pipelining.py`)."""

SENTINEL_WITHIN = 0.5
"""Seconds that a Sentinel has to accept a connection, and again to answer. All are asked at the same time."""


class _EverySentinel(Sentinel):
    """Asks every Sentinel, and uses the answer of the one that knows of the newest failover.

    redis-py uses the first answer, and that Sentinel may be cut off from the others together with a former primary.
    """

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        asked = (sentinel.sentinel_master(service_name) for sentinel in self.sentinels)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, RedisError | OSError):
                raise answer
        states = [answer for answer in answers if isinstance(answer, dict)]
        newest = max((state["config-epoch"] for state in states), default=0)
        for state in states:
            # A Sentinel that cannot reach the primary says that it is down, while others may reach it.
            if state["config-epoch"] == newest and self.check_master_state(state, service_name):
                return state["ip"], state["port"]
        raise MasterNotFoundError(f"{len(states)} of {len(answers)} Sentinels answer, and name no primary that is up")


class _WaitingPool(SentinelConnectionPool, BlockingConnectionPool):
    """Connections to the primary that Sentinel names. A burst waits for a free one, as it does without Sentinel."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


def connect(url: str, *, answer_within: float | None = 1.5) -> Redis:
    """A client that connects within a second, and never sends a command twice by itself.

    `answer_within`: seconds for each answer; None where the caller sets a deadline (`pipelining.py`).
    """
    options: dict[str, Any] = {
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
            BlockingConnectionPool.from_url(url, max_connections=MOST_CONNECTIONS, timeout=1.0, **options)
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
        **options,
        **login,
    )
    return primary


class Topology(Protocol):
    """Leads each routing key to the server that has its data."""

    def connection(self, routing_key: str) -> PipelinedConnection:
        """For commands that change nothing, or whose loss in a failover does no harm."""

    def writer(self, routing_key: str) -> ReplicatedWriter:
        """For writes that are acknowledged under the write concern."""

    def renew(self) -> None:
        """Begins to look whether other servers are the primaries by now."""

    async def aclose(self) -> None:
        """Closes all connections."""


class OnePrimary:
    """The topology of one server, and of Sentinel: reads and writes of every routing key go to the same primary."""

    def __init__(self, url: str, concern: WriteConcern, primary_changed: Callable[[], None] = lambda: None) -> None:
        """`primary_changed` is called when another server than before is the primary."""
        self._primary_changed = primary_changed
        # Deadlines are the callers': a timeout of the client's own would end the connection for all of them.
        self._client = connect(url, answer_within=None)
        self._reads = PipelinedConnection(self._client)
        self._writes = PipelinedConnection(self._client, check=concern.check, server_changed=self._follow)
        self._writer = ReplicatedWriter(self._writes, concern)

    def connection(self, routing_key: str) -> PipelinedConnection:
        """The connection for reads."""
        return self._reads

    def writer(self, routing_key: str) -> ReplicatedWriter:
        """The writer on the checked connection."""
        return self._writer

    def renew(self) -> None:
        """Begins to look whether another server is the primary by now."""
        self._writes.renew()

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._reads.aclose()
        await self._writes.aclose()
        await self._client.aclose()

    def _follow(self) -> None:
        """The reads go to the server that the writes go to."""
        self._reads.drop()
        self._primary_changed()

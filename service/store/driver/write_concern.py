"""The write concern: an acknowledged write is on the disk of the primary, and of as many replicas as the settings say.

Without replicas, the primary's fsync before each answer (`appendfsync always`) is enough. With replicas, the answer
waits until that many of them have fsynced the write too (WAITAOF): then any of them may be promoted, and nothing is
lost. docs/reliability.md says what each choice costs.
"""

import asyncio
import logging
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from service.domain.errors import NotConfirmed, StoreNotReady
from service.store.keys import Keys

logger = logging.getLogger(__name__)

CONFIRM_WITHIN_MS = 300
"""How long replicas may take to receive a change, and again to sync it, before the caller is told that it isn't
confirmed. The store checks its timeouts ten times a second, so that both waits together may take 0.8 s. A write that
had to queue behind another wait may take 1.6 s, which is still before its deadline."""

REQUIRED = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


class WriteConcern:
    """What this process checks on every new connection, and waits for with every write."""

    def __init__(self, replicas: int | None, keys: Keys, *, durable: bool) -> None:
        """`replicas`: how many must confirm; None: all that were ever connected. Not `durable`: nothing is promised."""
        self._keys = keys
        self._counts = durable and replicas is None
        self.durable = durable
        self.replicas = replicas or 0
        """How many must confirm. It never falls by itself: a replica that is away for the moment can still be
        promoted."""
        self._warned: set[str] = set()

    @property
    def required_replicas(self) -> int | None:
        """How many replicas a writing script must find connected; None where their number does not matter."""
        return self.replicas if self._counts else None

    async def check(self, redis: Redis) -> str:
        """The server's run id. Raises StoreNotReady, saying what to change, for a store that can lose acknowledged
        writes."""
        info = await redis.info("all")
        server = str(info["run_id"])
        if not self.durable:
            self._warn("SUNBEON_DURABLE=0: acknowledged tickets can be lost")
            return server
        self._check_version(info)
        if info.get("role") != "master":
            raise StoreNotReady("The store is a replica: SUNBEON_REDIS_URL must name the primary, or its Sentinels.")
        await _check_config(redis, "the store")
        replicas = connected_replicas(info)
        seen = int(await redis.hget(self._keys.city, "replicas") or 0) if self._counts else 0
        needed = max(self.replicas, seen)
        if len(replicas) < needed:
            raise StoreNotReady(
                f"{needed} replicas must confirm and {len(replicas)} are connected: bring the others back, "
                "or set SUNBEON_REPLICAS lower (docs/reliability.md says what that costs)."
            )
        # All at once: each may take a second, and the caller's deadline is close.
        await asyncio.gather(*(self._check_replica(redis, host, port) for host, port in replicas))
        if self._counts:
            self.replicas = max(needed, self.replicas, len(replicas))
            if self.replicas > seen:
                # Another process that starts while one of them is away must not ask for fewer.
                await redis.hset(self._keys.city, "replicas", self.replicas)
        return server

    def wait_commands(self) -> list[tuple[str | int, ...]]:
        """The commands that wait for the replicas. They must follow the writes directly, on the same connection."""
        return [
            # The wait covers only this connection's own writes, and a repeated request has written nothing.
            ("HINCRBY", self._keys.city, "confirmed", 1),
            ("WAIT", self.replicas, CONFIRM_WITHIN_MS),
            ("WAITAOF", 1, self.replicas, CONFIRM_WITHIN_MS),
        ]

    def failure(self, answer: Any) -> BaseException | None:
        """The error that this answer to the last of `wait_commands` stands for; None if enough replicas have
        fsynced."""
        if isinstance(answer, BaseException):
            return answer
        local, replicas = answer
        return NotConfirmed() if local < 1 or replicas < self.replicas else None

    def _check_version(self, info: dict[str, Any]) -> None:
        valkey, redis = info.get("valkey_version"), info.get("redis_version", "0.0.0")
        found = tuple(int(part) for part in redis.split(".")[:2])
        # Valkey 8 and later say 7.2 for what programs of Redis see of them.
        if found < (7, 2) or (valkey and int(valkey.split(".")[0]) < 8):
            raise StoreNotReady(f"The store is version {valkey or redis}: use Redis >= 7.2 or Valkey >= 8 (WAITAOF).")

    async def _check_replica(self, redis: Redis, host: str, port: int) -> None:
        login = {
            name: value
            for name in ("username", "password")
            if (value := redis.connection_pool.connection_kwargs.get(name))
        }
        try:
            async with Redis(host=host, port=port, socket_timeout=1, socket_connect_timeout=1, **login) as client:
                await _check_config(client, f"the replica {host}:{port}")
        except ResponseError:
            raise
        except RedisError as error:
            # Its configuration cannot be read at the moment; WAITAOF will tell whether it fsyncs.
            self._warn(f"replica {host}:{port}: {error}")

    def _warn(self, text: str) -> None:
        """Logs a text once: an idle store is checked every few seconds."""
        if text not in self._warned:
            self._warned.add(text)
            logger.warning(text)


def connected_replicas(info: dict[str, Any]) -> set[tuple[str, int]]:
    """Addresses of the replicas in INFO's answer that are in step with their primary; lua/lib/preconditions.lua agrees.

    One that came back before its dead link was noticed has two links. A program that only copies the data, as
    `valkey-cli --rdb` does, has no port, and can't be promoted.
    """
    links = (info[f"slave{i}"] for i in range(int(info.get("connected_slaves", 0))))
    return {(link["ip"], int(link["port"])) for link in links if link["state"] == "online" and int(link["port"])}


async def _check_config(redis: Redis, who: str) -> None:
    try:
        config = await redis.config_get(*REQUIRED)
    except ResponseError as error:
        raise StoreNotReady(
            f"CONFIG GET is refused by {who} ({error}): allow it, so that its promise can be checked."
        ) from error
    for name, value in REQUIRED.items():
        if config.get(name) != value:
            raise StoreNotReady(
                f"{name} is {config.get(name)!r} on {who}: CONFIG SET {name} {value}, and write it to its file."
            )

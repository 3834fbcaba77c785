"""Rate limits per address over a sliding window, counted in the store for all processes together."""

import secrets
from datetime import timedelta
from importlib.resources import files

from service.store.driver.topology import Topology
from service.store.keys import Keys
from service.store.seal import Seal


class RateLimiter:
    """At most `most` of something for each address, in any window of length `within`.

    Addresses are personal data: the store holds their keyed hash, for no longer than they count. Replicas need not
    confirm the counts, because it does no harm if a failover forgets some.
    """

    def __init__(self, topology: Topology, keys: Keys, seal: Seal, name: str, most: int, within: timedelta) -> None:
        self._take = (files("service.store") / "lua/rates/take.lua").read_text()
        self._topology = topology
        self._keys = keys
        self._seal = seal
        self._name = name
        self._most = most
        self._within = int(within.total_seconds() * 1000)

    async def take(self, address: str, now: int) -> tuple[str, float]:
        """Counts one at `now`, in epoch milliseconds. Returns its id for `give_back`, and the seconds to wait.

        If these are 0, it was counted; otherwise it wasn't. Raises StoreUnavailable and StoreNotReady.
        """
        id = secrets.token_hex(8)
        key = self._key(address)
        reader = self._topology.connection(key)
        wait = await reader.send("EVAL", self._take, 1, key, now, self._within, self._most, id)
        return id, wait / 1000

    async def give_back(self, address: str, id: str) -> None:
        """Takes back one that was counted."""
        key = self._key(address)
        await self._topology.connection(key).send("ZREM", key, id)

    def _key(self, address: str) -> str:
        return self._keys.rate(self._name, self._seal.of("rate", self._name, address))

"""So much of something an address in any stretch of time, counted in the store for all processes together."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from service.domain.errors import StoreNotReady
from service.store.keys import Keys
from service.store.pipe import Pipe

TAKE = """
-- KEYS 1 what the address has taken, by time   ARGV 1 now, ms  2 the stretch of time, ms  3 most in it  4 this one
-- Returns 0 when it is counted, or how long to wait for the next, ms.
local now, stretch, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - stretch)
if redis.call("ZCARD", KEYS[1]) >= most then
  return math.max(1, tonumber(redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")[2] or now) + stretch - now)
end
redis.call("ZADD", KEYS[1], now, ARGV[4])
redis.call("PEXPIRE", KEYS[1], stretch)
return 0
"""


class Rate:
    """At most `most` of something an address within `within`.

    Addresses are personal data: the store holds their HMAC, with a secret that it doesn't have, and for no longer than
    they count. Counts are not confirmed by replicas, since a failover may forget some.
    """

    def __init__(self, store: Pipe, keys: Keys, name: str, most: int, within: timedelta) -> None:
        self._store = store
        self._keys = keys
        self._name = name
        self._most = most
        self._within = int(within.total_seconds() * 1000)
        self._secret: bytes | None = None

    def sign_with(self, secret: str) -> None:
        """Addresses are hidden with this secret from now on; until it is known, nothing can be counted."""
        self._secret = secret.encode()

    async def take(self, address: str, now: int) -> tuple[str, float]:
        """Counts one at `now`, in epoch milliseconds: its id for `give_back`, and the seconds to wait.

        They are 0 for one that was counted; otherwise nothing was. Raises StoreUnavailable and StoreNotReady.
        """
        id = secrets.token_hex(8)
        wait = await self._store.run("EVAL", TAKE, 1, self._key(address), now, self._within, self._most, id)
        return id, wait / 1000

    async def give_back(self, address: str, id: str) -> None:
        """One that was counted came to nothing."""
        await self._store.run("ZREM", self._key(address), id)

    def _key(self, address: str) -> str:
        if self._secret is None:
            raise StoreNotReady
        hidden = hmac.new(self._secret, f"{self._name}\0{address}".encode(), hashlib.sha256)
        return self._keys.rate(self._name, hidden.hexdigest()[:32])

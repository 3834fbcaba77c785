"""The connection limiter: how many WebSockets one address may hold open in this process."""

from collections import Counter


class ConnectionLimiter:
    """Counts by address. The empty address (NOBODY of `service/net/client_addresses.py`) isn't counted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def acquire(self, address: str) -> bool:
        """Whether one more of this address may be open; if so it counts until `release`."""
        if not address:
            return True
        if self._open[address] >= self._most:
            return False
        self._open[address] += 1
        return True

    def release(self, address: str) -> None:
        """One that was acquired is closed."""
        if address:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

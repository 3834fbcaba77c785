"""How many sockets one address may hold open in this process."""

import ipaddress
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Places:
    """Counts anonymous sockets by address. This machine's own are a proxy's or a test's, and aren't counted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str) -> Iterator[bool]:
        """Whether there is a place for one more of this address; it is free again when the block ends."""
        if _is_this_machine(address):
            yield True
            return
        if self._taken[address] >= self._most:
            yield False
            return
        self._taken[address] += 1
        try:
            yield True
        finally:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

"""How many sockets one address may hold open in this process."""

import ipaddress
from collections import Counter


class Places:
    """Counts anonymous sockets by address. This machine's own are a proxy's or a test's, and aren't counted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Whether there is a place for one more of this address; if so it is taken until `give_back`."""
        if _is_this_machine(address):
            return True
        if self._taken[address] >= self._most:
            return False
        self._taken[address] += 1
        return True

    def give_back(self, address: str) -> None:
        """One that was taken is free again."""
        if not _is_this_machine(address):
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]


def _is_this_machine(address: str) -> bool:
    if address == "127.0.0.1":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

"""How many sockets one address may hold open in this process."""

from collections import Counter


class Places:
    """Counts by address. The empty address is nobody's (`service/addresses.py`), and isn't counted."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Whether there is a place for one more of this address; if so it is taken until `give_back`."""
        if not address:
            return True
        if self._taken[address] >= self._most:
            return False
        self._taken[address] += 1
        return True

    def give_back(self, address: str) -> None:
        """One that was taken is free again."""
        if address:
            self._taken[address] -= 1
            if not self._taken[address]:
                del self._taken[address]

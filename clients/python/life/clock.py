"""The life's clock."""

import time


class Clock:
    """Seconds since the epoch; a test makes them pass faster."""

    def __init__(self, speed: float = 1.0) -> None:
        """`speed`: how many of its seconds pass in a real one."""
        self.speed = speed
        self._began = time.time()
        self._since = time.monotonic()

    def now(self) -> float:
        return self._began + (time.monotonic() - self._since) * self.speed

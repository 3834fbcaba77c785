"""The recorded day's clock, faster."""

import asyncio
import time

BREATH = 0.5
"""Seconds between things that the recording doesn't time, so that they can be seen."""


class Pace:
    """`speed` recorded seconds pass in one; 0 is as fast as possible."""

    def __init__(self, speed: float, minute: float) -> None:
        """It is `minute` of the recorded day now."""
        self._speed = speed
        self._minute = minute
        self._began = time.monotonic()

    async def until(self, minute: float) -> None:
        """Returns when it is `minute` of the recorded day, at once if it has been."""
        if self._speed:
            due = self._began + (minute - self._minute) * 60 / self._speed
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def breathe(self) -> None:
        """A moment, at any speed but the fastest."""
        if self._speed:
            await asyncio.sleep(BREATH)

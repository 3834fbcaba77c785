"""The clock of the recorded day, which may run faster."""

import asyncio
import time

BREATH = 0.5
"""Seconds between things that the recording doesn't time, so that they can be seen."""


class Pace:
    """`speed`: recorded seconds that pass in a real one; 0 is as fast as possible."""

    def __init__(self, speed: float, minute: float) -> None:
        """Sets the clock: it is `minute` of the recorded day now."""
        self._speed = speed
        self._minute = minute
        self._began = time.monotonic()

    async def until(self, minute: float) -> None:
        """Waits until it is `minute` of the recorded day; returns at once if that is past."""
        if self._speed:
            due = self._began + (minute - self._minute) * 60 / self._speed
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def breathe(self) -> None:
        """Waits a moment, except at the fastest speed."""
        if self._speed:
            await asyncio.sleep(BREATH)

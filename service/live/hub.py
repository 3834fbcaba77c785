"""Who listens in this process, and the last frame of each thing that is listened to.

A listener is anything with `push(frame)` that takes an encoded frame and never waits (`socket.PushSocket`). Only the
relay publishes, so that no listener ever sees an older frame after a newer one.
"""

import asyncio
from collections.abc import Iterable
from datetime import date
from typing import Protocol

AT_A_TIME = 200
"""Listeners that are handed a frame before anything else may have its turn: 2 ms of a core."""

Place = tuple[date, int]
"""A ticket in its office: business day and number."""


class Listener(Protocol):
    def push(self, frame: bytes) -> None: ...


class Topic:
    """Listeners to one thing, and the last frame that they were sent."""

    __slots__ = ("frame", "listeners")

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.frame: bytes | None = None

    async def publish(self, frame: bytes) -> None:
        """Hands the frame to every listener, unless it is the one that they have. One publish at a time."""
        if frame == self.frame:
            return
        self.frame = frame
        listeners = list(self.listeners)
        for start in range(0, len(listeners), AT_A_TIME):
            if start:
                await asyncio.sleep(0)
            for listener in listeners[start : start + AT_A_TIME]:
                # Who has left meanwhile gets nothing; who has come was given this frame.
                if listener in self.listeners:
                    listener.push(frame)

    def join(self, listener: Listener) -> bytes:
        """The last frame, empty if there is none; the listener gets each new one until it leaves."""
        self.listeners.add(listener)
        return self.frame or b""

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)


class OfficeTopics:
    """What can be listened to in one office. The board is kept up always, the others while someone listens."""

    __slots__ = ("board", "desk", "tickets")

    def __init__(self) -> None:
        self.board = Topic()
        self.desk = Topic()
        self.tickets: dict[Place, Topic] = {}

    def ticket(self, place: Place) -> Topic:
        """The topic of one ticket; to be joined at once, for `forget_unheard` drops what nobody listens to."""
        return self.tickets.setdefault(place, Topic())

    def forget_unheard(self) -> None:
        """Drops what nobody listens to, so that no newcomer is handed an old frame of it."""
        if not self.desk.listeners:
            self.desk.frame = None
        self.tickets = {place: topic for place, topic in self.tickets.items() if topic.listeners}


class Hub:
    """Every office's topics in this process."""

    def __init__(self, offices: Iterable[str]) -> None:
        self.offices = {office: OfficeTopics() for office in offices}

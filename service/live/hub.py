"""Who listens in this process, and the last frame of each thing that is listened to.

A listener is anything with `push(frame)` that takes an encoded frame and never waits (`socket.PushSocket`). Only the
relay publishes, so that no listener ever sees an older frame after a newer one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol

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

    def publish(self, frame: bytes) -> None:
        """Hands the frame to every listener, unless it is the one that they have."""
        if frame == self.frame:
            return
        self.frame = frame
        for listener in list(self.listeners):
            listener.push(frame)

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """The listener gets the last frame at once, if there is one, and each new one until the block ends."""
        self.listeners.add(listener)
        try:
            if self.frame:
                listener.push(self.frame)
            yield
        finally:
            self.listeners.discard(listener)


class OfficeTopics:
    """What can be listened to in one office. The board is kept up always, the others while someone listens."""

    __slots__ = ("board", "desk", "tickets")

    def __init__(self) -> None:
        self.board = Topic()
        self.desk: Topic | None = None
        self.tickets: dict[Place, Topic] = {}

    @contextmanager
    def listening_to_desk(self, listener: Listener) -> Iterator[None]:
        """As `Topic.listening`."""
        topic = self.desk = self.desk or Topic()
        try:
            with topic.listening(listener):
                yield
        finally:
            if not topic.listeners:
                self.desk = None

    @contextmanager
    def listening_to_ticket(self, place: Place, listener: Listener) -> Iterator[None]:
        """As `Topic.listening`."""
        topic = self.tickets.setdefault(place, Topic())
        try:
            with topic.listening(listener):
                yield
        finally:
            if not topic.listeners:
                self.tickets.pop(place, None)


class Hub:
    """Every office's topics in this process."""

    def __init__(self, offices: Iterable[str]) -> None:
        self.offices = {office: OfficeTopics() for office in offices}

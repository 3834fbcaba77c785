"""The listeners of this process by topic, and the last content of each topic.

A listener is anything with `push(frame)` that takes an encoded frame and never waits (`push_socket.PushSocket`). Only
the relay publishes, so that no listener ever sees an older frame after a newer one.

What is published is a JSON object without its age. Each frame gets the age when it is sent (`freshness.py`), also the
frame that a new listener gets.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Protocol

from service.live.close_codes import UNKNOWN, Close
from service.live.freshness import Freshness, Pulse
from service.live.websocket_frames import encode

AT_A_TIME = 200
"""Listeners that get a frame before the event loop may do anything else: 2 ms of a core."""

TOLD_EVERY = 0.5
"""Seconds between checks whether facts have become stale and whether a beat is due."""

Place = tuple[date, int]
"""A ticket in its office: business day and number."""


class Listener(Protocol):
    def push(self, frame: bytes) -> None: ...
    def leave(self, close: Close) -> None: ...


class Topic:
    """The listeners to one thing, and the content that they were sent last."""

    __slots__ = ("_beaten_at", "_beats", "_said_at", "_stamp", "content", "listeners")

    def __init__(self, stamp: Callable[[], bytes]) -> None:
        """`stamp` gives the members of a frame that say how old it is."""
        self._stamp = stamp
        self.listeners: set[Listener] = set()
        self.content: bytes | None = None
        """A JSON object, None where nothing was published yet."""
        self._said_at = 0.0
        self._beats: dict[int, set[Listener]] = {}
        self._beaten_at: dict[int, float] = {}

    @property
    def frame(self) -> bytes:
        """What is known now, as a frame; empty where nothing is."""
        return b"" if self.content is None else encode(b"%b,%b}" % (self.content[:-1], self._stamp()))

    async def publish(self, content: bytes) -> None:
        """Sends new content to every listener; the same content again is not sent. Only one publish at a time."""
        if content != self.content:
            self.content = content
            await self.say_again()

    async def say_again(self) -> None:
        """Sends the content again, with the age that it has now."""
        self._said_at = asyncio.get_running_loop().time()
        await self._hand_out(self.listeners)

    async def beat(self) -> None:
        """Sends the content again to listeners whose beat is due because they got nothing in that time."""
        now = asyncio.get_running_loop().time()
        for seconds, listeners in self._beats.items():
            last = max(self._said_at, self._beaten_at.get(seconds, 0))
            if listeners and now - last >= seconds - TOLD_EVERY:
                self._beaten_at[seconds] = now
                await self._hand_out(listeners)

    async def _hand_out(self, to: set[Listener]) -> None:
        content, frame, listeners = self.content, self.frame, list(to)
        for start in range(0, len(listeners) if frame else 0, AT_A_TIME):
            if start:
                await asyncio.sleep(0)
                if self.content is not content:
                    # Newer content was published in the meantime: nobody may get the older one after it.
                    content, frame = self.content, self.frame
            for listener in listeners[start : start + AT_A_TIME]:
                # A listener that has left meanwhile gets nothing; one that has joined got this frame when it joined.
                if listener in to:
                    listener.push(frame)

    def join(self, listener: Listener, beat: int = 0) -> bytes:
        """The frame of what is known now. The listener gets each new one until it leaves.

        With a `beat` it gets one at least every so many seconds.
        """
        self.listeners.add(listener)
        if beat:
            self._beats.setdefault(beat, set()).add(listener)
        return self.frame

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        for listeners in self._beats.values():
            listeners.discard(listener)


class OfficeTopics:
    """The topics of one office. The board is always kept current, the others only while someone listens."""

    __slots__ = ("_told_stale", "board", "freshness", "staff_view", "staff_view_of", "tickets")

    def __init__(self, pulse: Pulse) -> None:
        self.freshness = Freshness(pulse)
        self.board = self._topic()
        self.staff_view = self._topic()
        self.staff_view_of: tuple[bytes, frozenset[int]] | None = None
        """The content of the board that the published staff view was read beside, and the windows at which a ticket
        was forgotten then."""
        self.tickets: dict[Place, Topic] = {}
        self._told_stale = False

    def _topic(self) -> Topic:
        return Topic(self.freshness.stamp)

    def __iter__(self) -> Iterator[Topic]:
        yield from (self.board, self.staff_view, *self.tickets.values())

    def ticket(self, place: Place) -> Topic:
        """The topic of one ticket. Join it at once, because `forget_unheard` drops topics without listeners."""
        if place not in self.tickets:
            self.tickets[place] = self._topic()
        return self.tickets[place]

    def forget_unheard(self) -> None:
        """Drops the content of topics without listeners, so that no new listener gets old facts."""
        if not self.staff_view.listeners:
            self.staff_view.content = self.staff_view_of = None
        self.tickets = {place: topic for place, topic in self.tickets.items() if topic.listeners}

    async def tell_age(self) -> None:
        """Tells all listeners when the facts become stale or fresh again, and otherwise sends the beats that are
        due."""
        stale = self.freshness.is_stale
        turned, self._told_stale = stale != self._told_stale, stale
        for topic in list(self):
            await (topic.say_again() if turned else topic.beat())


class AllBoards:
    """The boards of all offices, as one thing to listen to: its listeners also get those of offices that come later."""

    def __init__(self) -> None:
        self._boards: list[Topic] = []
        self._listeners: dict[Listener, int] = {}

    def join(self, listener: Listener, beat: int = 0) -> bytes:
        """As `Topic.join`: the frames of all boards."""
        self._listeners[listener] = beat
        return b"".join([board.join(listener, beat) for board in self._boards])

    def leave(self, listener: Listener) -> None:
        """As `Topic.leave`."""
        self._listeners.pop(listener, None)
        for board in self._boards:
            board.leave(listener)

    def add(self, board: Topic) -> None:
        """A new office's board."""
        self._boards.append(board)
        for listener, beat in self._listeners.items():
            board.join(listener, beat)

    def remove(self, board: Topic) -> None:
        """The board of an office that is gone."""
        self._boards.remove(board)
        for listener in self._listeners:
            board.leave(listener)


class Hub:
    """Every office's topics in this process."""

    def __init__(self, offices: Iterable[str], pulse: Pulse) -> None:
        self.pulse = pulse
        self.offices: dict[str, OfficeTopics] = {}
        self.all_boards = AllBoards()
        for office in offices:
            self.add(office)

    def add(self, office: str) -> None:
        """A new office's topics."""
        self.offices[office] = OfficeTopics(self.pulse)
        self.all_boards.add(self.offices[office].board)

    def remove(self, office: str) -> None:
        """Closes the sockets that listen to an office that is gone, but not those that listen to all boards."""
        topics = self.offices.pop(office)
        self.all_boards.remove(topics.board)
        for topic in topics:
            for listener in list(topic.listeners):
                listener.leave(UNKNOWN)

    async def tell_ages(self) -> None:
        """Keeps listeners told of how old their facts are, for ever."""
        while True:
            await asyncio.sleep(TOLD_EVERY)
            for topics in list(self.offices.values()):
                await topics.tell_age()

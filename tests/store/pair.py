"""Asks the store and the model of the rules the same things, and compares the answers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain import event
from service.domain.board import OfState
from service.domain.day_state import DayState
from service.domain.errors import SunbeonError
from service.domain.fold import BrokenLog, OfficeState, apply, fold
from service.domain.service_clock import Clock
from tests.store import facts
from tests.store.folded import cities, held_by_fold, held_by_store, meta_of_fold, meta_of_store
from tests.store.model import Model, Refused
from tests.store.queue import Queue
from tests.store.town import HALL, MORNING, TOWN

NewQueue = Callable[[Clock], Queue]
"""Sets up the queue of an empty town, on this clock."""


@dataclass(frozen=True)
class Request:
    """A request to both."""

    text: str
    to_store: Callable[[], Awaitable[Any]]
    to_model: Callable[[], Any]
    safe: bool = True
    """Repeats the request at once: it must have the same answer and no second effect."""


class Pair:
    """Compares every answer and refusal, and after every request all that clients can see. The fold of the log must be
    what the store holds, too. Raises AssertionError."""

    def __init__(self, loop: asyncio.AbstractEventLoop, new_queue: NewQueue) -> None:
        self.loop = loop
        self.model = Model(TOWN, HALL, MORNING)
        self.ids: dict[tuple[date, int], str] = {}
        self.sent: list[Request] = []
        self.story: list[str] = []
        self.time_has_passed = False
        self.answer: Any = None
        self.looked_at: tuple[int, Any] | None = None
        self.day_seen: date | None = None
        self.log: list[event.Event] = []
        self.folded: OfficeState | None = None
        self.folded_to = "0-0"

        def clock() -> datetime:
            return self.model.now

        self.queue = new_queue(clock)

    def send(
        self, text: str, to_store: Callable[[], Awaitable[Any]], to_model: Callable[[], Any], *, safe: bool = True
    ) -> None:
        self.sent.append(Request(text, to_store, to_model, safe))
        self.deliver(self.sent[-1])

    def deliver(self, request: Request, again: str = "") -> None:
        """Compares the two answers, and all that clients can see then."""
        answer: Any
        ruling: Any
        try:
            answer = self.loop.run_until_complete(request.to_store())
        except SunbeonError as refusal:
            answer = refusal
        try:
            ruling = request.to_model()
        except Refused as refusal:
            ruling = refusal
        self.answer = facts.seen(answer)
        self.story.append(f"{again}{request.text} -> {facts.brief(self.answer)}")
        self.agree("answer", self.answer, facts.of(self.model, ruling))
        self.look()
        if isinstance(answer, OfState) and self.looked_at:
            # In between, only the time changes anything.
            self.agree("the answer is of a later state", answer.version > self.looked_at[0], False)

    def send_again_at_once(self) -> None:
        request, answer, seen = self.sent[-1], self.answer, self.looked_at
        self.deliver(request, "again: ")
        if request.safe:
            self.agree("has a second effect", self.looked_at != seen, False)
            self.agree("the first answer", self.answer, answer)

    def look_if_time_has_passed(self) -> None:
        if self.time_has_passed:
            self.look()

    def look(self) -> None:
        self.time_has_passed = False
        # Earlier days are looked at once they are over: nothing changes them after that.
        days = [self.model.day] if self.model.day == self.day_seen else list(self.model.days)
        self.day_seen = self.model.day
        self.loop.run_until_complete(self.compare_with_log(days))
        version, seen = self.loop.run_until_complete(self.read(days))
        self.agree("", seen, facts.of_office(self.model, days))
        # Whether a counter is paused can't be seen while the office is closed, nor whether it is paused online too. A
        # limit that is beyond the band's last number can't be seen at all, nor that the staff set what was so anyway.
        model = self.model
        paused = sorted(model.paused), sorted(model.paused_online), dict(model.paused_for)
        unseen = paused, dict(model.left), model.lobby
        state = seen["board"], seen["staff view"], seen["tickets"][str(days[-1])], unseen
        if self.looked_at:
            before, state_before = self.looked_at
            self.agree("the version has grown", version > before, state != state_before)
        self.looked_at = version, state

    async def read(self, days: list[date]) -> tuple[int, dict[str, Any]]:
        """The store's version, and all that can be seen in it. Holders may be the first to look."""
        tickets = {}
        for day in days:
            numbers = list(self.model.days[day])
            found = await self.queue.tickets.read(HALL, day, numbers)
            tickets[str(day)] = dict(zip(numbers, found, strict=True))
            for number, ticket in tickets[str(day)].items():
                id = ticket and ticket.id
                self.agree(f"id of {number}", id, self.ids.setdefault((day, number), id))
        board = (await self.queue.reader.refresh(HALL)).board
        view = await self.queue.boards.staff_view(HALL, board)
        return board.version, facts.seen_office(tickets, board, view)

    async def compare_with_log(self, days: list[date]) -> None:
        """The fold of the office's log is what the store holds."""
        queue, office = self.queue, HALL.id
        # What is due is done by whoever looks.
        board = (await queue.reader.refresh(HALL)).board
        entries = await queue.redis.xrange(queue.keys.log(office), min=f"({self.folded_to}")
        for id, fields in entries:
            self.folded_to = id.decode()
            self.log.append(event.parse(fields[b"event"]))
        try:
            if self.folded is None:
                self.folded = fold(self.log, await cities(queue.editor))
            else:
                for entry in self.log[-len(entries) :] if entries else ():
                    apply(self.folded, entry)
        except BrokenLog as broken:
            self.agree("log", str(broken), None)
        assert self.folded
        self.agree("meta", await meta_of_store(queue.redis, queue.keys, office), meta_of_fold(self.folded))
        self.agree("board", board.model_dump(), self.folded.board(office).model_dump())
        for day in days:
            is_over, of_day = day != self.folded.day, self.folded.days.get(day, DayState())
            stored = await held_by_store(queue.redis, queue.keys, office, day, is_over=is_over)
            self.agree(f"log of {day}", stored, held_by_fold(of_day, is_over=is_over))

    def agree(self, what: str, store: Any, rules: Any) -> None:
        if lines := list(facts.differences(store, rules, what)):
            raise AssertionError("\n".join(["the store and the rules do not agree", *self.story, "", *lines]))

    def move_clock(self, to: datetime) -> None:
        """Moves the time without a look: whatever the next request is, the time must take effect before it."""
        self.time_has_passed = True
        self.story.append(f"it is {to:%A %H:%M}")
        self.model.move_clock(to)

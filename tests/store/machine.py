"""A Hypothesis state machine: operations of an office, on the real store and on the model of the rules."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from service.domain import ticket as domain
from service.domain.board import BoardCounter, Notice, PauseReason
from service.domain.facts import TextFacts
from service.domain.lobby import Lobby
from service.domain.office import Counter
from service.domain.staff import HOLDER
from service.domain.ticket import Channel, Priority
from tests.store.model import MAY_BE_CALLED, Window
from tests.store.pair import NewQueue, Pair
from tests.store.queue import CLERK, KIOSK
from tests.store.room import Ticket
from tests.store.steps import Step, steps
from tests.store.town import HALL


class StoreAndRules(RuleBasedStateMachine):
    """Each step is a method; steps.py says how often each comes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, new_queue: NewQueue) -> None:
        super().__init__()
        self.pair = Pair(loop, new_queue)
        self.queue, self.model, self.send = self.pair.queue, self.pair.model, self.pair.send

    @rule(step=steps, answer_is_lost=st.sampled_from([False, False, False, True]))
    def do(self, step: Step, answer_is_lost: bool) -> None:
        sent_before = len(self.pair.sent)
        getattr(self, step.name)(**step.parameters)
        if answer_is_lost and len(self.pair.sent) > sent_before:
            self.pair.send_again_at_once()

    # Time.

    def look(self) -> None:
        self.pair.look_if_time_has_passed()

    def wait(self, until: str) -> None:
        now = self.model.now
        match until.split():
            case ["closing", "time"]:
                now = max(now, now.replace(hour=18, minute=0))
            case [*_, "next", "morning"]:
                now = (now + timedelta(days=1)).replace(hour=9, minute=0)
            case [minutes, "minutes"] if now.hour < 22:
                now += timedelta(minutes=int(minutes))
        self.pair.move_clock(now)
        if until == "clerks come in next morning":
            self.clerks_come_in()

    @initialize()
    def clerks_come_in(self) -> None:
        for window in HALL.windows:
            self.open(window.id, "".join(window.counters), keyed=False)

    async def line_after(self, change: Awaitable[None], counter: Counter) -> BoardCounter:
        """As the routes do: the counter's line of the board after a change of its numbers."""
        await change
        board = (await self.queue.reader.refresh(HALL)).board
        return next(line for line in board.counters if line.id == counter.id)

    # Holders and kiosks.

    def issue(self, counter: str, online: bool, priority: str, people: int, key: str | None) -> None:
        channel, by = (Channel.ONLINE, HOLDER) if online else (Channel.WALK_IN, KIOSK)
        known, wish = HALL.counter(counter), Priority(priority)
        self.send(
            f"issue at {counter}, {channel}, {priority}, {people}, {key}",
            lambda: self.queue.tickets.issue(HALL, known, channel, wish, "ko", people=people, by=by, key=key),
            lambda: self.model.issue(known, channel, priority, people, by.name, key),
            safe=False,
        )

    def arrive(self, which: int, sensible: bool, confirmed: str | None) -> None:
        if at := self.issued(which, lambda ticket: sensible and not (ticket.arrived and confirmed is None)):
            said = Priority(confirmed) if confirmed else None
            self.send(
                f"arrive {at[1]}, {confirmed}",
                lambda: self.by_id(at, lambda ticket: self.queue.tickets.arrive(ticket, said, by=HOLDER)),
                lambda: self.model.arrive(*at, confirmed),
            )

    def cancel(self, which: int, sensible: bool) -> None:
        if at := self.issued(which, lambda ticket: sensible and ticket.state == "waiting"):
            self.send(
                f"cancel {at[1]}",
                lambda: self.by_id(at, lambda ticket: self.queue.tickets.cancel(ticket, by=HOLDER)),
                lambda: self.model.cancel(*at),
            )

    async def by_id(self, at: tuple[date, int], move: Callable[[domain.Ticket], Awaitable[Any]]) -> Any:
        return await move(await self.queue.tickets.find(self.pair.ids[at]))

    def issued(self, which: int, fits: Callable[[Ticket], bool]) -> tuple[date, int] | None:
        """Day and number of some ticket of today's that fits, or else of any; counted from the newest."""
        fitting = [(ticket.day, number) for number, ticket in self.model.tickets.items() if fits(ticket)]
        known = fitting or list(self.pair.ids)
        return known[-1 - which % len(known)] if known else None

    # Clerks.

    def next(self, window: int, sees: str, keyed: bool) -> None:
        window = self.window(window, lambda here: sees != "right" or bool(here.serves)) or window
        finished, key = self.believed(window, sees), self.press(keyed)
        self.send(
            f"next at {window} after {finished}, {key}",
            lambda: self.queue.windows.next(HALL, window, finished, by=CLERK, key=key),
            lambda: self.model.next(window, finished, key),
            safe=keyed,
        )

    def call(self, window: int, which: int, sensible: bool, keyed: bool) -> None:
        window = self.window(window, lambda here: not sensible or bool(here.serves and not here.number)) or window
        _, number = self.issued(which, lambda ticket: sensible and ticket.state in MAY_BE_CALLED) or (None, 99)
        key = self.press(keyed)
        self.send(
            f"call {number} to {window}, {key}",
            lambda: self.queue.windows.call(HALL, window, number, by=CLERK, key=key),
            lambda: self.model.call(window, number, key),
        )

    def recall(self, window: int, sees: str, keyed: bool) -> None:
        if at := self.window(window, lambda here: sees != "right" or here.number is not None):
            number, key = self.believed(at, sees), self.press(keyed)
            self.send(
                f"recall at {at} of {number}, {key}",
                lambda: self.queue.windows.recall(HALL, at, number, by=CLERK, key=key),
                lambda: self.model.recall(at, number, key),
                safe=keyed,
            )

    def leave_window(self, move: str, window: int, sees: str, keyed: bool) -> None:
        if at := self.window(window, lambda here: sees != "right" or here.number is not None):
            number, key = self.believed(at, sees), self.press(keyed)
            self.send(
                f"{move} at {at} of {number}, {key}",
                lambda: getattr(self.queue.windows, move)(HALL, at, number, by=CLERK, key=key),
                lambda: self.model.leave_window(move, at, number, key),
            )

    def transfer(self, window: int, sees: str, to: str, keyed: bool) -> None:
        if at := self.window(window, lambda here: sees != "right" or here.number is not None):
            number, key = self.believed(at, sees), self.press(keyed)
            self.send(
                f"transfer from {at} of {number} to {to}, {key}",
                lambda: self.queue.windows.transfer(HALL, at, number, HALL.counter(to), by=CLERK, key=key),
                lambda: self.model.transfer(at, number, to, key),
            )

    def open(self, window: int, serving: str, keyed: bool) -> None:
        key = self.press(keyed)
        self.send(
            f"open {window} for {serving}, {key}",
            lambda: self.queue.windows.open(HALL, window, [*serving], by=CLERK, key=key),
            lambda: self.model.open(window, [*serving], key),
        )

    def close(self, window: int, keyed: bool) -> None:
        key = self.press(keyed)
        self.send(
            f"close {window}, {key}",
            lambda: self.queue.windows.close(HALL, window, by=CLERK, key=key),
            lambda: self.model.close(window, key),
        )

    def pause(self, counter: str, how: str, keyed: bool) -> None:
        """`how`: "pause" or "resume"; with "online"; or "pause" with a word of why."""
        known, key, (move, *more) = HALL.counter(counter), self.press(keyed), how.split()
        paused, only_online = move == "pause", more == ["online"]
        why = {"ko": more[0], "en": more[0]} if more and not only_online else None
        said, shown = why and TextFacts(**why), why and PauseReason(**why)
        counters = self.queue.counters
        self.send(
            f"{move} {counter} {more}, {key}",
            lambda: self.line_after(
                counters.pause(HALL, known, paused, only_online=only_online, reason=said, by=CLERK, key=key), known
            ),
            lambda: self.model.pause(known, paused, only_online, shown, key),
        )

    def limit(self, counter: str, more: int | None, keyed: bool) -> None:
        known, key = HALL.counter(counter), self.press(keyed)
        self.send(
            f"limit {counter} to {more} more, {key}",
            lambda: self.line_after(self.queue.counters.limit(HALL, known, more, by=CLERK, key=key), known),
            lambda: self.model.limit(known, more, key),
        )

    def set_lobby(self, volume: int, quiet_hours: tuple[tuple[str, str], ...]) -> None:
        lobby = Lobby(volume=volume, quiet_hours=quiet_hours)
        self.send(
            f"lobby {volume}, {quiet_hours}",
            lambda: self.queue.lobbies.set(HALL, lobby, by=CLERK),
            lambda: self.model.set_lobby(lobby),
        )

    def set_notices(self, minutes: tuple[int | None, ...]) -> None:
        """A line for each of these, which goes after so many minutes, or stays."""
        now = self.model.now.replace(second=0, microsecond=0)
        ends = [None if after is None else now + timedelta(minutes=after) for after in minutes]
        lines = [Notice(ko=f"{n}번", en=f"no. {n}", until=until) for n, until in enumerate(ends)]
        self.send(
            f"notices until {ends}",
            lambda: self.queue.notices.set(HALL, lines, by=CLERK),
            lambda: self.model.set_notices(lines),
        )

    def window(self, wanted: int, fits: Callable[[Window], bool]) -> int | None:
        """This window if it fits, or else one that does; None if there is none."""
        here = [self.model.windows[wanted], *self.model.windows.values()]
        return next((window.id for window in here if fits(window)), None)

    def believed(self, window: int, sees: str) -> int | None:
        """The number that a clerk names who sees what `sees` says."""
        here = self.model.windows[window]
        return {
            "right": here.number,
            "nobody": None,
            "who left last": here.last_number,
            "somebody else": max(self.model.tickets, default=99),
        }[sees]

    def press(self, keyed: bool) -> str | None:
        """An Idempotency-Key of its own for every press."""
        return f"press {len(self.pair.sent)}" if keyed else None

    # Lost answers.

    def send_again(self, request: str, before: int) -> None:
        """The last request of this kind, or one or two before it."""
        of_kind = [sent for sent in self.pair.sent if sent.text.startswith(request)]
        if len(of_kind) > before:
            self.pair.deliver(of_kind[-1 - before], "again: ")

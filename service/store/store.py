"""The queue's state: one method an operation, each one atomic script.

Every method takes plain arguments, and gives domain objects or raises a `domain.errors` error. Numbers, rules and
hours come from the city; what is allowed is decided inside the script.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from service.domain.board import Board, BoardCounter, DeskContent, MovedTicket, MovedWindow, Pressed, Window
from service.domain.errors import (
    ClockOff,
    MoveNotAllowed,
    StoreNotReady,
    StoreUnavailable,
    SunbeonError,
    TooMany,
    Unavailable,
    UnknownTicket,
    WindowChanged,
)
from service.domain.hours import business_day, korean
from service.domain.office import City, Counter, Office, Status
from service.domain.ticket import Channel, Priority, Ticket
from service.store import desks, records
from service.store.clock import Clock
from service.store.rates import Rate
from service.store.runner import NO_KEY, Request, Runner
from service.store.scripts import Refused, error_of


@dataclass(frozen=True)
class IssueLimits:
    """What keeps numbers for those who need them; None where there is no limit."""

    online_share: float | None = None
    """Of a counter's band, in a day."""
    walk_ins_a_minute: int | None = None
    """Of an office."""

    def most_online(self, counter: Counter) -> int:
        """Online numbers of a counter in a day; -1 for any."""
        first, last = counter.numbers
        return -1 if self.online_share is None else int(self.online_share * (last - first + 1))


class Store:
    """The city's queues in one Redis or Valkey."""

    def __init__(
        self, runner: Runner, city: City, clock: Clock, rate: Rate, limits: IssueLimits, *, always_open: bool
    ) -> None:
        """`rate`: of online numbers that one address may take."""
        self.city = city
        self.clock = clock
        self._runner = runner
        self._rate = rate
        self._limits = limits
        self._signed_with: records.TicketIds | None = None
        self._always_open = always_open

    def sign_with(self, secret: str) -> None:
        """Ticket ids are made with this secret from now on; until it is known, nothing can be issued or found."""
        self._signed_with = records.TicketIds(secret)

    @property
    def _ids(self) -> records.TicketIds:
        if self._signed_with is None:
            raise StoreNotReady
        return self._signed_with

    def status(self, office: Office) -> Status:
        """What the office is now; in a demo always open."""
        return "open" if self._always_open else self.city.status(office, self.clock())

    async def issue(
        self,
        office: Office,
        counter: Counter,
        channel: Channel,
        priority: Priority,
        lang: str,
        *,
        caller: str,
        key: str | None,
        address: str = "",
    ) -> Ticket:
        """A new ticket; for a `key` that `caller` has used before, its ticket.

        `address` is whose rate of online numbers counts it, "" for nobody's.
        """
        salt = secrets.token_urlsafe(16)
        place, wait = await self._rate.take(address, self._now_ms()) if address else ("", 0)
        counted = bool(address and not wait)
        try:
            day, (view, _) = await self._run(
                "issue",
                office,
                counter.id,
                *counter.numbers,
                counter.max_waiting or 0,
                self._limits.most_online(counter),
                self._limits.walk_ins_a_minute or 0,
                # Given to the script rather than refused here: a repeated request has its ticket all the same.
                ceil(wait),
                channel,
                priority,
                lang,
                salt,
                int(self.status(office) in ("closed", "holiday")),
                request=_request(key, "issue", caller, asks=(counter.id, channel, priority, lang)),
            )
        except SunbeonError as error:
            # A store that gave no answer may have issued it.
            if counted and not isinstance(error, Unavailable):
                await self._rate.give_back(address, place)
            raise
        if counted and records.salt(view) != salt:
            await self._rate.give_back(address, place)
        return self._ticket(office, day, view)

    async def next(self, office: Office, window: int, finished: int | None, *, key: str | None = None) -> Pressed:
        """Finishes the ticket at the window, `finished`, and calls the one whose turn it is."""
        rules = self.city.rules
        day, (was, now, state) = await self._run(
            "next",
            office,
            window,
            finished or "",
            rules.priority_in_a_row,
            rules.arrival_minutes * 60_000,
            request=_request(key, "next", window, asks=(finished,)),
        )
        return Pressed(
            finished=self._ticket(office, day, was) if was else None,
            called=self._ticket(office, day, now) if now else None,
            **_of_state(state),
        )

    # Each of these with the `key` of an earlier request of the same move at the window is that request again, a
    # refused one too; asked for something else under that key, it raises IdempotencyKeyReused.

    async def call(self, office: Office, window: int, number: int, *, key: str | None = None) -> MovedTicket:
        """A chosen ticket to an idle window."""
        return await self._move("call", office, window, number, key=key)

    async def recall(self, office: Office, window: int, number: int | None, *, key: str | None = None) -> MovedTicket:
        """The ticket at the window is called once more."""
        return await self._move("recall", office, window, number or "", key=key)

    async def finish(self, office: Office, window: int, number: int | None, *, key: str | None = None) -> MovedTicket:
        """The ticket at the window is served."""
        return await self._move("finish", office, window, number or "", key=key)

    async def hold(self, office: Office, window: int, number: int | None, *, key: str | None = None) -> MovedTicket:
        """The ticket at the window waits aside."""
        return await self._move("hold", office, window, number or "", key=key)

    async def no_show(self, office: Office, window: int, number: int | None, *, key: str | None = None) -> MovedTicket:
        """The ticket called to the window has no holder here."""
        return await self._move("no_show", office, window, number or "", key=key)

    async def transfer(
        self, office: Office, window: int, number: int | None, counter: Counter, *, key: str | None = None
    ) -> MovedTicket:
        """The ticket at the window waits for another counter."""
        return await self._move("transfer", office, window, number or "", counter.id, key=key)

    async def open_window(
        self, office: Office, window: int, counters: Sequence[str], *, key: str | None = None
    ) -> MovedWindow:
        """The window serves these counters from now on."""
        request = _request(key, "open", window, asks=counters)
        return await self._move_window("open", office, window, *counters, request=request)

    async def close_window(self, office: Office, window: int, *, key: str | None = None) -> MovedWindow:
        """Nobody is called to the window any more."""
        request = _request(key, "close", window, asks=())
        return await self._move_window("close", office, window, request=request)

    async def pause(self, office: Office, counter: Counter, paused: bool, *, key: str | None = None) -> BoardCounter:
        """The counter stops giving numbers, or gives them again."""
        request = _request(key, "pause", counter.id, asks=(paused,))
        await self._run("pause", office, counter.id, int(paused), request=request)
        board = await self.board(office)
        return next(line for line in board.counters if line.id == counter.id)

    async def ticket(self, id: str) -> Ticket:
        """The ticket with this id. Raises UnknownTicket, for one that is gone too."""
        office, day, number = self._locate(id)
        (found,) = await self.tickets(office, day, [number])
        if found is None or not secrets.compare_digest(found.id, id):
            raise UnknownTicket
        return found

    async def tickets(self, office: Office, day: date, numbers: Sequence[int]) -> list[Ticket | None]:
        """These tickets of an office's day, in one round trip; None for a number that isn't there."""
        found = await self._read_tickets(office, day, numbers)
        if any(ticket and ticket.arrive_by and ticket.arrive_by <= self.clock() for ticket in found):
            await self._run("tick", office, self.status(office))
            found = await self._read_tickets(office, day, numbers)
        return found

    async def arrive(self, ticket: Ticket, confirmed: Priority | None = None) -> Ticket:
        """The holder of this ticket is in the office.

        `confirmed` is what the kiosk or the staff say of its priority; None: they say nothing.
        """
        return await self._holder_move("arrive", ticket, confirmed or "")

    async def cancel(self, ticket: Ticket) -> Ticket:
        """The holder of this ticket gives the place up."""
        return await self._holder_move("cancel", ticket)

    async def board(self, office: Office) -> Board:
        """The office's board now; what time alone changes (status, lapsed tickets) is done first."""
        status = self.status(office)
        at = korean(self.clock()).replace(microsecond=0)
        day, snapshot = await self._snapshot(office, status)
        if snapshot and self._time_has_passed(status, snapshot):
            await self._run("tick", office, status)
            day, snapshot = await self._snapshot(office, status)
        seen = self._runner.seen(office.id)
        if not snapshot:
            assert seen
            board = seen.model_copy(update={"at": at, "fresh_at": at})
        else:
            board = records.board(office, day, at, status, self.city.rules.priority_in_a_row, snapshot)
        self._runner.saw(board)
        return board

    def remembered(self, office: Office, longest: float) -> Board:
        """The newest board that this process has read, marked stale, up to `longest` seconds old.

        Raises StoreUnavailable.
        """
        board, now = self._runner.seen(office.id), korean(self.clock()).replace(microsecond=0)
        if board is None or (now - board.fresh_at).total_seconds() > longest:
            raise StoreUnavailable
        return board.model_copy(update={"at": now, "stale": True})

    async def desk(self, office: Office, board: Board) -> DeskContent:
        """What the staff see beside `board`.

        A window that was opened for a counter which the city's file has no more still calls who waits there: then they
        are listed too.
        """
        counters = [counter.id for counter in office.counters]
        windows, answer = await self._read_desk(office, counters)
        served = {counter for known in office.windows if known.id in windows for counter in windows[known.id].counters}
        if gone := sorted(served.difference(counters)):
            counters += gone
            windows, answer = await self._read_desk(office, counters)
        return desks.desk(office, counters, board, self.city.rules.priority_in_a_row, windows, answer)

    async def _read_desk(self, office: Office, counters: Sequence[str]) -> tuple[dict[int, Window], Sequence[Any]]:
        """The windows that the store knows, and all that lua/desk.lua says."""
        day, answer = await self._run("desk", office, *desks.limits(office), *counters)
        return {int(id): self._window(office, day, int(id), window) for id, window in answer[0]}, answer

    async def _read_tickets(self, office: Office, day: date, numbers: Sequence[int]) -> list[Ticket | None]:
        _, (views,) = await self._run("tickets", office, *numbers, of=day)
        return [self._ticket(office, day, view) if view else None for view in views]

    async def _snapshot(self, office: Office, status: Status) -> tuple[date, Sequence[Any]]:
        """Nothing, where the newest board that this process has read shows all there is."""
        seen = self._runner.seen(office.id)
        shown = status if seen and seen.status == status else ""
        return await self._run("snapshot", office, shown, *(counter.id for counter in office.counters))

    def _time_has_passed(self, status: Status, snapshot: Sequence[Any]) -> bool:
        (_, _, was), *_, lapses = snapshot
        return bool(was != status.encode() or (lapses and int(lapses) <= self._now_ms()))

    def _now_ms(self) -> int:
        return int(self.clock().timestamp() * 1000)

    async def _move(
        self, operation: str, office: Office, window: int, *args: str | int, key: str | None
    ) -> MovedTicket:
        request = _request(key, operation, window, asks=args)
        day, (view, state) = await self._run(operation, office, window, *args, request=request)
        return MovedTicket.model_construct(**dict(self._ticket(office, day, view)), **_of_state(state))

    async def _move_window(
        self, operation: str, office: Office, window: int, *args: str, request: Request
    ) -> MovedWindow:
        day, (moved, state) = await self._run(operation, office, window, *args, request=request)
        return MovedWindow.model_construct(**dict(self._window(office, day, window, moved)), **_of_state(state))

    async def _holder_move(self, operation: str, ticket: Ticket, *args: str) -> Ticket:
        office = self.city.office(ticket.office)
        _, (view, _) = await self._run(operation, office, ticket.number, *args, of=ticket.day)
        return self._ticket(office, ticket.day, view)

    def _locate(self, id: str) -> tuple[Office, date, int]:
        office, day, number = self._ids.parse(id)
        known = next((o for o in self.city.offices if o.id == office), None)
        if known is None:
            raise UnknownTicket
        return known, day, number

    async def _run(
        self, operation: str, office: Office, *args: str | int, of: date | None = None, request: Request = NO_KEY
    ) -> tuple[date, Sequence[Any]]:
        try:
            return await self._runner.run(operation, office.id, *args, of=of, request=request)
        except Refused as refused:
            raise self._refusal(refused, office, of or business_day(self.clock()), args) from None

    def _refusal(self, refused: Refused, office: Office, day: date, args: Sequence[str | int]) -> Exception:
        """The domain error of what a script refused."""
        if refused.code == WindowChanged.code:
            window = self._window(office, day, int(args[0]), refused.rest[0])
            return WindowChanged(window=window.model_dump(mode="json"), **_of_state(refused.rest[1]))
        if refused.code == MoveNotAllowed.code:
            state = refused.rest[0].decode()
            return MoveNotAllowed(f"The ticket is {state.replace('_', '-')}.", state=state)
        error = error_of(refused.code)
        if issubclass(error, ClockOff):
            return error.by(refused.rest[0] / 1000)
        return error(retry_after=int(refused.rest[0])) if issubclass(error, TooMany) else error()

    def _ticket(self, office: Office, day: date, view: records.View) -> Ticket:
        return records.ticket(view, office.id, day, self.city.rules.priority_in_a_row, self._ids)

    def _window(self, office: Office, day: date, id: int, window: Sequence[Any]) -> Window:
        raw, view = window
        return records.window(id, raw, self._ticket(office, day, view) if view else None)


def _of_state(state: bytes) -> dict[str, Any]:
    """The members of OfState."""
    epoch, _, version = state.decode().rpartition(":")
    return {"epoch": epoch, "version": int(version)}


def _request(key: str | None, operation: str, whose: object, *, asks: Sequence[object]) -> Request:
    """The request with this Idempotency-Key for an operation; `whose` is a caller or a window, `asks` what for."""
    return Request(f"{operation}:{_digest(whose, key)}", _digest(*asks)) if key else NO_KEY


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]

"""What the scripts return, as domain objects: Python shapes JSON, Lua doesn't."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from service.domain.board import Board, BoardCounter, BoardWindow, Call, Ticketing, Window
from service.domain.errors import UnknownTicket
from service.domain.hours import KST
from service.domain.line import Line
from service.domain.office import Office, Status
from service.domain.ticket import State, Ticket

View = Sequence[Any]
"""A ticket as lua/_office.lua's `view` gives it."""


def moment(ms: int | None) -> datetime | None:
    """Epoch milliseconds as a time in Seoul, to the second."""
    return None if ms is None else datetime.fromtimestamp(ms // 1000, KST)


@lru_cache(100)
def _short(day: date) -> str:
    return f"{day:%y%m%d}"


class TicketIds:
    """Ticket ids: `office.yymmdd.number.mac`, 128 bits of HMAC-SHA256 over the rest and a random salt.

    The salt is in the store and the secret is not, so a copy of the store opens no ticket, and the same
    Idempotency-Key finds the same id again without one being kept anywhere.
    """

    def __init__(self, secret: str) -> None:
        self._keyed = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def make(self, office: str, day: date, number: int, salt: str) -> str:
        named = f"{office}.{_short(day)}.{number}"
        mac = self._keyed.copy()
        mac.update(f"{named}.{salt}".encode())
        return f"{named}.{base64.urlsafe_b64encode(mac.digest()[:16]).decode().rstrip('=')}"

    @staticmethod
    def parse(id: str) -> tuple[str, date, int]:
        """Office, day and number that an id speaks of; whether it is genuine, `make` must tell.

        Raises UnknownTicket.
        """
        try:
            office, day, number, _mac = id.split(".")
            if not (id.isascii() and number.isdigit() and len(number) <= 9):
                raise ValueError(id)
            return office, datetime.strptime(day, "%y%m%d").date(), int(number)
        except ValueError:
            raise UnknownTicket from None


def salt(view: View) -> str:
    """The random part of the ticket's id, made when it was issued."""
    found: str = json.loads(view[0])["salt"]
    return found


def ticket(view: View, office: str, day: date, in_a_row: int, ids: TicketIds) -> Ticket:
    """The ticket of a view."""
    raw, in_line = view
    record = json.loads(raw)
    arrive_by = record.get("arrive_by")
    ahead: int | None = None
    if record["state"] == State.CALLED:
        ahead = 0
    elif record["state"] == State.WAITING:
        front, priority_before, normal_before, priority, normal, streak = map(int, in_line.split())
        line = Line(front, priority, normal, streak)
        if record["lane"] == "front" or arrive_by:
            ahead = line.front
        elif record["lane"] == "priority":
            ahead = line.before_priority(priority_before, in_a_row)
        else:
            ahead = line.before_normal(normal_before, in_a_row)
    return Ticket(
        id=ids.make(office, day, record["number"], record["salt"]),
        office=office,
        counter=record["counter"],
        day=day,
        number=record["number"],
        state=record["state"],
        channel=record["channel"],
        priority=record["priority"],
        priority_confirmed=record.get("confirmed", False),
        arrived=record["arrived"],
        ahead=ahead,
        wait=None,
        issued_at=datetime.fromtimestamp(record["issued_at"] // 1000, KST),
        called_at=moment(record.get("called_at")),
        window=record.get("window"),
        recalls=record["recalls"],
        turn_passed=arrive_by is not None,
        arrive_by=moment(arrive_by),
    )


def window(id: int, raw: bytes, at_it: Ticket | None) -> Window:
    """A window of its record."""
    record = json.loads(raw)
    return Window(
        id=id,
        state=record["state"],
        counters=record.get("counters", []),
        counter=record.get("counter"),
        number=record.get("number"),
        ticket=at_it,
    )


def board(office: Office, day: date, at: datetime, status: Status, in_a_row: int, snapshot: Sequence[Any]) -> Board:
    """The board of lua/snapshot.lua's answer."""
    (epoch, version, _status), flat_counters, flat_windows, calls, lines, _lapse = snapshot
    of_counter = dict(zip(flat_counters[::2], flat_counters[1::2], strict=True))
    of_window = dict(zip(flat_windows[::2], flat_windows[1::2], strict=True))

    def field(counter: str, name: str) -> int | None:
        value = of_counter.get(f"{counter}:{name}".encode())
        return None if value is None else int(value)

    def counters() -> list[BoardCounter]:
        rows = []
        for counter, (front, priority, normal) in zip(office.counters, lines, strict=True):
            issued = field(counter.id, "issued")
            ticketing: Ticketing = "open"
            if status in ("closed", "holiday"):
                ticketing = "closed"
            elif field(counter.id, "paused"):
                ticketing = "paused"
            elif (issued or 0) >= counter.numbers[1] or (
                counter.max_waiting and (field(counter.id, "waiting:walk_in") or 0) >= counter.max_waiting
            ):
                ticketing = "full"
            rows.append(
                BoardCounter(
                    id=counter.id,
                    waiting=Line(front, priority, normal, field(counter.id, "streak") or 0).before_newcomer(in_a_row),
                    called=field(counter.id, "called"),
                    issued=issued,
                    ticketing=ticketing,
                    wait=None,
                )
            )
        return rows

    def windows() -> list[BoardWindow]:
        rows = []
        for known in office.windows:
            record = json.loads(of_window.get(str(known.id).encode(), b'{"state": "closed"}'))
            rows.append(
                BoardWindow(
                    id=known.id,
                    state=record["state"],
                    counter=record.get("counter"),
                    number=record.get("number"),
                )
            )
        return rows

    return Board(
        office=office.id,
        epoch=epoch.decode(),
        version=int(version),
        at=at,
        fresh_at=at,
        stale=False,
        day=day,
        status=status,
        counters=counters(),
        windows=windows(),
        calls=[Call(**{**entry, "at": moment(entry["at"])}) for entry in map(json.loads, calls)],
    )

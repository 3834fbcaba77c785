"""Makes domain objects of what the scripts return. The shapes of answers are made in Python only, not in Lua."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from service.domain.board import BoardContent, BoardWindow, Call, CounterState, Notice, Window, no_wait
from service.domain.facts import LobbyFacts, TextFacts
from service.domain.hours import KST
from service.domain.line import Line
from service.domain.lobby import Lobby
from service.domain.office import Counter, Office, Rules, Status
from service.domain.ticket import State, Ticket
from service.store.estimates import Estimates
from service.store.ticket_ids import TicketIds

View = Sequence[Any]
"""A ticket as `view` of lua/lib/views.lua gives it."""

Record = dict[str, Any]
"""A ticket as lua/issue.lua writes it."""

WindowView = Sequence[Any]
"""A window as `view_window` of lua/lib/views.lua gives it."""

CLOSED = b'{"state": "closed"}'
"""The record of a window that was not opened on the day."""


def moment(ms: int | None) -> datetime | None:
    """Epoch milliseconds as a time in Seoul, to the second."""
    return None if ms is None else datetime.fromtimestamp(ms // 1000, KST)


def salt(view: View) -> str:
    """The random part of the ticket's id, made when it was issued."""
    found: str = json.loads(view[0])["salt"]
    return found


def ticket_facts(record: Record) -> dict[str, Any]:
    """The members of a ticket that its holder and the staff see alike."""
    arrive_by = record.get("arrive_by")
    return {
        "counter": record["counter"],
        "number": record["number"],
        "state": record["state"],
        "channel": record["channel"],
        # Tickets of the days before lua/take_over.lua have none.
        "people": record.get("people", 1),
        "priority": record["priority"],
        "priority_confirmed": record.get("confirmed", False),
        "arrived": record["arrived"],
        "issued_at": datetime.fromtimestamp(record["issued_at"] // 1000, KST),
        "called_at": moment(record.get("called_at")),
        "window": record.get("window"),
        "recalls": record["recalls"],
        "turn_passed": arrive_by is not None,
        "arrive_by": moment(arrive_by),
    }


def of_state(state: bytes) -> dict[str, Any]:
    """The members of OfState, from "epoch:version"."""
    epoch, _, version = state.decode().rpartition(":")
    return {"epoch": epoch, "version": int(version)}


class Records:
    """Makes domain objects of what the scripts return."""

    def __init__(self, ids: TicketIds, find_rules: Callable[[], Rules], estimates: Estimates) -> None:
        """`find_rules`: the city's rules as they are now."""
        self._ids = ids
        self._find_rules = find_rules
        self._estimates = estimates

    def ticket(self, office: str, day: date, view: View) -> Ticket:
        """The ticket of a view. Raises StoreNotReady until ids can be made."""
        record = json.loads(view[0])
        ahead, wait = self._ahead(record, view[1]), None
        if record["state"] == State.WAITING and ahead is not None:
            wait = self._estimates.of_ticket(office, day, record["counter"], ahead, record["order"])
        return Ticket(
            id=self._ids.make(office, day, record["number"], record["salt"]),
            office=office,
            day=day,
            ahead=ahead,
            wait=wait,
            **ticket_facts(record),
        )

    def _ahead(self, record: dict[str, Any], in_line: bytes) -> int | None:
        """How many are called before this ticket; None where it is not to be called."""
        if record["state"] == State.CALLED:
            return 0
        if record["state"] != State.WAITING:
            return None
        front, priority_before, normal_before, priority, normal, streak = map(int, in_line.split())
        line, in_a_row = Line(front, priority, normal, streak), self._find_rules().priority_in_a_row
        if record["lane"] == "front" or record.get("arrive_by"):
            return line.front
        if record["lane"] == "priority":
            return line.before_priority(priority_before, in_a_row)
        return line.before_normal(normal_before, in_a_row)

    def window(self, office: str, day: date, id: int, window: WindowView) -> Window:
        """The window of its view."""
        raw, at_it = window
        record = json.loads(raw)
        return Window(
            id=id,
            state=record["state"],
            counters=record.get("counters", []),
            counter=record.get("counter"),
            number=record.get("number"),
            ticket=self.ticket(office, day, at_it) if at_it else None,
        )

    def board(self, office: Office, day: date, status: Status, snapshot: Sequence[Any]) -> BoardContent:
        """The board of lua/read_board.lua's answer."""
        (epoch, version, _status, notices, lobby, _waits), counters, windows, calls, lines, _lapse = snapshot
        fields, records, in_a_row = _pairs(counters), _pairs(windows), self._find_rules().priority_in_a_row
        shown = [_window(known.id, records.get(str(known.id).encode(), CLOSED)) for known in office.windows]
        called = [Call(**{**entry, "at": moment(entry["at"])}) for entry in map(json.loads, calls)]
        estimates = self._estimates.of_board(office.id, day, epoch.decode(), int(version), status, shown, called)
        wait_of = estimates.wait if estimates else no_wait
        return BoardContent(
            office=office.id,
            epoch=epoch.decode(),
            version=int(version),
            day=day,
            status=status,
            counters=[
                _counter(counter, fields, in_lanes).on_board(counter, status, in_a_row, wait_of)
                for counter, in_lanes in zip(office.counters, lines, strict=True)
            ],
            windows=shown,
            calls=called,
            notices=[Notice.of(**notice) for notice in json.loads(notices or "[]")],
            lobby=Lobby.of(LobbyFacts.model_validate_json(lobby) if lobby else None),
            revision=office.revision,
        )


def _pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    """A hash as HGETALL gives it in a script."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _count(fields: dict[bytes, bytes], counter: Counter, name: str) -> int | None:
    value = fields.get(f"{counter.id}:{name}".encode())
    return None if value is None else int(value)


def _counter(counter: Counter, fields: dict[bytes, bytes], in_lanes: Sequence[int]) -> CounterState:
    """The state of a counter, from the counters' hash and how many are in each of its lanes."""
    reason = fields.get(f"{counter.id}:paused_for".encode())
    return CounterState(
        line=Line(in_lanes[0], in_lanes[1], in_lanes[2], _count(fields, counter, "streak") or 0),
        called=_count(fields, counter, "called"),
        issued=_count(fields, counter, "issued"),
        paused=bool(_count(fields, counter, "paused")),
        paused_online=bool(_count(fields, counter, "paused_online")),
        paused_for=TextFacts(**json.loads(reason)) if reason else None,
        left=_count(fields, counter, "left"),
        walk_ins_waiting=_count(fields, counter, "waiting:walk_in") or 0,
    )


def _window(id: int, raw: bytes) -> BoardWindow:
    record = json.loads(raw)
    return BoardWindow(id=id, state=record["state"], counter=record.get("counter"), number=record.get("number"))

"""What scripts return, as domain objects."""

import json
from typing import Any

import pytest

from service.domain.errors import StoreNotReady, UnknownTicket
from service.domain.office import Rules, Status
from service.domain.service_clock import ServiceClock
from service.store.driver.topology import OnePrimary
from service.store.driver.write_concern import WriteConcern
from service.store.estimates import Estimates
from service.store.keys import Keys
from service.store.records import Records, moment, of_state, salt
from service.store.ticket_ids import TicketIds
from service.store.wait_models import WaitModels
from tests.store.town import HALL, MORNING, TOWN

DAY = MORNING.date()
MS = int(MORNING.timestamp() * 1000)


def signed() -> TicketIds:
    ids = TicketIds()
    ids.sign_with("secret")
    return ids


KEYS = Keys("nowhere")
CLOCK = ServiceClock(lambda: TOWN, lambda: MORNING)
ESTIMATES = Estimates(WaitModels(OnePrimary("redis://localhost", WriteConcern(0, KEYS, durable=True)), KEYS), CLOCK)
"""Without models."""

RECORDS = Records(signed(), lambda: Rules(priority_in_a_row=2), ESTIMATES)


def record(**changes: Any) -> bytes:
    plain = {
        "counter": "a",
        "number": 7,
        "order": 7,
        "state": "waiting",
        "lane": "normal",
        "channel": "walk_in",
        "people": 1,
        "priority": "none",
        "confirmed": False,
        "arrived": True,
        "salt": "pepper",
        "issued_at": MS + 999,
        "recalls": 0,
    }
    return json.dumps(plain | changes).encode()


@pytest.mark.parametrize(
    ("changes", "in_line", "ahead"),
    [
        # In front, priority before, normal before, priority in all, normal in all, calls of priority in a row.
        ({}, b"0 0 0 0 1 0", 0),
        ({}, b"1 0 3 0 4 0", 4),
        ({}, b"0 0 1 5 2 0", 1 + 4),
        ({"lane": "priority"}, b"2 1 0 3 9 0", 2 + 1),
        ({"lane": "front"}, b"2 0 0 3 9 0", 2),
        ({"arrive_by": MS}, b"3 0 0 3 9 0", 3),
        ({"state": "called"}, b"", 0),
        ({"state": "held"}, b"", None),
        ({"state": "served"}, b"", None),
    ],
)
def test_how_many_are_called_before_a_ticket(changes: dict[str, Any], in_line: bytes, ahead: int | None) -> None:
    assert RECORDS.ticket("hall", DAY, [record(**changes), in_line]).ahead == ahead


def test_a_ticket_has_the_times_that_it_has_and_the_id_that_its_salt_makes() -> None:
    view = [record(called_at=MS + 61_000, window=2, state="called"), b""]
    ticket = RECORDS.ticket("hall", DAY, view)
    assert ticket.issued_at == MORNING
    assert ticket.called_at is not None
    assert (ticket.called_at - MORNING).total_seconds() == 61
    assert (ticket.window, ticket.arrive_by, ticket.turn_passed) == (2, None, False)
    assert ticket.id == signed().make("hall", DAY, 7, salt(view))


def test_a_window_names_the_ticket_that_is_at_it() -> None:
    raw = json.dumps({"state": "serving", "counters": ["a"], "counter": "a", "number": 7}).encode()
    window = RECORDS.window("hall", DAY, 3, [raw, [record(state="called"), b""]])
    assert (window.id, window.number, window.counters) == (3, 7, ["a"])
    assert window.ticket is not None
    assert window.ticket.number == 7
    closed = RECORDS.window("hall", DAY, 3, [b'{"state": "closed", "last": 7}', None])
    assert (closed.state, closed.counters, closed.ticket) == ("closed", [], None)


@pytest.mark.parametrize(
    ("status", "fields", "ticketing"),
    [
        ("open", {}, "open"),
        ("lunch", {}, "open"),
        ("closed", {}, "closed"),
        ("holiday", {"a:paused": 1}, "closed"),
        ("open", {"a:paused": 1}, "paused"),
        ("open", {"a:issued": 18}, "open"),
        ("open", {"a:left": 1}, "open"),
        ("open", {"a:left": 0}, "full"),
        ("open", {"a:issued": 19}, "full"),
        ("open", {"a:waiting:walk_in": 2, "a:waiting:online": 5}, "open"),
        ("open", {"a:waiting:walk_in": 3}, "full"),
    ],
)
def test_whether_a_counter_gives_numbers(status: Status, fields: dict[str, int], ticketing: str) -> None:
    flat = [text.encode() for pair in fields.items() for text in (pair[0], str(pair[1]))]
    snapshot = [[b"e", b"4", status.encode(), None, None, None], flat, [], [], [[0, 0, 0]] * 3, None]
    board = RECORDS.board(HALL, DAY, status, snapshot)
    assert (board.counters[0].id, board.counters[0].ticketing) == ("a", ticketing)
    assert (board.epoch, board.version) == ("e", 4)
    assert [(window.id, window.state) for window in board.windows] == [(1, "closed"), (2, "closed"), (3, "closed")]


def test_a_moment_is_told_to_the_second() -> None:
    assert moment(MS + 999) == MORNING
    assert moment(None) is None


def test_a_state_is_its_epoch_and_version() -> None:
    assert of_state(b"3.ab:cd:17") == {"epoch": "3.ab:cd", "version": 17}


@pytest.mark.parametrize("id", ["", "hall", "hall.261123.7", "hall.261399.7.mac", "hall.261123.x.mac", "a.b.c.d.e"])
def test_what_is_no_id_names_no_ticket(id: str) -> None:
    with pytest.raises(UnknownTicket):
        signed().parse(id)


def test_ids_wait_for_the_secret() -> None:
    ids = TicketIds()
    with pytest.raises(StoreNotReady):
        ids.parse("hall.261123.7.mac")
    with pytest.raises(StoreNotReady):
        ids.make("hall", DAY, 7, "salt")
    assert signed().parse(signed().make("hall", DAY, 7, "salt")) == ("hall", DAY, 7)

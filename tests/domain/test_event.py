"""Events: each kind is read as it is written, and what nobody declared is refused, for it might be personal."""

import json
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from service.domain import event as events
from service.domain.event import parse

TICKET: dict[str, Any] = {
    "number": 101,
    "counter": "apply",
    "channel": "walk_in",
    "people": 2,
    "state": "called",
    "lane": "normal",
    "order": 7,
    "arrived": True,
    "confirmed": False,
    "issued_at": 1_795_392_000_000,
    "first_called_at": 1_795_392_060_000,
    "called_at": 1_795_392_120_000,
    "window": 3,
    "windows": [1, 3],
    "recalls": 1,
    "arrive_by": 1_795_393_200_000,
    "last_move": "call",
}
WINDOW = {"state": "serving", "counters": ["apply", "pickup"], "number": 101, "counter": "apply", "last": 100}
CALL = {"seq": 9, "number": 101, "counter": "apply", "window": 3, "at": 1_795_392_120_000, "again": False}
NOTICE = {"ko": "점심시간 12-13시", "en": "Lunch 12 to 13", "until": 1_795_446_000_000}
LOBBY = {
    "languages": ["ko", "en"],
    "voice": ["ko"],
    "volume": 80,
    "quiet_hours": [["12:00", "13:00"]],
    "qr": True,
    "nearby": True,
}
OF_OFFICES: dict[str, dict[str, Any]] = {
    **{kind: {"ticket": TICKET} for kind in ("issue", "arrive", "finish", "hold", "no_show", "cancel")},
    **{kind: {"ticket": TICKET, "due": 1_795_446_000_000} for kind in ("lapse", "expire", "close_out")},
    "pass": {"ticket": TICKET, "window": 3},
    "call": {"ticket": TICKET, "seq": 9, "in_turn": True},
    "recall": {"ticket": TICKET, "seq": 9},
    "transfer": {"ticket": TICKET, "from_counter": "pickup"},
    "open": {"window": 3, "counters": ["apply"]},
    "close": {"window": 3},
    "pause": {"counter": "apply", "reason": {"ko": "점심 교대", "en": "Lunch shift"}},
    "resume": {"counter": "apply", "only_online": True},
    "limit": {"counter": "apply", "left": 10},
    "notices": {"notices": [NOTICE]},
    "lobby": {"lobby": LOBBY},
    "revise": {"before": 3},
    "status": {"status": "lunch"},
    "end_of_day": {
        "due": 1_795_446_000_000,
        "next_day": "2026-11-24",
        "seq": 9,
        "status": "closed",
        "tickets": 12,
        "issued": {"apply": 112},
        "notices": [NOTICE],
        "lobby": LOBBY,
    },
    "bootstrap": {"generation": "0123456789abcdef", "seq": 0},
    "take_over": {
        "seq": 9,
        "status": "open",
        "tickets": [TICKET],
        "windows": {"3": WINDOW},
        "calls": [CALL],
        "issued": {"apply": 112},
        "called": {"apply": 101},
        "online": {"apply": 4},
        "streak": {"apply": 1},
        "paused": ["pickup"],
    },
    "failover": {
        "previous_epoch": "1f2e3d4c",
        "last_id": "1795392120000-0",
        "epochs": 1,
        "replid": "8b1a9953c4611296a827abf8c47804d7",
        "issued": {"apply": [112, 212]},
    },
}
COMMON = {
    "epoch": "1.8b1a9953",
    "version": 42,
    "at": 1_795_392_120_000,
    "day": "2026-11-23",
    "revision": 2,
    "actor": "staff:kim",
}
OF_THE_CITY: dict[str, dict[str, Any]] = {
    "sign_in": {},
    "sign_out": {},
    "refusals": {"code": "forbidden", "count": 3, "user": "kim"},
    "edit_city": {"to": 4, "changes": [{"at": "offices/passport/lunch", "before": "12:00-13:00", "after": "none"}]},
}
CITYS = {"at": 1_795_392_120_000, "day": "2026-11-23", "actor": "staff:kim"}
EVENTS = [
    *({"kind": kind, **COMMON, **about} for kind, about in OF_OFFICES.items()),
    *({"kind": kind, **CITYS, **about} for kind, about in OF_THE_CITY.items()),
]
PERSONAL = {"priority": "elderly", "lang": "ko", "salt": "c2FsdA"}
each_kind = pytest.mark.parametrize("written", EVENTS, ids=lambda event: event["kind"])


def test_there_is_an_example_of_each_kind() -> None:
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(events.Event | events.CityEvent)}
    assert {written["kind"] for written in EVENTS} == kinds


@each_kind
def test_each_kind_is_read_as_it_is_written(written: dict[str, Any]) -> None:
    read = parse(json.dumps(written))
    assert type(read).__name__.lower() == written["kind"].replace("_", "")
    assert json.loads(read.model_dump_json(exclude_none=True)) == written
    assert parse(read.model_dump_json().encode()) == read


@each_kind
@pytest.mark.parametrize("member", [*PERSONAL, "anything"])
def test_an_unknown_member_is_refused(written: dict[str, Any], member: str) -> None:
    with pytest.raises(ValidationError, match=member):
        parse(json.dumps({**written, member: "x"}))


@pytest.mark.parametrize("member", PERSONAL)
@pytest.mark.parametrize("kind", [kind for kind, about in OF_OFFICES.items() if "ticket" in about])
def test_what_must_not_be_kept_of_a_ticket_is_refused(kind: str, member: str) -> None:
    ticket = {**TICKET, member: PERSONAL[member]}
    with pytest.raises(ValidationError, match=member):
        parse(json.dumps({"kind": kind, **COMMON, **OF_OFFICES[kind], "ticket": ticket}))


@pytest.mark.parametrize(("member", "fact"), [("tickets", TICKET), ("calls", CALL)])
def test_nor_is_it_taken_over(member: str, fact: dict[str, Any]) -> None:
    taken_over = {"kind": "take_over", **COMMON, **OF_OFFICES["take_over"]}
    with pytest.raises(ValidationError, match="priority"):
        parse(json.dumps({**taken_over, member: [{**fact, "priority": "elderly"}]}))
    with pytest.raises(ValidationError, match="priority"):
        parse(json.dumps({**taken_over, "windows": {"3": {**WINDOW, "priority": "elderly"}}}))


@each_kind
def test_a_member_that_all_events_have_must_be_there(written: dict[str, Any]) -> None:
    for member in COMMON if "epoch" in written else CITYS:
        with pytest.raises(ValidationError, match=member):
            parse(json.dumps({name: value for name, value in written.items() if name != member}))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="no kind"),
        pytest.param(json.dumps({**COMMON, "kind": "of the next version"}), id="unknown kind"),
        pytest.param("[]", id="no object"),
        pytest.param("", id="nothing"),
        pytest.param('{"kind": "sign_in"', id="no JSON"),
    ],
)
def test_what_is_no_event_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        parse(text)


def test_what_a_ticket_has_not_may_be_left_out() -> None:
    """As the scripts do."""
    optional = ("first_called_at", "called_at", "window", "windows", "arrive_by", "last_move")
    ticket = {name: value for name, value in TICKET.items() if name not in optional}
    read = parse(json.dumps({"kind": "issue", **COMMON, "ticket": ticket}))
    assert isinstance(read, events.Issue)
    assert (read.ticket.window, read.ticket.windows) == (None, ())

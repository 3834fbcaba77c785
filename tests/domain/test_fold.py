"""The fold: a whole log gives the state, so does one from the end of a day on, and a broken one is refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service.domain import event as events
from service.domain.board import Notice
from service.domain.event import Event
from service.domain.facts import TextFacts, TicketFacts
from service.domain.fold import BrokenLog, OfficeState, apply, fold
from service.domain.hours import KST
from service.domain.lobby import Lobby
from service.domain.staff import HOLDER
from service.domain.ticket import MOVES, Channel, Priority, State
from service.store.driver.topology import OnePrimary
from service.store.event_log import BEGINNING, EventLog
from tests.store.queue import CLERK, KEPT_HERE, KIOSK, Queue, queue_on
from tests.store.town import HALL, TOWN
from tests.support import StoppedClock

DAY = date(2026, 11, 23)
REVISIONS = {1: TOWN}
TICKET = TicketFacts(
    number=1,
    counter="a",
    channel=Channel.WALK_IN,
    people=1,
    state=State.WAITING,
    lane="normal",
    order=1,
    arrived=True,
    confirmed=False,
    issued_at=0,
    recalls=0,
)
OF_KIND: dict[str, Any] = {
    kind.model_fields["kind"].annotation.__args__[0]: kind  # type: ignore[union-attr]
    for kind in events.Event.__args__
}
ABOUT: dict[str, dict[str, Any]] = {
    "call": {"seq": 1, "in_turn": True},
    "recall": {"seq": 2},
    "transfer": {"from_counter": "b"},
    "pass": {"window": 1},
    **{kind: {"due": 0} for kind in ("lapse", "expire", "close_out")},
}
"""What events of tickets say beside the ticket."""


def an(kind: str, **about: Any) -> Event:
    """An event, on the first day and in the first epoch unless it says otherwise."""
    common = {"epoch": "first", "version": 1, "at": 0, "day": DAY, "revision": 1, "actor": "staff:kim"}
    event: Event = OF_KIND[kind](kind=kind, **{**common, **about})
    return event


def of(ticket: TicketFacts, kind: str, state: State, **facts: Any) -> Event:
    """An event of a ticket that is in this state afterwards."""
    return an(kind, ticket=ticket.model_copy(update={"state": state, **facts}), **ABOUT.get(kind, {}))


BEGIN = [an("bootstrap", version=0, generation="a store", seq=0)]
OPEN = an("open", window=1, counters=("a",))
ISSUE = of(TICKET, "issue", State.WAITING)
CALLED = of(TICKET, "call", State.CALLED, window=1)
END = an("end_of_day", due=0, next_day=DAY + timedelta(days=1), seq=1, tickets=1, issued={"a": 1})

TO_STATE: dict[State, list[Event]] = {
    State.WAITING: [],
    State.CALLED: [CALLED],
    State.HELD: [CALLED, of(TICKET, "hold", State.HELD, window=1)],
    State.SERVED: [CALLED, of(TICKET, "finish", State.SERVED, window=1)],
    State.NO_SHOW: [CALLED, of(TICKET, "no_show", State.NO_SHOW, window=1)],
    State.CANCELLED: [of(TICKET, "cancel", State.CANCELLED)],
    State.EXPIRED: [of(TICKET, "expire", State.EXPIRED)],
}
"""How a ticket comes into each state, from its issue on."""


def broken(*log: Event) -> str:
    """Why this log is refused."""
    with pytest.raises(BrokenLog) as found:
        fold(log, REVISIONS)
    return str(found.value)


# A broken log.


def test_a_change_that_is_missing_is_noticed() -> None:
    first, third = (an("pause", counter="a", version=version) for version in (1, 3))
    assert broken(*BEGIN, first, third) == "pause is of version 3, after 1"
    assert broken(*BEGIN, first, an("resume", counter="a", version=0)) == "resume is of version 0, after 1"


def test_without_events_there_is_no_state() -> None:
    assert broken() == "there are no events"


@pytest.mark.parametrize(
    "event",
    [
        OPEN,
        ISSUE,
        CALLED,
        an("close", window=1),
        an("pause", counter="a"),
        an("resume", counter="a"),
        an("status", status="open"),
        an("failover", previous_epoch="before", last_id="0-0", epochs=1, replid="another", issued={}),
    ],
    ids=lambda event: event.kind,
)
def test_a_log_does_not_begin_in_the_middle_of_a_day(event: Event) -> None:
    assert broken(event, *BEGIN) == f"a fold can't begin with {event.kind}"


@pytest.mark.parametrize(
    "event",
    [BEGIN[0], an("take_over", seq=0, windows={}, issued={}, called={}, online={}, streak={})],
    ids=lambda event: event.kind,
)
def test_an_office_is_set_up_or_taken_over_once(event: Event) -> None:
    assert broken(*BEGIN, event) == f"{event.kind} comes after other events"


def test_events_are_of_the_offices_day() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert "after first on 2026-11-23" in broken(*BEGIN, an("pause", counter="a", day=tomorrow))
    assert "after first on 2026-11-24" in broken(*BEGIN, END, an("pause", counter="a"))
    assert "after first on 2026-11-24" in broken(*BEGIN, END, END)
    fold([*BEGIN, END, an("pause", counter="a", day=tomorrow)], REVISIONS)


def test_events_are_of_the_offices_epoch_until_a_failover() -> None:
    failover = an(
        "failover",
        epoch="second",
        previous_epoch="first",
        last_id="1-0",
        epochs=1,
        replid="another",
        issued={"a": (1, 9)},
    )
    later = an("pause", counter="a", epoch="second")
    assert "pause is of second" in broken(*BEGIN, later)
    assert "pause is of first" in broken(*BEGIN, failover, an("pause", counter="a"))
    state = fold([*BEGIN, failover, later], REVISIONS)
    assert (state.epoch, state.today.issued, state.today.paused) == ("second", {"a": 9}, {"a"})


def test_a_number_is_issued_once_a_day() -> None:
    assert broken(*BEGIN, ISSUE, ISSUE) == "1 was issued twice on 2026-11-23"
    tomorrow = {"day": DAY + timedelta(days=1)}
    fold([*BEGIN, ISSUE, *TO_STATE[State.EXPIRED], END, ISSUE.model_copy(update=tomorrow)], REVISIONS)


@pytest.mark.parametrize("kind", [*MOVES, "pass"])
def test_a_ticket_is_issued_before_anything_happens_to_it(kind: str) -> None:
    assert broken(*BEGIN, OPEN, of(TICKET, kind, State.WAITING, window=1)) == f"{kind} of 1 after it was None"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", [*MOVES, "pass"])
def test_a_ticket_moves_as_the_rules_allow(kind: str, state: State) -> None:
    starts, becomes = MOVES.get(kind, (frozenset({State.WAITING}), State.WAITING))
    log = [*BEGIN, OPEN, ISSUE, *TO_STATE[state], of(TICKET, kind, becomes, window=1)]
    if state in starts:
        assert fold(log, REVISIONS).today.tickets[1].state == becomes
    else:
        assert broken(*log) == f"{kind} of 1 after it was {state}"


AT_WINDOWS = ("recall", "finish", "hold", "no_show", "transfer")


@pytest.mark.parametrize("kind", AT_WINDOWS)
def test_a_ticket_leaves_the_window_at_which_it_is(kind: str) -> None:
    becomes, before = MOVES[kind][1], [*BEGIN, OPEN, an("open", window=2, counters=("a",)), ISSUE, CALLED]
    fold([*before, of(TICKET, kind, becomes, window=1)], REVISIONS)
    for elsewhere in (2, 3, None):
        assert f"{kind} of 1 at window {elsewhere}" in broken(*before, of(TICKET, kind, becomes, window=elsewhere))


def test_a_ticket_is_called_to_an_open_window_where_nobody_is() -> None:
    second = TICKET.model_copy(update={"number": 2})
    two = [*BEGIN, ISSUE, of(second, "issue", State.WAITING)]
    calls_second = of(second, "call", State.CALLED, window=1)
    assert broken(*two, CALLED) == "call of 1 at window 1, which was closed with None"
    assert "closed" in broken(*two, OPEN, an("close", window=1), CALLED)
    assert broken(*two, OPEN, CALLED, calls_second) == "call of 2 at window 1, which was serving with 1"
    assert "at window None" in broken(*two, OPEN, of(TICKET, "call", State.CALLED))
    fold([*two, OPEN, *TO_STATE[State.SERVED], calls_second], REVISIONS)


# A log as the store writes it.


async def two_days(queue: Queue, clock: StoppedClock) -> None:
    """Two days on which everything happens, and the beginning of a third one."""
    windows, tickets = queue.windows, queue.tickets
    for _ in range(2):
        await queue.reader.refresh(HALL)
        await windows.open(HALL, 1, ["a", "b"], by=CLERK)
        await windows.open(HALL, 3, ["b", "c"], by=CLERK)
        absent = [await queue.take("a", Channel.ONLINE) for _ in range(2)]
        await tickets.issue(HALL, HALL.counter("b"), Channel.WALK_IN, Priority.ELDERLY, "ko", by=KIOSK, key=None)
        third = [await queue.take("b") for _ in range(4)][2]
        called = (await windows.next(HALL, 1, None, by=CLERK)).called
        assert called
        await windows.recall(HALL, 1, called.number, by=CLERK)
        await windows.hold(HALL, 1, called.number, by=CLERK)
        await windows.call(HALL, 1, called.number, by=CLERK)
        await windows.transfer(HALL, 1, called.number, HALL.counter("c"), by=CLERK)
        called = (await windows.next(HALL, 3, None, by=CLERK)).called
        called = (await windows.next(HALL, 3, called and called.number, by=CLERK)).called
        await windows.no_show(HALL, 3, called and called.number, by=CLERK)
        await windows.next(HALL, 3, None, by=CLERK)
        await tickets.cancel(third, by=HOLDER)
        await tickets.arrive(absent[0], by=HOLDER)
        await queue.notices.set(HALL, [Notice(ko="점심시간 12-13시", en="Lunch 12 to 13", until=None)], by=CLERK)
        await queue.counters.pause(HALL, HALL.counter("a"), True, by=CLERK)
        why = TextFacts(ko="점심 교대", en="Lunch shift")
        await queue.counters.pause(HALL, HALL.counter("c"), True, reason=why, by=CLERK)
        await queue.counters.pause(HALL, HALL.counter("c"), False, by=CLERK)
        await queue.notices.set(HALL, [], by=CLERK)
        await queue.lobbies.set(HALL, Lobby(volume=30), by=CLERK)
        await queue.counters.limit(HALL, HALL.counter("b"), 5, by=CLERK)
        await windows.next(HALL, 1, None, by=CLERK)
        # The other one who is absent is passed over, and does not come in time.
        await windows.next(HALL, 1, 1, by=CLERK)
        await queue.take("b")
        clock.move(hours=1)
        await queue.reader.refresh(HALL)
        clock.move(days=1)
        await queue.reader.refresh(HALL)
    await windows.open(HALL, 2, ["a"], by=CLERK)
    await queue.take()
    await windows.next(HALL, 2, None, by=CLERK)
    await windows.finish(HALL, 2, 1, by=CLERK)
    await windows.close(HALL, 2, by=CLERK)


@pytest.fixture
async def log(store_url: str) -> Sequence[Event]:
    """The events of `two_days`."""
    clock = StoppedClock()
    clock.ahead += datetime(2026, 11, 23, 9, tzinfo=KST) - clock()
    topology = OnePrimary(store_url, KEPT_HERE)
    async with queue_on(store_url, clock) as (queue, _):
        await two_days(queue, clock)
        found = await EventLog(topology, queue.keys).read(HALL.id, since=BEGINNING, count=1000)
    await topology.aclose()
    return [logged.event for logged in found]  # type: ignore[misc]


def without_earlier_days(state: OfficeState) -> OfficeState:
    return replace(state, days={state.day: state.today})


def test_a_fold_from_the_end_of_a_day_on_equals_one_from_the_beginning(log: Sequence[Event]) -> None:
    kinds = {event.kind for event in log}
    assert kinds >= {*OF_KIND} - {"take_over", "failover", "revise"}
    whole = fold(log, REVISIONS)
    ends = [place for place, event in enumerate(log) if isinstance(event, events.EndOfDay)]
    assert len(ends) == 2
    for place in ends:
        from_there = fold(log[place:], REVISIONS)
        assert without_earlier_days(from_there) == without_earlier_days(whole)
        assert from_there.board(HALL.id) == whole.board(HALL.id)
        for day, of_day in from_there.days.items():
            assert of_day == whole.days[day]
    assert len(fold(log[ends[0] :], REVISIONS).days) == 2


def test_a_state_goes_on_with_the_events_that_come_later(log: Sequence[Event]) -> None:
    whole = fold(log, REVISIONS)
    for place in range(1, len(log)):
        state = fold(log[:place], REVISIONS)
        for event in log[place:]:
            assert apply(state, event) is state
        assert state == whole


def test_a_log_without_one_of_its_events_is_folded_or_refused(log: Sequence[Event]) -> None:
    """Nothing else happens, whichever is missing."""
    unnoticed = set()
    for place, event in enumerate(log):
        try:
            fold([*log[:place], *log[place + 1 :]], REVISIONS)
        except BrokenLog:
            continue
        unnoticed.add(event.kind)
    assert not unnoticed & {"bootstrap", "issue", "call", "end_of_day", "hold", "transfer"}

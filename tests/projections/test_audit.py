"""Audit: staff, devices and the service, with what they did and when; holders and time are nobody."""

from datetime import date
from typing import Any

from service.database.tables import audit
from service.domain.city_event import Refusals, SignIn, SignOut
from service.domain.staff import HOLDER
from service.domain.ticket import Priority
from service.store.event_log import position
from service.store.keys import CITY
from tests.projections.projected import Projected, catch_up, on_sqlite
from tests.store.queue import CLERK, KIOSK
from tests.store.town import HALL, MORNING

Said = tuple[str, str, int | None, int | None, str | None, dict[str, Any] | None]
"""Actor, kind, number, window, counter, and what else."""


async def said(town: Projected, source: str = HALL.id) -> list[Said]:
    """What is recorded of a source, without its setting up, after everything is projected."""
    await town.catch_up()
    return [
        (row["actor"], row["kind"], row["number"], row["window"], row["counter"], row["about"])
        for row in await town.rows(audit)
        if row["source"] == source and row["kind"] != "bootstrap"
    ]


async def test_what_staff_and_devices_do_is_recorded(town: Projected) -> None:
    clerk, kiosk = "staff:clerk", "device:kiosk"
    await town.open(3, "b", "c")
    await town.queue.counters.pause(HALL, HALL.counter("a"), True, by=CLERK)
    await town.queue.counters.pause(HALL, HALL.counter("a"), False, by=CLERK)
    absent = await town.book("b")
    await town.take("b")
    await town.next(3)
    await town.press("recall", 3, 22)
    await town.press("hold", 3, 22)
    await town.press("call", 3, 22)
    await town.transfer(3, 22, "c")
    await town.next(3)
    await town.press("no_show", 3, 22)
    await town.queue.tickets.arrive(absent, Priority.ELDERLY, by=KIOSK)
    await town.queue.tickets.cancel(absent, by=CLERK)
    await town.queue.windows.close(HALL, 3, by=CLERK)
    assert await said(town) == [
        (clerk, "open", None, 3, None, {"counters": ["b", "c"]}),
        (clerk, "pause", None, None, "a", None),
        (clerk, "resume", None, None, "a", None),
        (kiosk, "issue", 22, None, "b", None),
        (clerk, "pass", 21, 3, "b", None),
        (clerk, "call", 22, 3, "b", {"seq": 1, "in_turn": True}),
        (clerk, "recall", 22, 3, "b", {"seq": 2}),
        (clerk, "hold", 22, 3, "b", None),
        (clerk, "call", 22, 3, "b", {"seq": 3, "in_turn": False}),
        (clerk, "transfer", 22, 3, "c", {"from_counter": "b"}),
        (clerk, "call", 22, 3, "c", {"seq": 4, "in_turn": True}),
        (clerk, "no_show", 22, 3, "c", None),
        (kiosk, "arrive", 21, None, "b", None),
        (clerk, "cancel", 21, None, "b", None),
        (clerk, "close", None, 3, None, None),
    ]


@on_sqlite
async def test_each_row_says_when_and_which_event_it_was(town: Projected) -> None:
    await town.take()
    town.clock.move(minutes=5)
    await town.take()
    await town.catch_up()
    assert [(row["at"], row["position"], row["epoch"], row["lost"]) for row in await town.rows(audit)] == [
        (event["at"], position(id), event["epoch"], False) for id, event in await town.entries()
    ]
    assert (await town.rows(audit))[-1]["at"] == town.now()


@on_sqlite
async def test_holders_and_time_are_not_recorded(town: Projected) -> None:
    await town.open(1, "a")
    first, second = await town.book(), await town.book()
    await town.queue.tickets.cancel(second, by=HOLDER)
    await town.queue.tickets.arrive(first, by=HOLDER)
    await town.book("b")
    await town.open(2, "b")
    await town.next(2)
    await town.next(1)
    town.clock.move(hours=1)
    await town.look()
    await town.next_morning()
    assert {event["kind"] for _, event in await town.entries() if event["actor"] in ("holder", "time")} == {
        *("issue", "cancel", "arrive", "lapse", "close_out", "status", "end_of_day"),
    }
    assert {actor for actor, *_ in await said(town)} == {"staff:clerk"}


@on_sqlite
async def test_what_the_service_does_is_recorded(town: Projected) -> None:
    await town.take()
    copy = await town.copy()
    await town.take()
    await town.look()
    await town.restore(copy)
    await town.take()
    await town.catch_up()
    events = {event["kind"]: event for _, event in await town.entries()}
    of_service = [row for row in await town.rows(audit) if row["actor"] == "service"]
    assert [row["kind"] for row in of_service] == ["bootstrap", "failover"]
    assert of_service[0]["about"] == {"generation": events["bootstrap"]["generation"], "seq": 0}
    assert of_service[1]["about"] == {
        name: events["failover"][name] for name in ("previous_epoch", "last_id", "epochs", "replid", "issued")
    }
    assert of_service[1]["about"]["issued"] == {"a": [1, 4]}


@on_sqlite
async def test_what_happens_in_the_city_is_recorded_whoever_did_it(town: Projected) -> None:
    at, day = town.now(), MORNING.date()
    events = [
        SignIn(kind="sign_in", at=at, day=day, actor="staff:kim"),
        Refusals(kind="refusals", at=at, day=day, actor="anonymous", code="unauthenticated", count=7, user="kim"),
        SignOut(kind="sign_out", at=at + 1, day=day, actor="staff:kim"),
    ]
    for event in events:
        await town.log.append(event)
    assert await said(town, CITY) == [
        ("staff:kim", "sign_in", None, None, None, None),
        ("anonymous", "refusals", None, None, None, {"code": "unauthenticated", "count": 7, "user": "kim"}),
        ("staff:kim", "sign_out", None, None, None, None),
    ]
    rows = [row for row in await town.rows(audit) if row["source"] == CITY]
    assert [(row["at"], row["epoch"]) for row in rows] == [(at, ""), (at, ""), (at + 1, "")]


async def test_nothing_is_inserted_twice(town: Projected) -> None:
    await town.take()
    await town.log.append(SignIn(kind="sign_in", at=town.now(), day=date(2026, 11, 23), actor="staff:kim"))
    await town.catch_up()
    before = await town.rows(audit)
    assert len(before) == 3
    for source in town.sources:
        await town.audit.rebuild(source)
    assert await town.rows(audit) == before
    await catch_up(town.audit, town.sources)
    assert await town.rows(audit) == before

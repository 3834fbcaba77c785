"""History: one row for each finished ticket, whatever became of it, and days that add up."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service.database.engine import Database, sqlite_url
from service.database.tables import days, history, metadata, skipped_numbers
from service.domain.staff import HOLDER
from service.domain.ticket import Channel, Priority
from service.projections.history import unaccounted
from service.store.event_log import position
from tests.projections.projected import Entry, Projected, Row, midnight_after, on_sqlite, until
from tests.store.queue import CLERK, KIOSK
from tests.store.test_upgrade import FACTS, MOMENT, MORNING, OFFICES, TAKEN_OVER, after_the_night, upgraded
from tests.store.town import HALL
from tests.store.town import MORNING as TOWNS_MORNING

DAY = TOWNS_MORNING.date()


async def one(town: Projected) -> Row:
    """The only row, after everything is projected."""
    await town.catch_up()
    (row,) = await town.rows(history)
    return row


async def by_number(town: Projected) -> dict[int, Row]:
    """The rows, after everything is projected."""
    await town.catch_up()
    return {row["number"]: row for row in await town.rows(history)}


def mismatches() -> float:
    return REGISTRY.get_sample_value("sunbeon_day_mismatches_total") or 0


async def test_who_was_served_has_a_row_with_all_of_it(town: Projected) -> None:
    issued_at = town.now()
    await town.queue.tickets.issue(
        HALL, HALL.counter("a"), Channel.WALK_IN, Priority.NONE, "ko", people=4, by=KIOSK, key=None
    )
    await town.open(1, "a")
    town.clock.move(minutes=1)
    first_called_at = town.now()
    await town.next(1)
    await town.press("hold", 1, 1)
    town.clock.move(minutes=1)
    called_at = town.now()
    await town.press("call", 1, 1)
    town.clock.move(minutes=1)
    await town.press("recall", 1, 1)
    await town.press("recall", 1, 1)
    town.clock.move(minutes=1)
    await town.press("finish", 1, 1)
    row = await one(town)
    ((at, event),) = [entry for entry in await town.entries() if entry[1]["kind"] == "finish"]
    assert row == {
        "office": "hall",
        "day": DAY,
        "number": 1,
        "lost_epoch": "",
        "counter": "a",
        "channel": "walk_in",
        "people": 4,
        "outcome": "served",
        "windows": [1, 1],
        "recalls": 2,
        "issued_at": issued_at,
        "first_called_at": first_called_at,
        "called_at": called_at,
        "finished_at": town.now(),
        "epoch": event["epoch"],
        "position": position(at),
    }


@on_sqlite
async def test_who_still_waits_or_is_called_has_none(town: Projected) -> None:
    await town.open(1, "a")
    for _ in range(3):
        await town.take()
    await town.next(1)
    await town.press("hold", 1, 1)
    await town.next(1)
    await town.catch_up()
    assert await town.rows(history) == []


@on_sqlite
async def test_who_did_not_come_when_called(town: Projected) -> None:
    await town.take()
    await town.open(1, "a")
    await town.next(1)
    town.clock.move(minutes=2)
    await town.press("no_show", 1, 1)
    row = await one(town)
    assert (row["outcome"], row["windows"], row["finished_at"]) == ("no_show", [1], town.now())


@pytest.mark.parametrize("in_between", [True, False], ids=["projected in between", "in one batch"])
async def test_who_was_called_back_and_served_has_one_row(town: Projected, in_between: bool) -> None:
    await town.take()
    await town.open(1, "a")
    await town.open(2, "a")
    await town.next(1)
    await town.press("no_show", 1, 1)
    if in_between:
        await town.catch_up()
    await town.press("call", 2, 1)
    if in_between:
        await town.catch_up()
        assert await town.rows(history) == []
    town.clock.move(minutes=2)
    await town.press("finish", 2, 1)
    row = await one(town)
    assert (row["outcome"], row["windows"], row["finished_at"]) == ("served", [1, 2], town.now())


@on_sqlite
async def test_who_was_called_back_and_is_away_again(town: Projected) -> None:
    await town.take()
    await town.open(1, "a")
    await town.next(1)
    await town.press("no_show", 1, 1)
    await town.catch_up()
    await town.press("call", 1, 1)
    town.clock.move(minutes=2)
    await town.press("no_show", 1, 1)
    row = await one(town)
    assert (row["outcome"], row["windows"], row["finished_at"]) == ("no_show", [1, 1], town.now())


@on_sqlite
async def test_who_did_not_come_in_time_is_a_no_show_from_the_moment_it_was_due(town: Projected) -> None:
    await town.book()
    await town.open(1, "a")
    assert await town.next(1) is None
    due = town.now() + 20 * 60_000
    town.clock.move(hours=2)
    await town.look()
    row = await one(town)
    assert (row["outcome"], row["channel"], row["finished_at"]) == ("no_show", "online", due)
    assert (row["windows"], row["first_called_at"], row["called_at"]) == ([], None, None)


@on_sqlite
@pytest.mark.parametrize("by", [HOLDER, CLERK], ids=lambda actor: actor.kind)
async def test_who_gave_up(town: Projected, by: Any) -> None:
    ticket = await town.take()
    town.clock.move(minutes=2)
    await town.queue.tickets.cancel(ticket, by=by)
    row = await one(town)
    assert (row["outcome"], row["finished_at"]) == ("cancelled", town.now())


@on_sqlite
async def test_a_transfer_keeps_the_number_and_the_last_counter_counts(town: Projected) -> None:
    await town.take()
    await town.open(2, "a")
    await town.open(3, "b", "c")
    await town.next(2)
    await town.transfer(2, 1, "b")
    await town.next(3)
    await town.transfer(3, 1, "c")
    await town.next(3)
    await town.press("finish", 3, 1)
    row = await one(town)
    assert (row["number"], row["counter"], row["windows"], row["outcome"]) == (1, "c", [2, 3, 3], "served")


@on_sqlite
async def test_who_is_there_at_midnight(town: Projected) -> None:
    await town.open(1, "a", "b")
    await town.open(2, "a")
    for _ in range(3):
        await town.take("a")
    await town.take("b")
    await town.next(1)
    await town.press("hold", 1, 1)
    await town.next(1)
    await town.next(2)
    await town.press("no_show", 2, 3)
    midnight = midnight_after(town.now())
    gone = town.now()
    await town.next_morning()
    found = {number: (row["outcome"], row["finished_at"]) for number, row in (await by_number(town)).items()}
    assert found == {
        1: ("expired", midnight),
        2: ("served", midnight),
        3: ("no_show", gone),
        21: ("expired", midnight),
    }
    assert {row["day"] for row in await town.rows(history)} == {DAY}


async def test_a_day_adds_up(town: Projected) -> None:
    await town.open(1, "a", "b")
    tickets = [await town.take("b") for _ in range(8)]
    await town.catch_up()
    (day,) = await town.rows(days)
    nothing = dict.fromkeys(("served", "no_show", "cancelled", "expired", "balanced")) | {"simulated": False}
    assert day == {"office": "hall", "day": DAY, "issued": 8, **nothing}

    called = None
    for _ in range(4):
        called = await town.next(1, called)
    await town.press("no_show", 1, called or 0)
    await town.queue.tickets.cancel(tickets[-1], by=HOLDER)
    await town.queue.tickets.cancel(tickets[-2], by=HOLDER)
    before = mismatches()
    await town.next_morning()
    await town.take("b")
    await town.catch_up()
    yesterday, today = await town.rows(days)
    assert yesterday == {
        "office": "hall",
        "day": DAY,
        "issued": 8,
        "served": 3,
        "no_show": 1,
        "cancelled": 2,
        "expired": 2,
        "balanced": True,
        "simulated": False,
    }
    assert today == {"office": "hall", "day": DAY + timedelta(days=1), "issued": 1, **nothing}
    assert mismatches() == before


@on_sqlite
async def test_days_without_tickets_have_no_row_and_are_no_mismatch(
    town: Projected, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        await town.next_morning()
    await town.catch_up()
    assert await town.rows(days) == []
    assert caplog.text == ""


def without(*kinds: str, number: int) -> Callable[[list[Entry]], Sequence[Entry]]:
    """Removes events of a number, of all kinds if none is named."""

    def change(entries: list[Entry]) -> list[Entry]:
        return [
            (id, event)
            for id, event in entries
            if event.get("ticket", {}).get("number") != number or (kinds and event["kind"] not in kinds)
        ]

    return change


def one_that_was_never_there(entries: list[Entry]) -> list[Entry]:
    """The number after the last one is issued, and nothing becomes of it."""
    events = [event for _, event in entries]
    last = max(i for i, event in enumerate(events) if event["kind"] == "issue")
    ticket = events[last]["ticket"]
    events.insert(last + 1, {**events[last], "ticket": {**ticket, "number": ticket["number"] + 1}})
    return [(f"{place}-1", event) for place, event in enumerate(events)]


def a_number_passed_by(entries: list[Entry]) -> list[Entry]:
    """The middle one is nowhere, also not among those that are counted at the end of the day."""
    left = without(number=2)(entries)
    return [(id, {**event, "tickets": 2} if event["kind"] == "end_of_day" else event) for id, event in left]


@on_sqlite
@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            without("finish", number=1), "3 tickets were issued, 2 were finished, 3 are in the store", id="an end"
        ),
        pytest.param(
            without("issue", number=1), "2 tickets were issued, 3 were finished, 3 are in the store", id="a beginning"
        ),
        pytest.param(
            one_that_was_never_there, "4 tickets were issued, 3 were finished, 3 are in the store", id="one more"
        ),
        pytest.param(
            without(number=2),
            "2 tickets were issued, 2 were finished, 3 are in the store; numbers that nobody got and no failover "
            "skipped: [2]",
            id="all of one",
        ),
        pytest.param(a_number_passed_by, "numbers that nobody got and no failover skipped: [2]", id="a skipped number"),
    ],
)
async def test_a_day_that_does_not_add_up_is_told_once(
    town: Projected,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[list[Entry]], Sequence[Entry]],
    says: str,
) -> None:
    await town.open(1, "a")
    for _ in range(3):
        await town.take()
    assert await town.next(1, await town.next(1)) == 2
    await town.next_morning()
    await town.rewrite(change)
    before = mismatches()
    await town.catch_up()
    (day,) = await town.rows(days)
    assert day["balanced"] is False
    assert mismatches() == before + 1
    (line,) = caplog.records
    assert line.getMessage().startswith(f"the day {DAY} of hall does not add up: ")
    assert says in line.getMessage()
    await town.next_morning()
    await town.catch_up()
    assert mismatches() == before + 1


async def test_a_mismatch_is_not_told_before_it_is_committed(town: Projected, caplog: pytest.LogCaptureFixture) -> None:
    await town.take()
    await town.next_morning()
    await town.rewrite(without("expire", number=1))
    before = mismatches()
    ticket = await town.take()
    await town.queue.tickets.cancel(ticket, by=HOLDER)
    # The row of the last event is there already, so that it can't be written.
    (at, _) = (await town.entries())[-1]
    blocks = {**a_row(town), "day": DAY + timedelta(days=1), "position": position(at)}
    async with town.database.begin() as connection:
        await connection.execute(history.insert().values(blocks))
    with pytest.raises(IntegrityError):
        await town.catch_up()
    assert (mismatches(), caplog.records) == (before, [])
    async with town.database.begin() as connection:
        await connection.execute(history.delete())
    await town.catch_up()
    assert mismatches() == before + 1
    assert len(caplog.records) == 1


def a_row(town: Projected) -> Row:
    """A row as the history has it, of ticket 1."""
    return {
        "office": "hall",
        "day": DAY,
        "number": 1,
        "lost_epoch": "",
        "counter": "a",
        "channel": "walk_in",
        "people": 1,
        "outcome": "served",
        "windows": [],
        "recalls": 0,
        "issued_at": town.now(),
        "epoch": "an epoch",
    }


async def test_numbers_that_a_failover_skipped_are_accounted_for(
    town: Projected, caplog: pytest.LogCaptureFixture
) -> None:
    await town.take("a")
    await town.take("b")
    copy = await town.copy()
    for counter in ("a", "b", "b", "c"):
        await town.take(counter)
    await town.look()
    await town.restore(copy)
    # Two further on than the last that this process has seen, and at `c` to the end of the band.
    assert (await town.take("a")).number == 5
    assert (await town.take("b")).number == 26
    before = mismatches()
    await town.next_morning()
    await town.catch_up()
    skipped = [(row["counter"], row["first"], row["last"]) for row in await town.rows(skipped_numbers)]
    assert skipped == [("a", 2, 4), ("b", 22, 25), ("c", 41, 42)]
    (day,) = await town.rows(days)
    assert (day["issued"], day["expired"], day["balanced"]) == (4, 4, True)
    assert mismatches() == before
    assert caplog.records == []


@pytest.mark.parametrize(
    ("numbers", "issued", "skipped", "missing"),
    [
        pytest.param([], {}, [], [], id="nothing"),
        pytest.param([1, 2, 3], {"a": 3}, [], [], id="all"),
        pytest.param([1, 3], {"a": 3}, [], [2], id="one in the middle"),
        pytest.param([1, 2], {"a": 4}, [], [3, 4], id="the last ones"),
        pytest.param([1, 6], {"a": 6}, [(2, 5)], [], id="skipped by a failover"),
        pytest.param([1, 6], {"a": 6}, [(2, 3), (5, 5)], [4], id="skipped in part"),
        pytest.param([1], {"a": 5}, [(2, 5)], [], id="skipped at the end"),
        pytest.param([2, 3], {"a": 3}, [], [], id="the band began before"),
        pytest.param([1, 2, 21, 23], {"a": 2, "b": 23}, [], [22], id="two counters"),
        pytest.param([21], {"a": 7, "b": 21}, [], [], id="a counter whose numbers are all lost"),
        pytest.param([21, 1], {"b": 21, "a": 1}, [], [], id="in any order"),
    ],
)
def test_unaccounted_numbers(
    numbers: list[int], issued: dict[str, int], skipped: list[tuple[int, int]], missing: list[int]
) -> None:
    assert unaccounted(numbers, issued, skipped) == missing


@on_sqlite
async def test_nothing_personal_is_in_any_row(town: Projected) -> None:
    await town.open(1, "a", "b")
    took = [
        await town.queue.tickets.issue(
            HALL, HALL.counter("b"), channel, priority, "tlh-KX", by=by, key=f"a secret key {channel} {priority}"
        )
        for channel, by in ((Channel.ONLINE, HOLDER), (Channel.WALK_IN, KIOSK))
        for priority in Priority
    ]
    await town.queue.tickets.arrive(took[1], Priority.PREGNANT, by=KIOSK)
    called = None
    for _ in range(4):
        called = await town.next(1, called)
    records = await town.redis.hvals(town.queue.keys.of_day(HALL.id, DAY)[1])
    salts = [json.loads(record)["salt"] for record in records]
    assert len(set(salts)) == len(took)
    await town.next_morning()
    await town.catch_up()
    written = [value for table in metadata.sorted_tables for row in await town.rows(table) for value in row.values()]
    assert len(await town.rows(history)) == len(took)
    text = json.dumps(written, default=str)
    personal = [*salts, *(ticket.id for ticket in took), *set(Priority) - {Priority.NONE}, "tlh-KX", "a secret key"]
    assert [secret for secret in personal if secret in text] == []


async def test_what_an_earlier_version_has_finished_is_taken_over(tmp_path: Path) -> None:
    async with upgraded(tmp_path, TAKEN_OVER) as service:
        for office in OFFICES:
            await service.http.board(office)
        service.clock.set(MORNING)
        for office in OFFICES:
            await service.http.board(office)
        found = await counted(service.app.state.context.settings.data_dir, MOMENT.date(), OFFICES)
    of_day = [after_the_night(ticket) for ticket in FACTS["tickets"]]
    assert {(row["office"], row["number"]): row["outcome"] for row in found} == {
        (ticket["office"], ticket["number"]): ticket["state"] for ticket in of_day
    }
    for ticket in FACTS["tickets"]:
        (row,) = (row for row in found if (row["office"], row["number"]) == (ticket["office"], ticket["number"]))
        assert (row["counter"], row["channel"], row["people"]) == (ticket["counter"], ticket["channel"], 1)
        assert row["windows"] == ([ticket["window"]] if ticket["window"] else [])
        was_finished = ticket["state"] in ("served", "no_show", "cancelled")
        assert (row["finished_at"] is None) == was_finished


async def counted(data: Path, day: date, offices: Collection[str]) -> list[Row]:
    """The rows of this day, once its end is projected in these offices, where it must add up."""
    database = Database(sqlite_url(data))
    await database.prepare()

    async def ended() -> bool:
        async with database.begin() as connection:
            of_them = days.c.day == day, days.c.office.in_(offices)
            found = await connection.execute(select(days.c.balanced).where(*of_them))
            balanced = [balanced for balanced in found.scalars() if balanced is not None]
        assert all(balanced)
        return len(balanced) == len(offices)

    await until(ended)
    async with database.begin() as connection:
        found = [dict(row) for row in (await connection.execute(history.select())).mappings()]
    await database.aclose()
    return [row for row in found if row["day"] == day]

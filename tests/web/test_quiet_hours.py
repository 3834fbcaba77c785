"""Quiet hours: what anyone is told of the waits of past days, and how seldom the database is asked."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event, func, insert, select, text

from service.database.tables import days, history, tickets_per_hour
from service.domain.hours import KST
from service.reports.quiet_hours import AWAY_SECONDS, FRESH_SECONDS
from tests.past import database_of, day_of, fill, ticket, working_days
from tests.support import Running, StoppedClock, running

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=KST)
"""A Wednesday; the last holiday was six weeks before."""

PATH = "/api/v1/offices/passport/quiet-hours"
WAITS = {"09:10": 25, "09:20": 35, "10:05": 20, "11:05": 20, "14:05": 2, "15:05": 20}


def clock() -> StoppedClock:
    stopped = StoppedClock()
    stopped.set(NOW)
    return stopped


async def asked(service: Running, **query: str) -> dict[str, Any]:
    answer = await service.http.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def minutes(answer: dict[str, Any], weekday: str) -> dict[str, int]:
    return {slot["from"]: slot["minutes"] for slot in answer["slots"] if slot["weekday"] == weekday}


@contextmanager
def counted_reads(service: Running) -> Iterator[list[str]]:
    """The statements that read the past while this is open."""
    read: list[str] = []
    engine = service.app.state.context.quiet_hours._source._database.engine.sync_engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "max(history.position)" in statement or "history.first_called_at" in statement:
            read.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield read
    event.remove(engine, "before_cursor_execute", note)


async def test_there_is_too_little_at_first(store_url: str) -> None:
    async with running(store_url, clock()) as service, database_of(service):
        answer = await asked(service)
        assert (answer["days"], answer["last"], answer["slots"], answer["simulated"]) == (0, None, [], False)
        assert answer["today"] == {"date": "2026-11-25", "weekday": "wed", "slots": []}
        ordinary = service.app.state.context.city.office("passport").ordinary_day(NOW.date())
        wednesday = next(each for each in answer["week"] if each["weekday"] == "wed")
        assert f"{wednesday['open']}-{wednesday['close']}" == str(ordinary.hours)
        assert "sun" not in {each["weekday"] for each in answer["week"]}
        unknown = await service.http.get(PATH, params={"counter": "nothing"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_counter")
        assert (await service.http.get(PATH.replace("passport", "nowhere"))).json()["code"] == "unknown_office"


async def test_past_days_become_a_chart(store_url: str) -> None:
    async with running(store_url, clock()) as service, database_of(service) as database:
        past = working_days(NOW.date(), 25)
        for day in past:
            await fill(database, day_of("passport", day, WAITS))
        # A Sunday, on which nobody should have been there, and what an epoch lost: neither counts.
        sunday = datetime(2026, 11, 22, tzinfo=KST).date()
        await fill(database, day_of("passport", sunday, {"09:10": 500}))
        await fill(database, [ticket("passport", past[-1], 999, "09:00", 500, lost_epoch="lost")])
        # Other counters and offices are not this counter.
        await fill(database, [ticket("passport", day, 5001, "16:05", 10, counter="pickup") for day in past])
        await fill(database, day_of("howon1", past[-1], {"09:10": 500}, counter="general"))

        answer = await asked(service, counter="apply")
        assert (answer["days"], answer["last"], answer["provisional"]) == (25, "2026-11-24", False)
        # Every day is the same, but all lean a little on the mean of all.
        usual = minutes(answer, "mon")
        assert 27 <= usual["09:00"] <= 30
        assert usual["14:00"] <= 3
        assert "16:00" not in usual
        quiet = {(slot["weekday"], slot["from"]) for slot in answer["slots"] if slot["quiet"]}
        assert quiet == {(weekday, "14:00") for weekday in ("mon", "tue", "wed", "thu", "fri")}
        assert all(slot["low"] <= slot["minutes"] <= slot["high"] for slot in answer["slots"])

        whole = await asked(service)
        assert (whole["counter"], "16:00" in minutes(whole, "mon")) == (None, True)


async def test_a_past_that_was_made_up_is_said_to_be(store_url: str) -> None:
    async with running(store_url, clock()) as service, database_of(service) as database:
        past = working_days(NOW.date(), 6)
        for day in past:
            await fill(database, day_of("passport", day, WAITS))
            await fill(database, day_of("howon1", day, WAITS, counter="general"))
        async with database.begin() as connection:
            await connection.execute(
                insert(days), {"office": "passport", "day": past[0], "issued": 6, "simulated": True}
            )
            await connection.execute(insert(days), {"office": "howon1", "day": past[0], "issued": 6})
        assert (await asked(service))["simulated"]
        other = await service.http.get(PATH.replace("passport", "howon1"))
        assert not other.json()["simulated"]


async def test_what_is_told_of_today_is_what_is_over(store_url: str) -> None:
    """A ticket that still waits is in no history yet: an hour that has one is not told."""
    async with running(store_url, clock()) as service, database_of(service) as database:

        async def told(finished: int) -> list[dict[str, Any]]:
            """What is told once so many tickets are in the history."""
            count = select(func.count()).select_from(history)
            issued = select(func.sum(tickets_per_hour.c.tickets))
            found = None
            async with asyncio.timeout(60):
                while found != (finished, 3):
                    await asyncio.sleep(0.1)
                    async with database.begin(reads_only=True) as connection:
                        found = (await connection.scalar(count), await connection.scalar(issued))
            service.clock.move(seconds=FRESH_SECONDS + 1)
            slots: list[dict[str, Any]] = (await asked(service))["today"]["slots"]
            return slots

        desk = await service.desk("passport", 1, "apply")
        for _ in range(3):
            await service.http.take("passport", "apply")
        await desk.next()
        service.clock.move(minutes=6)
        await desk.next()
        service.clock.move(minutes=6)
        await desk.next()
        assert await told(2) == []
        assert (await desk.post("finish")).status_code == 200
        # They waited 0, 6 and 12 minutes.
        assert await told(3) == [{"from": "15:00", "minutes": 6}]


async def test_those_who_know_the_answer_are_not_sent_it(store_url: str) -> None:
    async with running(store_url, clock()) as service, database_of(service):
        first = await service.http.get(PATH)
        assert first.headers["cache-control"] == "no-cache"
        known = {"If-None-Match": first.headers["etag"]}
        again = await service.http.get(PATH, headers=known)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


async def test_a_crowd_is_answered_by_one_read(store_url: str) -> None:
    async with running(store_url, clock()) as service, database_of(service) as database:
        for day in working_days(NOW.date(), 6):
            await fill(database, day_of("passport", day, WAITS))
        with counted_reads(service) as read:
            answers = await asyncio.gather(*(asked(service) for _ in range(50)))
            assert [answer["days"] for answer in answers] == [6] * 50
            # Which days there are, the six of them, and today.
            assert len(read) == 1 + 6 + 1
            assert (await asked(service, counter="apply"))["days"] == 6
            assert len(read) == 8
            # Later, only what has changed is read.
            service.clock.move(seconds=FRESH_SECONDS + 1)
            await fill(database, [ticket("passport", working_days(NOW.date(), 1)[0], 900, "13:10", 5)])
            assert "13:00" in minutes(await asked(service), "mon")
            assert len(read) == 8 + 3


async def test_without_the_database_the_last_answer_stands(store_url: str) -> None:
    async with running(store_url, clock()) as service, database_of(service) as database:
        for day in working_days(NOW.date(), 6):
            await fill(database, day_of("passport", day, WAITS))
        assert (await asked(service))["days"] == 6
        async with database.begin() as connection:
            await connection.execute(text("ALTER TABLE history RENAME TO hidden"))
        service.clock.move(seconds=FRESH_SECONDS + 1)
        assert (await asked(service))["days"] == 6
        other = await service.http.get(PATH.replace("passport", "howon1"))
        assert (other.status_code, other.json()["code"]) == (503, "history_unavailable")
        async with database.begin() as connection:
            await connection.execute(text("ALTER TABLE hidden RENAME TO history"))
        # It is left alone for a moment, and then asked again.
        assert (await service.http.get(PATH.replace("passport", "howon1"))).status_code == 503
        service.clock.move(seconds=AWAY_SECONDS + 1)
        assert (await service.http.get(PATH.replace("passport", "howon1"))).status_code == 200

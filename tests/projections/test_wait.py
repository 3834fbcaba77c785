"""Waits: what is learnt of an office's log, what boards and tickets say by it, and that no restart changes it."""

import json
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import delete

from service.database.tables import checkpoints, wait_scores, wait_states
from service.domain.board import BoardContent
from service.domain.ticket import Channel, Priority, Ticket
from service.domain.wait.log import OfficeFold
from service.domain.wait.state import load
from service.projections.projector import Projector
from service.projections.wait import Waits
from service.projections.wait_history import WaitHistory
from tests.machine import wait_for
from tests.projections.projected import Projected, on_sqlite
from tests.store.queue import KIOSK
from tests.store.town import HALL, MORNING
from tests.support import ServiceProcess, service_process

DAY = MORNING.date()


async def board(town: Projected) -> BoardContent:
    """The office's board now."""
    return (await town.queue.reader.refresh(HALL)).board


async def family(town: Projected, counter: str, people: int) -> Ticket:
    return await town.queue.tickets.issue(
        HALL, HALL.counter(counter), Channel.WALK_IN, Priority.NONE, "ko", people=people, by=KIOSK, key=None
    )


async def a_morning(town: Projected, after_each: object = None) -> None:
    """Window 3 serves eight people at counter b, five minutes each, while others wait."""
    # The office opens.
    await town.look()
    await town.open(3, "b")
    for _ in range(9):
        await town.take("b")
    called = await town.next(3)
    for _ in range(8):
        town.clock.move(minutes=5)
        called = await town.next(3, called)
        if after_each:
            await after_each()  # type: ignore[operator]


async def test_boards_and_tickets_say_what_was_learnt(town: Projected) -> None:
    assert [counter.wait for counter in (await board(town)).counters] == [None, None, None]
    await a_morning(town)
    tickets = [await town.take("b") for _ in range(6)]
    await town.catch_up()
    waits = {counter.id: counter.wait for counter in (await board(town)).counters}
    assert waits["b"]
    assert 20 <= waits["b"].minutes <= 50, "six are ahead, and one is at the window, at five minutes each"
    assert waits["b"].low < waits["b"].minutes < waits["b"].high
    held = await town.queue.tickets.read(HALL, DAY, [ticket.number for ticket in tickets])
    said = [ticket.wait.minutes for ticket in held if ticket and ticket.wait]
    assert len(said) == 6
    assert said == sorted(said)
    assert said[0] < said[-1] <= waits["b"].minutes


async def test_whoever_is_called_waits_no_more(town: Projected) -> None:
    await town.open(3, "b")
    ticket = await town.take("b")
    await town.next(3)
    await town.catch_up()
    await board(town)
    assert (await town.queue.tickets.find(ticket.id)).wait is None


async def test_an_idle_window_calls_at_once(town: Projected) -> None:
    await town.open(3, "b")
    await town.catch_up()
    (wait,) = [counter.wait for counter in (await board(town)).counters if counter.id == "b"]
    assert wait
    assert (wait.word, wait.minutes, wait.high) == ("now", 0, 0)


async def test_a_family_ahead_counts_as_several(town: Projected) -> None:
    await town.open(3, "b")
    await town.take("b")
    await town.next(3)
    alone = [await town.take("b") for _ in range(3)]
    await town.catch_up()
    await board(town)
    before = (await town.queue.tickets.find(alone[-1].id)).wait
    for ticket in alone[:2]:
        await town.queue.tickets.cancel(ticket, by=KIOSK)
    families = [await family(town, "b", 5) for _ in range(2)]
    last = await town.take("b")
    await town.queue.tickets.cancel(alone[-1], by=KIOSK)
    await town.catch_up()
    await board(town)
    after = (await town.queue.tickets.find(last.id)).wait
    assert before
    assert after
    assert last.ahead == len(families) + 1
    assert after.minutes > before.minutes * 1.5


async def test_the_board_says_who_is_at_the_windows_before_the_models_know(town: Projected) -> None:
    await a_morning(town)
    for _ in range(4):
        await town.take("b")
    await town.catch_up()
    before = await board(town)
    called = before.windows[2].number
    town.clock.move(minutes=4)
    assert called
    await town.next(3, called)
    # Nothing of this press is projected, and the board counts one less ahead at a window that has just begun.
    unprojected = (await board(town)).counters[1]
    await town.catch_up()
    projected = (await board(town)).counters[1]
    assert unprojected.wait
    assert projected.wait
    assert abs(unprojected.wait.minutes - projected.wait.minutes) <= 2


async def test_old_models_say_nothing(town: Projected) -> None:
    await a_morning(town)
    await town.catch_up()
    assert (await board(town)).counters[1].wait
    await town.take("b")
    assert (await board(town)).counters[1].wait
    town.clock.move(minutes=2)
    assert (await board(town)).counters[1].wait is None, "for two minutes nobody has projected the change"
    await town.catch_up()
    assert (await board(town)).counters[1].wait


async def test_boards_are_made_again_each_minute(town: Projected) -> None:
    await a_morning(town)
    for _ in range(3):
        await town.take("b")
    await town.catch_up()
    first = await town.queue.reader.current(HALL)
    assert (await town.queue.reader.current(HALL)).etag == first.etag
    town.clock.move(minutes=4)
    later = await town.queue.reader.current(HALL)
    waits = [json.loads(answer.body)["counters"][1]["wait"]["minutes"] for answer in (first, later)]
    assert waits[1] < waits[0], "the one at the window has got on"


async def test_a_forgotten_ticket_is_told_and_teaches_nothing(town: Projected) -> None:
    await a_morning(town)
    await town.catch_up()
    of_office = await board(town)
    called = of_office.windows[2].number
    assert called
    known = (await fold(town)).waits.learnt["b"].minutes["b"].value
    town.clock.move(minutes=70)
    of_office = await board(town)
    view = await town.queue.boards.staff_view(HALL, of_office)
    assert [window.id for window in view.windows if window.forgotten] == [3]
    await town.press("finish", 3, called)
    await town.catch_up()
    view = await town.queue.boards.staff_view(HALL, await board(town))
    assert not any(window.forgotten for window in view.windows)
    assert (await fold(town)).waits.learnt["b"].minutes["b"].value == known


async def fold(town: Projected) -> OfficeFold:
    """The office's newest state in SQL."""
    *_, row = [row for row in await town.rows(wait_states) if row["office"] == HALL.id]
    return load(OfficeFold, row["state"])


async def test_the_next_day_goes_on_with_what_was_learnt(town: Projected) -> None:
    await a_morning(town)
    await town.catch_up()
    learnt = (await fold(town)).waits.learnt["b"].minutes["b"]
    await town.next_morning()
    await town.catch_up()
    states = [(row["office"], row["day"], row["days"]) for row in await town.rows(wait_states)]
    tomorrow = DAY + timedelta(days=1)
    assert states == [("*", DAY, 0), ("*", tomorrow, 0), ("hall", DAY, 1), ("hall", tomorrow, 1)]
    assert (await fold(town)).waits.learnt["b"].minutes["b"] == learnt
    await town.open(3, "b")
    await town.take("b")
    await town.next(3)
    await town.take("b")
    await town.catch_up()
    assert (await board(town)).counters[1].wait


async def test_a_process_that_takes_over_estimates_the_same(town: Projected) -> None:
    """Each batch of events is folded by a process that has just begun, and by one that goes on."""
    await a_morning(town)
    await town.catch_up()
    whole = await fold(town)
    await town.next_morning()
    await town.catch_up()
    async with town.database.begin() as connection:
        await connection.execute(delete(wait_states))
        await connection.execute(delete(wait_scores))
        await connection.execute(delete(checkpoints).where(checkpoints.c.projection == "wait"))
    scores = []
    while True:
        new = Waits(town.queue.clock, town.queue.wait_models)
        new.batch = 1  # type: ignore[misc]
        if not await Projector(new, town.database, town.log).advance(town.sources):
            break
        scores = await town.rows(wait_scores)
        if any(row["office"] == HALL.id and row["days"] == 0 for row in await town.rows(wait_states)):
            last = await fold(town)
    assert last.waits == whole.waits
    assert [(row["counter"], row["tickets"]) for row in scores] == [("b", 8)]


async def test_what_was_said_is_compared_with_what_it_was(town: Projected) -> None:
    await a_morning(town)
    await town.catch_up()
    (row,) = await town.rows(wait_scores)
    assert (row["office"], row["day"], row["counter"], row["tickets"]) == ("hall", DAY, "b", 8)
    assert row["waited"] == sum(5 * place for place in range(1, 9))
    assert 0 <= row["early"] + row["late"] <= 8
    assert row["error"] > 0


@on_sqlite
async def test_lost_waits_are_made_again_from_the_history(town: Projected) -> None:
    await a_morning(town)
    await town.next_morning()
    await town.catch_up()
    learnt = (await fold(town)).waits.learnt["b"]
    remake = WaitHistory(town.database, town.queue.clock, lambda: [HALL.id], prepare=town.database.prepare)
    await remake.look()
    assert (await fold(town)).waits.learnt["b"] == learnt, "nothing was lost"
    async with town.database.begin() as connection:
        await connection.execute(delete(wait_states))
    # The log is gone too.
    await town.redis.xtrim(town.queue.keys.log(HALL.id), maxlen=1)
    await remake.look()
    again = (await fold(town)).waits.learnt["b"]
    assert again.minutes["b"].n == learnt.minutes["b"].n
    assert again.minutes["b"].value == pytest.approx(learnt.minutes["b"].value)
    assert again.past.n == pytest.approx(learnt.past.n)
    await town.open(3, "b")
    await town.take("b")
    await town.next(3)
    await town.take("b")
    await town.catch_up()
    (wait,) = [counter.wait for counter in (await board(town)).counters if counter.id == "b"]
    assert wait
    assert (await fold(town)).days == 1


def press(service: ServiceProcess, finished: int | None) -> int:
    with httpx.Client(base_url=f"{service.url}/api/v1") as client:
        session = client.post("/session", json={"user": "clerk-passport", "password": "sunbeon"}).json()
        pressed = client.post(
            "/offices/passport/windows/1/next",
            json={"finished": finished},
            headers={"Authorization": f"Bearer {session['token']}"},
        )
        number: int = pressed.raise_for_status().json()["called"]["number"]
        return number


def opens(service: ServiceProcess) -> None:
    with httpx.Client(base_url=f"{service.url}/api/v1") as client:
        session = client.post("/session", json={"user": "clerk-passport", "password": "sunbeon"}).json()
        client.post(
            "/offices/passport/windows/1/open",
            json={"counters": ["apply"]},
            headers={"Authorization": f"Bearer {session['token']}"},
        ).raise_for_status()


def take(service: ServiceProcess, people: int = 1) -> None:
    httpx.post(
        f"{service.url}/api/v1/offices/passport/counters/apply/tickets",
        json={"channel": "walk_in", "people": people},
        headers={"Authorization": "Bearer demo-device"},
    ).raise_for_status()


def state_of(folder: Path) -> tuple[int, str]:
    """The office's version that SQL knows of, and its state."""
    with sqlite3.connect(folder / "data" / "sunbeon.db") as database:
        found = database.execute("SELECT state FROM wait_states WHERE office = 'passport' ORDER BY day DESC").fetchone()
    return (json.loads(found[0])["version"], found[0]) if found else (0, "")


def wait_at(service: ServiceProcess) -> dict[str, int] | None:
    """What the board says of the wait at the first counter."""
    board = httpx.get(f"{service.url}/api/v1/offices/passport/board").json()
    found: dict[str, int] | None = board["counters"][0]["wait"]
    return found


def version(service: ServiceProcess) -> int:
    found: int = httpx.get(f"{service.url}/api/v1/offices/passport/board").json()["version"]
    return found


def test_a_kill_in_the_middle_of_the_day_changes_no_estimate(tmp_path: Path) -> None:
    called = None
    with service_process(tmp_path) as service:
        opens(service)
        for people in (1, 3, 1, 1, 2):
            take(service, people)
        called = press(service, None)
        wait_for(lambda: state_of(tmp_path)[0] == version(service) or None)
        before = wait_for(lambda: wait_at(service))
        # This is not projected yet, or just now.
        called = press(service, called)
        take(service)
        service.stop(signal.SIGKILL)
    with service_process(tmp_path) as service:
        called = press(service, called)
        take(service, 2)
        press(service, called)
        wait_for(lambda: state_of(tmp_path)[0] == version(service) or None)
        wait = wait_for(lambda: wait_at(service))
        assert before["low"] <= before["minutes"] <= before["high"]
        assert wait["low"] <= wait["minutes"] <= wait["high"]
    _, interrupted = state_of(tmp_path)
    # Folded once more from the log, without a break.
    rebuilt = subprocess.run(
        [sys.executable, "-m", "service", "projections", "rebuild", "wait"],
        env=service.environment,
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert rebuilt.returncode == 0, rebuilt.stderr.decode()
    assert state_of(tmp_path)[1] == interrupted

"""A start with another city file logs once who is left behind, and serves the others."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from service.store import removed_offices
from service.store.keys import Keys
from tests.cities import city_file
from tests.support import DEVICE, Desk, Running, running
from tests.web.test_staff_view import frame

OLD = {1: ["stays", "gone"], 2: ["gone"]}


async def take(service: Running, office: str, counter: str) -> dict[str, object]:
    answer = await service.http.post(f"/api/v1/offices/{office}/counters/{counter}/tickets", headers=DEVICE)
    ticket: dict[str, object] = answer.raise_for_status().json()
    return ticket


async def test_who_is_left_behind_is_said_once_and_can_be_called(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    both, old = ["stays", "gone"], {"hall": OLD, "annex": {1: ["stays"]}}
    async with running(store_url, namespace="left", city=city_file(tmp_path, **old)) as service:
        for _ in range(5):
            waits = await take(service, "hall", "gone")
        await take(service, "hall", "stays")
        await take(service, "annex", "stays")
        first, second = await service.desk("hall", 1, *both), await service.desk("hall", 2, "gone")
        await first.next()
        await first.post("hold")
        first.at_window = None
        await second.next()
        await first.next()
        await first.post("finish")
    assert "left" not in caplog.text

    async with running(store_url, namespace="left", city=city_file(tmp_path, hall={1: ["stays"]})) as service:
        await service.app.state.context.relay._prepare()
        said = [record.getMessage() for record in caplog.records if "left behind" in record.getMessage()]
        lacks = "left behind: the city's file has no"
        assert [text.split(".")[0] for text in said] == [
            f"1 person is {lacks} counter stays of office annex any more",
            # Two wait, one is held, one is at a window.
            f"4 people are {lacks} counter gone of office hall any more",
            f"1 person is {lacks} window 2 of office hall any more",
        ]
        assert all("Put it back" in text for text in said)
        # What each log line says about the time until then is true.
        annex, counter, window = (text.rpartition("Until then ")[2] for text in said)
        assert annex == "nobody can call them, and their tickets are unknown."
        assert "staff call them by their numbers" in counter
        assert window == "nobody can finish who is there or call them again."
        # Nothing about them fails.
        ticket = await service.http.ticket(str(waits["id"]))
        assert (ticket["state"], ticket["counter"]) == ("waiting", "gone")
        desk = await service.desk("hall", 1, "stays")
        called = await desk.post("call", {"number": waits["number"]})
        assert called.status_code == 200
        moved = await desk.post("transfer", {"counter": "stays", "number": waits["number"]})
        assert (moved.status_code, moved.json()["counter"]) == (200, "stays")
        assert {c["id"] for c in (await service.http.board("hall"))["counters"]} == {"stays"}

    caplog.clear()
    async with running(store_url, namespace="left", city=city_file(tmp_path, **old)) as service:
        assert "left behind" not in caplog.text
        assert (await service.http.ticket(str(waits["id"])))["counter"] == "stays"


async def test_who_was_transferred_to_a_counter_that_is_gone_is_counted(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(store_url, namespace="moved", city=city_file(tmp_path, hall=OLD)) as service:
        await take(service, "hall", "stays")
        desk = await service.desk("hall", 1, "stays")
        await desk.post("transfer", {"counter": "gone", "number": await desk.next()})
    async with running(store_url, namespace="moved", city=city_file(tmp_path, hall={1: ["stays"]})):
        assert "1 person is left behind: the city's file has no counter gone of office hall" in caplog.text


async def test_a_window_that_was_open_calls_them_and_its_desk_names_them(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, namespace="open", city=city_file(tmp_path, hall=OLD)) as service:
        for _ in range(2):
            await take(service, "hall", "gone")
        await service.desk("hall", 1, "stays", "gone")
    async with running(store_url, namespace="open", city=city_file(tmp_path, hall={1: ["stays"]})) as service:
        clerk = await service.http.sign_in("clerk-hall")
        view = await frame(service, "hall")
        assert [(window["id"], window["line"]) for window in view["windows"]] == [(1, [1001, 1002])]
        assert [ticket["number"] for ticket in view["tickets"]] == [1001, 1002]
        assert [(counter["id"], counter["here"]) for counter in view["counters"]] == [("stays", 0), ("gone", 2)]
        assert await Desk(service.http, clerk, "hall", 1).next() == view["windows"][0]["line"][0]


async def test_a_number_that_is_in_a_hand_is_not_given_again_by_another_counter(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, namespace="band", city=city_file(tmp_path, hall=OLD)) as service:
        held = [await take(service, "hall", "gone") for _ in range(2)]
    async with running(store_url, namespace="band", city=city_file(tmp_path, hall={1: ["stays", "heir"]})) as service:
        assert (await take(service, "hall", "heir"))["number"] == 1003
        for ticket in held:
            found = await service.http.ticket(str(ticket["id"]))
            assert (found["counter"], found["number"]) == ("gone", ticket["number"])
        refused = await service.http.post("/api/v1/offices/hall/counters/heir/tickets", headers=DEVICE)
        assert (refused.status_code, refused.json()["code"]) == (409, "numbers_used_up")


async def test_another_city_file_is_another_board(store_url: str, tmp_path: Path) -> None:
    path = "/api/v1/offices/hall/board"
    async with running(store_url, namespace="etag", city=city_file(tmp_path, hall=OLD)) as service:
        before = await service.http.get(path)
    async with running(store_url, namespace="etag", city=city_file(tmp_path, hall={1: ["stays"]})) as service:
        answer = await service.http.get(path, headers={"If-None-Match": before.headers["etag"]})
        assert answer.status_code == 200
        assert answer.json()["version"] == before.json()["version"]
        assert [counter["id"] for counter in answer.json()["counters"]] == ["stays"]


async def test_the_day_of_an_office_that_is_gone_is_closed_all_the_same(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Personal data are wiped the same night, also in an office that nobody uses any more."""
    monkeypatch.setattr(removed_offices, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(removed_offices, "RETRY_AFTER", 0.05)
    old = {"hall": {1: ["stays"]}, "annex": {1: ["stays"]}}
    async with running(store_url, namespace="night", city=city_file(tmp_path, **old)) as service:
        await service.http.take("annex", "stays", priority="pregnant", lang="vi")
        day = service.clock().date()
    _meta, tickets, *_ = Keys("night").of_day("annex", day)
    async with (
        running(store_url, namespace="night", city=city_file(tmp_path, hall={1: ["stays"]})) as service,
        Redis.from_url(store_url) as redis,
    ):
        record = await redis.hget(tickets, "101")
        assert record is not None
        assert b"pregnant" in record
        service.clock.move(days=1)
        async with asyncio.timeout(60):
            while b"pregnant" in (record := await redis.hget(tickets, "101") or b"") or b'"vi"' in record:
                await asyncio.sleep(0.05)
        assert b'"expired"' in record

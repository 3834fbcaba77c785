"""The order of calls: shared windows, priority, late online tickets, the end of a band."""

from pathlib import Path
from typing import Any

import pytest

from tests.support import DEVICE, running

TOWN = """
[city]
id = "town"
name = {{ ko = "마을", en = "Town" }}
[rules]
priority_in_a_row = {in_a_row}
[holidays]
country = "KR"
[[offices]]
id = "hall"
kind = "dong"
name = {{ ko = "회관", en = "Hall" }}
hours = {{ mon = "09:00-18:00" }}
counters = [
  {{ id = "a", name = {{ ko = "가", en = "A" }}, numbers = [1, {last}], online = true{extra} }},
  {{ id = "b", name = {{ ko = "나", en = "B" }}, numbers = [501, 599] }},
]
windows = [{{ id = 1, counters = ["a", "b"] }}, {{ id = 2, counters = ["a"] }}]
"""


def town(folder: Path, in_a_row: int = 2, last: int = 99, extra: str = "") -> Path:
    file = folder / "town.toml"
    file.write_text(TOWN.format(in_a_row=in_a_row, last=last, extra=extra))
    return file


async def called(desk, times: int) -> list[Any]:
    return [await desk.next() for _ in range(times)]


async def test_a_shared_window_takes_the_ticket_issued_first(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        for counter in "abbaab":
            await service.http.take("hall", counter)
        desk = await service.desk("hall", 1)
        assert await called(desk, 7) == [1, 501, 502, 2, 3, 503, None]


@pytest.mark.parametrize(
    ("in_a_row", "taken", "order"),
    [
        (2, "nnnpppp", [4, 5, 1, 6, 7, 2, 3]),
        (1, "nnppp", [3, 1, 4, 2, 5]),
        (2, "ppppp", [1, 2, 3, 4, 5]),
        (3, "pnpnpnpn", [1, 3, 5, 2, 7, 4, 6, 8]),
    ],
)
async def test_priority_is_interleaved(
    store_url: str, tmp_path: Path, in_a_row: int, taken: str, order: list[int]
) -> None:
    async with running(store_url, city=town(tmp_path, in_a_row)) as service:
        tickets = [
            await service.http.take("hall", "a", priority="elderly" if kind == "p" else "none") for kind in taken
        ]
        # `ahead` agrees with what then happens.
        ahead = {t["number"]: (await service.http.ticket(t["id"]))["ahead"] for t in tickets}
        desk = await service.desk("hall", 2)
        assert await called(desk, len(order)) == order
        assert [ahead[number] for number in order] == list(range(len(order)))


async def test_waiting_counts_who_is_called_before_a_newcomer(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        for _ in range(5):
            await service.http.take("hall", "a", priority="disabled")
        board = await service.http.board("hall")
        newcomer = await service.http.take("hall", "a")
        assert board["counters"][0]["waiting"] == newcomer["ahead"] == 2
        desk = await service.desk("hall", 2)
        assert await called(desk, 3) == [1, 2, newcomer["number"]]


async def test_priority_at_shared_windows_is_counted_together(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        for counter, priority in (("a", "none"), ("b", "none"), *[("a", "elderly")] * 2, *[("b", "elderly")] * 2):
            await service.http.take("hall", counter, priority=priority)
        desk = await service.desk("hall", 1)
        assert await called(desk, 6) == [2, 3, 1, 502, 503, 501]


async def test_an_online_ticket_is_passed_over_and_called_next_on_arrival(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        online = await service.http.take("hall", "a", channel="online")
        for _ in range(3):
            await service.http.take("hall", "a")
        desk = await service.desk("hall", 2)
        assert await desk.next() == 2
        passed = await service.http.ticket(online["id"])
        assert (passed["state"], passed["turn_passed"], passed["ahead"]) == ("waiting", True, 0)
        assert passed["arrive_by"] is not None
        assert (await service.http.board("hall"))["counters"][0]["waiting"] == 2
        for _ in range(2):
            arrived = (await service.http.post(f"/api/v1/tickets/{online['id']}/arrive")).json()
            assert (arrived["arrived"], arrived["turn_passed"], arrived["arrive_by"]) == (True, False, None)
        assert (await service.http.board("hall"))["counters"][0]["waiting"] == 3
        assert await called(desk, 3) == [1, 3, 4]
        again = await service.http.post(f"/api/v1/tickets/{online['id']}/arrive")
        assert (again.status_code, again.json()["state"]) == (200, "served")


async def test_a_press_starts_the_time_limit_of_the_first_absent_holder_only(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        first, second, third = [await service.http.take("hall", "a", channel="online") for _ in range(3)]
        for _ in range(2):
            await service.http.take("hall", "a")
        desk = await service.desk("hall", 2)
        assert await desk.next() == 4
        passed = [(await service.http.ticket(t["id"]))["turn_passed"] for t in (first, second, third)]
        assert passed == [True, False, False]
        service.clock.move(minutes=21)
        states = [(await service.http.ticket(t["id"]))["state"] for t in (first, second, third)]
        assert states == ["no_show", "waiting", "waiting"]
        # Tickets that were skipped are called before those that came later.
        await service.http.post(f"/api/v1/tickets/{third['id']}/arrive")
        assert await called(desk, 3) == [3, 5, None]
        assert (await service.http.ticket(second["id"]))["turn_passed"]


async def test_arriving_before_the_turn_keeps_the_place(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        await service.http.take("hall", "a")
        online = await service.http.take("hall", "a", channel="online")
        await service.http.take("hall", "a")
        await service.http.post(f"/api/v1/tickets/{online['id']}/arrive")
        assert await called(await service.desk("hall", 2), 3) == [1, 2, 3]


async def test_who_is_too_late_is_a_no_show(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path)) as service:
        online = await service.http.take("hall", "a", channel="online")
        desk = await service.desk("hall", 2)
        assert await desk.next() is None
        service.clock.move(minutes=19.9)
        assert (await service.http.ticket(online["id"]))["state"] == "waiting"
        service.clock.move(minutes=0.2)
        await service.http.board("hall")
        assert (await service.http.ticket(online["id"]))["state"] == "no_show"
        answer = await service.http.post(f"/api/v1/tickets/{online['id']}/arrive")
        assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (
            409,
            "move_not_allowed",
            "no_show",
        )
        # The clerk may still take them.
        assert (await desk.post("call", {"number": 1})).json()["state"] == "called"


async def test_a_band_that_is_used_up(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path, last=2)) as service:
        for _ in range(2):
            await service.http.take("hall", "a")
        answer = await service.http.post("/api/v1/offices/hall/counters/a/tickets", headers=DEVICE)
        assert (answer.status_code, answer.json()["code"]) == (409, "numbers_used_up")
        assert (await service.http.board("hall"))["counters"][0]["ticketing"] == "full"


async def test_a_full_counter(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, city=town(tmp_path, extra=", max_waiting = 2")) as service:
        for _ in range(2):
            await service.http.take("hall", "a")
        answer = await service.http.post("/api/v1/offices/hall/counters/a/tickets", headers=DEVICE)
        assert (answer.status_code, answer.json()["code"]) == (409, "counter_full")
        assert (await service.http.board("hall"))["counters"][0]["ticketing"] == "full"
        desk = await service.desk("hall", 2)
        await desk.next()
        assert (await service.http.board("hall"))["counters"][0]["ticketing"] == "open"
        await service.http.take("hall", "a")

"""A clerk's moves: each has one effect, even if its request is repeated."""

import asyncio
from typing import Any

import pytest

from tests.support import Running


async def test_next_finishes_and_calls(service: Running) -> None:
    tickets = [await service.http.take("passport", "apply") for _ in range(2)]
    desk = await service.desk("passport", 1)
    first = (await desk.post("next", {"finished": None})).json()
    assert first["finished"] is None
    assert (first["called"]["number"], first["called"]["state"], first["called"]["window"]) == (101, "called", 1)
    assert first["called"]["id"] == tickets[0]["id"]
    second = (await desk.post("next", {"finished": 101})).json()
    assert (second["finished"]["state"], second["called"]["number"]) == ("served", 102)
    last = (await desk.post("next", {"finished": 102})).json()
    assert (last["finished"]["number"], last["called"]) == (102, None)
    board = await service.http.board("passport")
    assert [(c["number"], c["window"], c["again"]) for c in board["calls"]] == [(101, 1, False), (102, 1, False)]
    assert board["counters"][0] | {"wait": None} == {
        "id": "apply",
        "waiting": 0,
        "called": 102,
        "issued": 102,
        "ticketing": "open",
        "paused_for": None,
        "left": None,
        "online": "open",
        "wait": None,
    }


async def test_an_answer_names_the_state_that_it_is_of(service: Running) -> None:
    """A screen that has the answer accepts no older frame."""

    async def state_of_board() -> tuple[str, int]:
        board = await service.http.board("passport")
        return board["epoch"], board["version"]

    desk = await service.desk("passport", 1)
    await service.http.take("passport", "apply")
    await service.http.take("passport", "apply")
    moves: list[tuple[str, dict[str, Any]]] = [
        ("next", {"finished": None}),
        ("recall", {"number": 101}),
        ("hold", {"number": 101}),
        ("call", {"number": 101}),
        ("transfer", {"counter": "pickup"}),
        ("next", {"finished": None}),
        ("next", {"finished": 77}),
        ("no-show", {"number": 102}),
        ("close", {}),
        ("open", {"counters": ["apply"]}),
    ]
    for move, body in moves:
        answer = (await desk.post(move, body)).json()
        assert (answer["epoch"], answer["version"]) == await state_of_board(), move
    last = await state_of_board()
    assert last[1] > len(moves)


async def test_a_double_click_calls_once(service: Running) -> None:
    for _ in range(5):
        await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    answers = await asyncio.gather(*(desk.post("next", {"finished": None}) for _ in range(8)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 7
    refused = next(a for a in answers if a.status_code == 409).json()
    assert refused["code"] == "window_changed"
    assert refused["window"]["number"] == 101
    assert refused["window"]["ticket"]["state"] == "called"
    assert (await service.http.board("passport"))["counters"][0]["waiting"] == 4


async def test_a_retry_of_next_gets_the_first_answer(service: Running) -> None:
    for _ in range(3):
        await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    key = {"Idempotency-Key": "press-2"}
    answers = [(await desk.post("next", {"finished": 101}, **key)) for _ in range(3)]
    assert [a.status_code for a in answers] == [200] * 3
    assert {a.text for a in answers} == {answers[0].text}
    assert (await service.http.board("passport"))["counters"][0]["waiting"] == 1


async def test_two_clerks_at_two_windows_never_get_one_ticket(service: Running) -> None:
    for _ in range(40):
        await service.http.take("passport", "apply")
    desks = [await service.desk("passport", window, "apply") for window in (1, 2, 3, 4)]

    async def work(desk) -> list[int]:
        called = []
        while (number := await desk.next()) is not None:
            called.append(number)
        return called

    called = await asyncio.gather(*(work(desk) for desk in desks))
    assert sorted(number for numbers in called for number in numbers) == list(range(101, 141))


@pytest.mark.parametrize(("move", "state"), [("finish", "served"), ("hold", "held"), ("no-show", "no_show")])
@pytest.mark.parametrize("body", [None, {"number": 101}])
async def test_a_move_repeated_has_one_effect(service: Running, move: str, state: str, body) -> None:
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    first = await desk.post(move, body)
    version = (await service.http.board("passport"))["version"]
    again = await desk.post(move, body)
    assert (first.status_code, first.json()["state"]) == (200, state)
    assert again.json() == first.json()
    board = await service.http.board("passport")
    assert board["version"] == version
    assert board["windows"][0] == {"id": 1, "state": "idle", "counter": None, "number": None}


@pytest.mark.parametrize("move", ["finish", "hold", "no-show", "recall"])
async def test_a_move_of_a_ticket_that_is_not_there_moves_nothing(service: Running, move: str) -> None:
    for _ in range(2):
        await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    answer = await desk.post(move)
    assert (answer.status_code, answer.json()["code"]) == (409, "window_empty")
    await desk.next()
    answer = await desk.post(move, {"number": 102})
    assert (answer.status_code, answer.json()["code"], answer.json()["window"]["number"]) == (
        409,
        "window_changed",
        101,
    )
    await desk.post("finish")
    await desk.post("close")
    answer = await desk.post(move, {"number": 102})
    assert (answer.status_code, answer.json()["code"]) == (409, "window_closed")


async def test_a_late_finish_does_not_touch_the_next_person(service: Running) -> None:
    for _ in range(2):
        await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    await desk.post("finish", {"number": 101})
    await desk.post("next", {"finished": None})
    again = await desk.post("finish", {"number": 101})
    assert (again.status_code, again.json()["number"], again.json()["state"]) == (200, 101, "served")
    assert (await service.http.board("passport"))["windows"][0]["number"] == 102


@pytest.mark.parametrize("move", ["finish", "hold", "no-show", "transfer"])
async def test_a_late_duplicate_of_a_move_does_not_touch_the_next_person(service: Running, move: str) -> None:
    for _ in range(2):
        await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    body, key = {"counter": "pickup"} if move == "transfer" else None, {"Idempotency-Key": "press"}
    first = await desk.post(move, body, **key)
    await desk.post("next", {"finished": None})
    again = await desk.post(move, body, **key)
    assert (again.status_code, again.json()["number"], again.json()["state"]) == (200, 101, first.json()["state"])
    assert (await service.http.board("passport"))["windows"][0]["number"] == 102


async def test_a_late_duplicate_of_opening_or_closing_changes_nothing(service: Running) -> None:
    desk = await service.desk("passport", 1, "apply")
    opening, closing = {"Idempotency-Key": "opening"}, {"Idempotency-Key": "closing"}
    await desk.post("open", {"counters": ["pickup"]}, **opening)
    await desk.post("close", **closing)
    again = await desk.post("open", {"counters": ["pickup"]}, **opening)
    assert (again.status_code, again.json()["state"]) == (200, "closed")
    await desk.open("apply")
    again = await desk.post("close", **closing)
    assert (again.status_code, again.json()["state"], again.json()["counters"]) == (200, "idle", ["apply"])
    other = await desk.post("open", {"counters": ["apply"]}, **opening)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_late_duplicate_of_a_pause_does_not_stop_numbers_again(service: Running) -> None:
    staff, counter = await service.http.sign_in("clerk-passport"), "/api/v1/offices/passport/counters/apply"
    pausing = {**staff, "Idempotency-Key": "pausing"}
    first = await service.http.post(f"{counter}/pause", headers=pausing)
    await service.http.post(f"{counter}/resume", headers={**staff, "Idempotency-Key": "resuming"})
    again = await service.http.post(f"{counter}/pause", headers=pausing)
    assert (first.json()["ticketing"], again.json()["ticketing"]) == ("paused", "open")
    await service.http.take("passport", "apply")
    other = await service.http.post(f"{counter}/resume", headers=pausing)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_recall_counts_and_is_announced_again(service: Running) -> None:
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    for key in ("a", "a", "b"):
        answer = await desk.post("recall", {"number": 101}, **{"Idempotency-Key": key})
    assert answer.json()["recalls"] == 2
    calls = (await service.http.board("passport"))["calls"]
    assert [(c["seq"] - calls[0]["seq"], c["number"], c["again"]) for c in calls] == [
        (0, 101, False),
        (1, 101, True),
        (2, 101, True),
    ]


async def test_a_board_keeps_twelve_calls(service: Running) -> None:
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    for _ in range(15):
        await desk.post("recall")
    calls = (await service.http.board("passport"))["calls"]
    assert len(calls) == 12
    assert [c["seq"] for c in calls] == list(range(calls[0]["seq"], calls[0]["seq"] + 12))


@pytest.mark.parametrize("aside", ["hold", "no-show"])
async def test_call_takes_back_who_was_set_aside(service: Running, aside: str) -> None:
    for _ in range(2):
        await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    await desk.post(aside)
    assert await desk.post("call", {"number": 101})
    answer = await desk.post("call", {"number": 101})
    assert (answer.status_code, answer.json()["state"]) == (200, "called")
    answer = await desk.post("call", {"number": 102})
    assert (answer.status_code, answer.json()["code"]) == (409, "window_busy")
    assert (await service.http.board("passport"))["windows"][0]["number"] == 101


async def test_call_refuses_what_cannot_come(service: Running) -> None:
    ticket = await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    answer = await desk.post("call", {"number": 999})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_ticket")
    await service.http.delete(f"/api/v1/tickets/{ticket['id']}")
    answer = await desk.post("call", {"number": 101})
    assert (answer.status_code, answer.json()["state"]) == (409, "cancelled")


async def test_a_transfer_keeps_number_and_seniority(service: Running) -> None:
    first = await service.http.take("passport", "apply")
    await service.http.take("passport", "pickup")
    apply, pickup = await service.desk("passport", 1), await service.desk("passport", 5)
    await apply.next()
    for _ in range(2):
        answer = await apply.post("transfer", {"counter": "pickup", "number": 101})
        moved = answer.json()
        assert (moved["number"], moved["counter"], moved["state"], moved["ahead"]) == (101, "pickup", "waiting", 0)
    assert moved["id"] == first["id"]
    assert await pickup.next() == 101
    assert await pickup.next() == 5001
    answer = await apply.post("transfer", {"counter": "visa", "number": 101})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_counter")


async def test_open_and_close_a_window(service: Running) -> None:
    desk = await service.desk("passport", 4)
    opened = (await desk.post("open")).json()
    board = await service.http.board("passport")
    assert opened == {
        "epoch": board["epoch"],
        "version": board["version"],
        "id": 4,
        "state": "idle",
        "counters": ["apply", "pickup"],
        "counter": None,
        "number": None,
        "ticket": None,
    }
    assert (await desk.post("open", {"counters": ["apply"]})).json()["counters"] == ["apply"]
    answer = await desk.post("open", {"counters": ["visa"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_counter")
    await service.http.take("passport", "apply")
    await desk.next()
    answer = await desk.post("close")
    assert (answer.status_code, answer.json()["code"]) == (409, "window_busy")
    await desk.post("finish")
    for _ in range(2):
        assert (await desk.post("close")).json()["state"] == "closed"
    answer = await desk.post("next", {"finished": None})
    assert (answer.status_code, answer.json()["code"]) == (409, "window_closed")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("windows/99/next", {"finished": None}, 404, "unknown_window"),
        ("windows/x/next", {"finished": None}, 422, "invalid_request"),
        ("windows/1/next", {}, 422, "invalid_request"),
        ("windows/1/next", None, 422, "invalid_request"),
        ("windows/1/next", {"finished": "101"}, 422, "invalid_request"),
        ("windows/1/next", {"finished": -1}, 422, "invalid_request"),
        ("windows/1/next", {"finished": True}, 422, "invalid_request"),
        ("windows/1/next", {"finished": 1.5}, 422, "invalid_request"),
        ("windows/1/dance", {}, 404, "not_found"),
    ],
)
async def test_bad_input_moves_nothing(service: Running, path: str, body, status: int, code: str) -> None:
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    before = await service.http.board("passport")
    answer = await service.http.post(f"/api/v1/offices/passport/{path}", json=body, headers=desk.staff)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await service.http.board("passport"))["version"] == before["version"]


async def test_only_the_offices_own_staff(service: Running) -> None:
    path = "/api/v1/offices/passport/windows/1/open"
    assert (await service.http.post(path)).json()["code"] == "unauthenticated"
    wrong = {"Authorization": "Bearer nonsense"}
    assert (await service.http.post(path, headers=wrong)).json()["code"] == "unauthenticated"
    other = await service.http.sign_in("clerk-howon1")
    answer = await service.http.post(path, headers=other)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    admin = await service.http.sign_in("admin")
    assert (await service.http.post(path, headers=admin)).status_code == 200


async def test_online_numbers_stop_without_the_kiosk(service: Running) -> None:
    staff = await service.http.sign_in("clerk-passport")
    counter, online = "/api/v1/offices/passport/counters/apply", {"channel": "online"}
    line = (await service.http.post(f"{counter}/pause", json=online, headers=staff)).json()
    assert (line["ticketing"], line["online"]) == ("open", "paused")
    refused = await service.http.post(f"{counter}/tickets", json={"channel": "online"})
    assert (refused.status_code, refused.json()["code"]) == (409, "counter_paused")
    await service.http.take("passport", "apply")
    # The two are switched apart.
    await service.http.post(f"{counter}/pause", headers=staff)
    line = (await service.http.post(f"{counter}/resume", headers=staff)).json()
    assert (line["ticketing"], line["online"]) == ("open", "paused")
    line = (await service.http.post(f"{counter}/resume", json=online, headers=staff)).json()
    assert (line["ticketing"], line["online"]) == ("open", "open")
    await service.http.take("passport", "apply", channel="online")

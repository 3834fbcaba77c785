"""Lobby settings: an office's staff set how its screens speak and show, and its boards have it at once."""

from typing import Any

import pytest

from tests.support import Running

LOBBY = "/api/v1/offices/passport/lobby"
DEFAULTS = {"languages": ["ko", "en"], "voice": ["ko"], "volume": 80, "quiet_hours": [], "qr": True, "nearby": True}
SET = {
    "languages": ["ko", "en"],
    "voice": ["ko", "en"],
    "volume": 40,
    "quiet_hours": [["12:00", "13:00"], ["17:30", "23:59"]],
    "qr": False,
    "nearby": False,
}


async def put(service: Running, lobby: Any, user: str = "clerk-passport") -> tuple[int, Any]:
    answer = await service.http.put(LOBBY, json=lobby, headers=await service.http.sign_in(user))
    return answer.status_code, answer.json()


async def test_an_office_has_the_defaults_until_its_staff_set_something(service: Running) -> None:
    staff = await service.http.sign_in("clerk-passport")
    assert (await service.http.get(LOBBY, headers=staff)).json() == DEFAULTS
    assert (await service.http.board("passport"))["lobby"] == DEFAULTS


async def test_what_is_set_is_on_the_offices_board_at_once_and_stays(service: Running) -> None:
    assert await put(service, SET) == (200, SET)
    before = await service.http.board("passport")
    assert before["lobby"] == SET
    assert (await service.http.board("cityhall"))["lobby"] == DEFAULTS
    # Again: nothing changes.
    assert await put(service, SET) == (200, SET)
    assert (await service.http.board("passport"))["version"] == before["version"]
    service.clock.move(days=1)
    assert (await service.http.board("passport"))["lobby"] == SET
    silent = DEFAULTS | {"voice": []}
    assert await put(service, silent) == (200, silent)
    assert (await service.http.board("passport"))["lobby"] == silent


async def test_only_staff_of_the_office_see_and_set_them(service: Running) -> None:
    assert (await put(service, SET, "admin"))[0] == 200
    assert (await put(service, SET, "clerk-howon1"))[0] == 403
    assert (await service.http.put(LOBBY, json=SET)).status_code == 401
    assert (await service.http.get(LOBBY)).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"languages": []},
        {"languages": ["ko", "ko"]},
        {"languages": ["tlh"]},
        {"languages": ["../ko"]},
        {"voice": ["tlh"]},
        {"volume": 101},
        {"volume": "80"},
        {"quiet_hours": [["13:00", "12:00"]]},
        {"quiet_hours": [["12:00", "24:00"]]},
        {"quiet_hours": [["12:00\n", "13:00"]]},
        {"quiet_hours": [["12:00"]]},
        {"quiet_hours": [["12:00", "13:00"]] * 9},
        {"qr": "yes"},
        {"nearby": "yes"},
        {"colour": "red"},
    ],
)
async def test_what_no_screen_can_follow_is_refused(service: Running, changes: dict[str, Any]) -> None:
    status, problem = await put(service, DEFAULTS | changes)
    assert (status, problem["code"]) == (422, "invalid_request")


async def test_a_program_that_does_not_know_the_latest_setting_leaves_it_as_it_is(service: Running) -> None:
    for nearby in (False, True):
        await put(service, SET | {"nearby": nearby})
        older = {name: value for name, value in DEFAULTS.items() if name != "nearby"}
        assert await put(service, older) == (200, DEFAULTS | {"nearby": nearby})


async def test_a_setting_that_is_left_out_is_refused(service: Running) -> None:
    status, problem = await put(service, {"volume": 50})
    assert (status, problem["code"]) == (422, "invalid_request")

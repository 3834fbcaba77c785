"""Notices: an office's staff say them, and its boards show them at once, until their time is over."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support import Running

NOTICES = "/api/v1/offices/passport/notices"
LUNCH = {"ko": "점심시간 12-13시", "en": "Lunch from 12 to 1", "until": None}


async def put(service: Running, notices: Any, user: str = "clerk-passport") -> tuple[int, Any]:
    answer = await service.http.put(NOTICES, json=notices, headers=await service.http.sign_in(user))
    return answer.status_code, answer.json()


async def test_they_are_on_the_board_at_once_and_are_replaced_as_a_whole(service: Running) -> None:
    closing = LUNCH | {"ko": "오늘은 17시까지", "en": "Open until 5 today"}
    assert await put(service, [LUNCH, closing]) == (200, [LUNCH, closing])
    before = await service.http.board("passport")
    assert before["notices"] == [LUNCH, closing]
    assert (await service.http.board("cityhall"))["notices"] == []
    # Again: the same.
    await put(service, [LUNCH, closing])
    assert (await service.http.board("passport"))["version"] == before["version"]
    assert await put(service, []) == (200, [])
    assert (await service.http.board("passport"))["notices"] == []


async def test_one_goes_when_its_time_is_over(service: Running) -> None:
    until = (service.clock() + timedelta(minutes=5)).replace(second=0, microsecond=0)
    status, (shown,) = await put(service, [LUNCH | {"until": until.isoformat()}])
    assert (status, shown["until"]) == (200, until.isoformat())
    assert len((await service.http.board("passport"))["notices"]) == 1
    service.clock.move(minutes=6)
    assert (await service.http.board("passport"))["notices"] == []
    assert await put(service, [LUNCH | {"until": until.isoformat()}]) == (200, [])


async def test_they_stay_over_midnight(service: Running) -> None:
    await put(service, [LUNCH])
    service.clock.move(days=1)
    assert (await service.http.board("passport"))["notices"] == [LUNCH]


async def test_only_staff_of_the_office_say_them(service: Running) -> None:
    assert (await put(service, [LUNCH], "admin"))[0] == 200
    assert (await put(service, [LUNCH], "clerk-howon1"))[0] == 403
    assert (await service.http.put(NOTICES, json=[LUNCH])).status_code == 401


@pytest.mark.parametrize(
    "notices",
    [
        [LUNCH] * 11,
        [{"ko": "점심"}],
        [LUNCH | {"ko": "  "}],
        [LUNCH | {"ko": "a" * 201}],
        [LUNCH | {"ko": "두\n줄"}],
        [LUNCH | {"until": "12:00"}],
        [LUNCH | {"until": "2026-11-23T12:00:00"}],
        [LUNCH | {"until": 1795400000}],
        [LUNCH | {"colour": "red"}],
        {"ko": "점심"},
    ],
)
async def test_what_can_not_be_shown_is_refused(service: Running, notices: Any) -> None:
    status, problem = await put(service, notices)
    assert (status, problem["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_no_moment_breaks_it(service: Running, until: str) -> None:
    status, _ = await put(service, [LUNCH | {"until": until}])
    assert status == 200
    assert (await service.http.get("/api/v1/offices/passport/board")).status_code == 200

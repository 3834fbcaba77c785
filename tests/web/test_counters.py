"""A counter's numbers: a pause says why, and a limit says how many are still given today."""

from typing import Any

import pytest

from tests.support import DEVICE, Running

COUNTER = "/api/v1/offices/passport/counters/apply"
REASON = {"ko": "점심 교대", "en": "Lunch shift"}


async def ask(service: Running, move: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """The counter's line after a request of the office's clerk."""
    staff = await service.http.sign_in("clerk-passport")
    answer = await service.http.post(f"{COUNTER}/{move}", json=body, headers={**staff, **headers})
    assert answer.status_code == 200, answer.text
    line: dict[str, Any] = answer.json()
    return line


async def on_board(service: Running) -> dict[str, Any]:
    line: dict[str, Any] = (await service.http.board("passport"))["counters"][0]
    return line


async def refusal(service: Running, channel: str = "walk_in") -> tuple[int, str]:
    """Why somebody gets no number."""
    headers = DEVICE if channel == "walk_in" else {}
    answer = await service.http.post(f"{COUNTER}/tickets", json={"channel": channel}, headers=headers)
    return answer.status_code, answer.json()["code"]


async def test_a_pause_says_why_until_it_is_over(service: Running) -> None:
    assert (await ask(service, "pause", {"reason": REASON}))["paused_for"] == REASON
    assert await on_board(service) == await ask(service, "pause", {"reason": REASON})
    another = {"ko": "전산 점검", "en": "System check"}
    assert (await ask(service, "pause", {"reason": another}))["paused_for"] == another
    # A pause of online numbers is another matter.
    assert (await ask(service, "pause", {"channel": "online"}))["paused_for"] == another
    assert (await ask(service, "resume"))["paused_for"] is None
    assert (await ask(service, "pause"))["paused_for"] is None
    await ask(service, "pause", {"reason": REASON})
    service.clock.move(days=1)
    line = await on_board(service)
    assert (line["ticketing"], line["paused_for"]) == ("open", None)


async def test_a_repeated_pause_is_the_same_only_for_the_same_reason(service: Running) -> None:
    await ask(service, "pause", {"reason": REASON}, **{"Idempotency-Key": "once"})
    await ask(service, "resume")
    assert (await ask(service, "pause", {"reason": REASON}, **{"Idempotency-Key": "once"}))["ticketing"] == "open"
    staff = await service.http.sign_in("clerk-passport")
    other = await service.http.post(f"{COUNTER}/pause", headers={**staff, "Idempotency-Key": "once"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "body",
    [
        {"reason": {"ko": "점심"}},
        {"reason": {"ko": " ", "en": "Lunch"}},
        {"reason": {"ko": "가" * 61, "en": "Lunch"}},
        {"reason": {"ko": "두\n줄", "en": "Lunch"}},
        {"reason": REASON, "channel": "online"},
    ],
)
async def test_a_reason_that_can_not_be_shown_is_refused(service: Running, body: Any) -> None:
    staff = await service.http.sign_in("clerk-passport")
    answer = await service.http.post(f"{COUNTER}/pause", json=body, headers=staff)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_counter_gives_so_many_numbers_more_and_then_none(service: Running) -> None:
    assert (await ask(service, "limit", {"more": 2}))["left"] == 2
    await service.http.take("passport", "apply")
    assert (await on_board(service))["left"] == 1
    ticket = await service.http.take("passport", "apply", channel="online")
    line = await on_board(service)
    assert (line["left"], line["ticketing"]) == (0, "full")
    assert await refusal(service) == (409, "limit_reached")
    assert await refusal(service, "online") == (409, "limit_reached")
    # Who gives up a number makes no room: the staff may.
    await service.http.delete(f"/api/v1/tickets/{ticket['id']}")
    assert await refusal(service) == (409, "limit_reached")
    line = await ask(service, "limit", {"more": None})
    assert (line["left"], line["ticketing"]) == (None, "open")
    assert (await service.http.take("passport", "apply"))["number"] == ticket["number"] + 1


async def test_a_limit_is_of_one_day(service: Running) -> None:
    assert (await ask(service, "limit", {"more": 0}))["ticketing"] == "full"
    service.clock.move(days=1)
    line = await on_board(service)
    assert (line["left"], line["ticketing"]) == (None, "open")
    await service.http.take("passport", "apply")


async def test_a_repeated_limit_does_not_begin_again(service: Running) -> None:
    await ask(service, "limit", {"more": 2}, **{"Idempotency-Key": "once"})
    await service.http.take("passport", "apply")
    assert (await ask(service, "limit", {"more": 2}, **{"Idempotency-Key": "once"}))["left"] == 1


async def test_a_limit_is_never_more_than_there_are_numbers(service: Running) -> None:
    board = await service.http.get("/api/v1/offices")
    passport = next(office for office in board.json()["offices"] if office["id"] == "passport")
    first, last = passport["counters"][0]["numbers"]
    assert (await ask(service, "limit", {"more": 9999}))["left"] == last - first + 1
    staff = await service.http.sign_in("clerk-passport")
    for more in (-1, 10_000, "5"):
        answer = await service.http.post(f"{COUNTER}/limit", json={"more": more}, headers=staff)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")

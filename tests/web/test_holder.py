"""Tickets: taking, reading and cancelling them."""

import asyncio
import re

import pytest

from tests.support import DEVICE, SECRET, Running, running

APPLY = "/api/v1/offices/passport/counters/apply/tickets"
ONLINE = {"channel": "online"}


async def test_a_kiosk_takes_a_number(service: Running) -> None:
    answer = await service.http.post(APPLY, json={"channel": "walk_in", "lang": "ko"}, headers=DEVICE)
    ticket = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/tickets/{ticket['id']}"
    assert (ticket["number"], ticket["state"], ticket["ahead"], ticket["arrived"]) == (101, "waiting", 0, True)
    assert ticket["wait"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", ticket["issued_at"])
    assert await service.http.ticket(ticket["id"]) == ticket


async def test_numbers_follow_each_other_in_each_counter(service: Running) -> None:
    taken = [(await service.http.take("passport", counter))["number"] for counter in ("apply", "pickup", "apply")]
    assert taken == [101, 5001, 102]


async def test_fifty_at_once_get_fifty_numbers(service: Running) -> None:
    tickets = await asyncio.gather(*(service.http.take("howon1", "general") for _ in range(50)))
    assert sorted(t["number"] for t in tickets) == list(range(101, 151))
    assert len({t["id"] for t in tickets}) == 50


async def test_the_same_request_again_is_the_same_ticket(service: Running) -> None:
    headers = {**DEVICE, "Idempotency-Key": "press-1"}
    answers = await asyncio.gather(*(service.http.post(APPLY, json={}, headers=headers) for _ in range(10)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert (await service.http.board("passport"))["counters"][0]["issued"] == 101


@pytest.mark.parametrize(
    ("path", "body"),
    [(APPLY, {"priority": "elderly"}), (APPLY.replace("apply", "pickup"), {})],
)
async def test_a_key_used_for_another_request_is_refused(service: Running, path: str, body: dict[str, str]) -> None:
    headers = {**DEVICE, "Idempotency-Key": "press-1"}
    await service.http.post(APPLY, json={}, headers=headers)
    answer = await service.http.post(path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_keys_of_two_callers_do_not_meet(service: Running) -> None:
    headers = {"Idempotency-Key": "a-key-that-two-callers-use"}
    online = await service.http.post(APPLY, json=ONLINE, headers=headers)
    kiosk = await service.http.post(APPLY, json=ONLINE, headers={**DEVICE, **headers})
    assert online.json()["id"] != kiosk.json()["id"]


async def test_anyone_takes_an_online_number_where_the_counter_has_them(service: Running) -> None:
    ticket = await service.http.take("passport", "apply", **ONLINE)
    assert (ticket["channel"], ticket["arrived"]) == ("online", False)
    answer = await service.http.post(APPLY.replace("apply", "pickup"), json=ONLINE)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_online")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}])
async def test_a_walk_in_needs_the_kiosks_key(service: Running, headers: dict[str, str]) -> None:
    answer = await service.http.post(APPLY, json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert (await service.http.board("passport"))["counters"][0]["issued"] is None


@pytest.mark.parametrize(
    "body",
    [
        '{"channel": "fax"}',
        '{"priority": 3}',
        '{"lang": "Korean"}',
        '{"name": "Kim"}',
        "[]",
        '"x"',
        "{",
        "\x00",
        '{"lang": null}',
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(service: Running, body: str) -> None:
    headers = {**DEVICE, "Content-Type": "application/json"}
    answer = await service.http.post(APPLY, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert (await service.http.board("passport"))["version"] == (await service.http.board("passport"))["version"]
    assert (await service.http.board("passport"))["counters"][0]["issued"] is None


@pytest.mark.parametrize("length", [None, 20_000])
async def test_a_huge_body_is_refused(service: Running, length: int | None) -> None:
    body = b'{"lang": "' + b"x" * 20_000 + b'"}'

    async def chunks():
        yield body

    content = body if length else chunks()
    answer = await service.http.post(APPLY, content=content, headers={**DEVICE, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/offices/atlantis/board", "unknown_office"),
        ("/api/v1/offices/passport%00/board", "unknown_office"),
        ("/api/v1/tickets/x", "unknown_ticket"),
        ("/api/v1/tickets/passport.261123.101.AAAAAAAAAAAAAAAAAAAAAA", "unknown_ticket"),
        ("/api/v1/tickets/atlantis.261123.101.AAAAAAAAAAAAAAAAAAAAAA", "unknown_ticket"),
        ("/api/v1/tickets/passport.261123.99999999999999999999.AAAA", "unknown_ticket"),
        ("/api/v1/tickets/passport.269999.1.AAAA", "unknown_ticket"),
        ("/api/v1/nothing", "not_found"),
    ],
)
async def test_what_is_not_there(service: Running, path: str, code: str) -> None:
    answer = await service.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_unknown_counter(service: Running) -> None:
    answer = await service.http.post(APPLY.replace("apply", "visa"), json={}, headers=DEVICE)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_counter")


async def test_another_number_with_the_same_secret_part_opens_nothing(service: Running) -> None:
    mine, other = [await service.http.take("passport", "apply") for _ in range(2)]
    forged = mine["id"].replace(".101.", ".102.")
    assert (await service.http.get(f"/api/v1/tickets/{forged}")).status_code == 404
    assert (await service.http.delete(f"/api/v1/tickets/{forged}")).status_code == 404
    assert (await service.http.ticket(other["id"]))["state"] == "waiting"


async def test_cancelling_twice_is_cancelling_once(service: Running) -> None:
    ticket = await service.http.take("passport", "apply", **ONLINE)
    first = await service.http.delete(f"/api/v1/tickets/{ticket['id']}")
    version = (await service.http.board("passport"))["version"]
    again = await service.http.delete(f"/api/v1/tickets/{ticket['id']}")
    assert first.json() == again.json()
    assert first.json()["state"] == "cancelled"
    board = await service.http.board("passport")
    assert (board["version"], board["counters"][0]["waiting"]) == (version, 0)


async def test_a_called_ticket_cannot_be_cancelled(service: Running) -> None:
    ticket = await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1)
    await desk.next()
    answer = await service.http.delete(f"/api/v1/tickets/{ticket['id']}")
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "move_not_allowed", "called")


async def test_a_device_of_another_office_is_refused(store_url: str, tmp_path) -> None:
    from service.identity.devices import hash_key

    access = tmp_path / "access.toml"
    access.write_text(f'[devices.k]\noffice = "howon1"\nkey = "{hash_key("long-and-random-key")}"\n')
    async with running(store_url, demo=False, secret=SECRET, access_file=access, bootstrap_store=True) as service:
        headers = {"Authorization": "Bearer long-and-random-key"}
        answer = await service.http.post(APPLY, json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        answer = await service.http.get("/api/v1/device", headers=headers)
        assert answer.json() == {"device": "k", "kind": "kiosk", "office": "howon1"}


async def test_a_pause_stops_numbers_until_resumed(service: Running) -> None:
    staff = await service.http.sign_in("clerk-passport")
    counter = "/api/v1/offices/passport/counters/apply"
    for _ in range(2):
        answer = await service.http.post(f"{counter}/pause", headers=staff)
        assert answer.json()["ticketing"] == "paused"
    answer = await service.http.post(APPLY, json={}, headers=DEVICE)
    assert (answer.status_code, answer.json()["code"]) == (409, "counter_paused")
    assert (await service.http.post(f"{counter}/resume", headers=staff)).json()["ticketing"] == "open"
    await service.http.take("passport", "apply")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_of_another_type_is_refused(service: Running, kind: str) -> None:
    answer = await service.http.post(APPLY, content=b'{"channel": "walk_in"}', headers={**DEVICE, "Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["at"] == "body"

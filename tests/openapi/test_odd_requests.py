"""Requests that don't fit the description: each is answered with a problem document."""

import pytest

from tests.support import DEVICE, Running

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"


@pytest.mark.parametrize("mac", ["é", "%00", "%ff", "x" * 5000, "%F0%90%80"])
@pytest.mark.parametrize("path", ["/api/v1/tickets/{id}", "/t/{id}/qr.svg"])
async def test_a_ticket_id_with_odd_characters_is_unknown(service: Running, path: str, mac: str) -> None:
    ticket = await service.http.take("passport", "apply")
    forged = ticket["id"].rpartition(".")[0] + "." + mac
    answer = await service.http.get(path.format(id=forged))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_ticket")


@pytest.mark.parametrize(
    "header",
    [
        (b"origin", b"http://[bad"),
        (b"origin", b"null"),
        (b"cookie", b"sunbeon_session=\xff"),
        (b"authorization", b"Bearer \xff\xfe"),
        (b"authorization", b"Bearer"),
    ],
)
async def test_odd_headers_sign_nobody_in(service: Running, header: tuple[bytes, bytes]) -> None:
    headers = [header, (b"cookie", b"sunbeon_session=made-up")]
    answer = await service.http.get("/api/v1/session", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"[" * 15_000,
        b'{"lang": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"channel": ' + b"9" * 5000 + b"}",
        b'{"channel": NaN}',
        b'{"lang": 1e999}',
    ],
)
async def test_a_body_that_is_no_sound_json_is_invalid(service: Running, body: bytes) -> None:
    answer = await service.http.post(TICKETS, content=body, headers={**DEVICE, "Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await service.http.board("passport"))["counters"][0]["issued"] is None


async def test_a_refused_method_hears_which_are_allowed(service: Running) -> None:
    answer = await service.http.put("/api/v1/session")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, POST")
    assert answer.json()["code"] == "method_not_allowed"


async def test_a_whole_number_may_be_written_as_a_fraction(service: Running) -> None:
    desk = await service.desk("passport", 1)
    await service.http.take("passport", "apply")
    for number, status in ((101.0, 200), (101.5, 422), ("101", 422), (True, 422)):
        assert (await desk.post("call", {"number": number})).status_code == status, number

"""The city is read and edited over HTTP, by admins only, and everyone follows."""

from typing import Any

import httpx
import pytest

from tests.support import DEVICE, Running

CITY = "/api/v1/city"


async def admin(service: Running) -> dict[str, str]:
    return await service.http.sign_in("admin")


async def edited(service: Running, **changes: Any) -> httpx.Response:
    """The answer to an edit of the passport office."""
    who = await admin(service)
    city = await service.http.get(CITY, headers=who)
    document = city.json()
    passport(document).update(changes)
    return await service.http.put(CITY, json=document, headers=who | {"If-Match": city.headers["etag"]})


def passport(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(office for office in document["offices"] if office["id"] == "passport")
    return found


async def test_an_edit_is_on_the_offices_and_the_boards_when_it_is_answered(service: Running) -> None:
    answer = await edited(service, name={"ko": "여권과", "en": "Passports"}, lunch="11:30-12:30")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (await service.http.board("passport"))["revision"] == 2
    offices = (await service.http.get("/api/v1/offices")).json()["offices"]
    found = passport({"offices": offices})
    assert (found["name"]["en"], found["revision"]) == ("Passports", 2)
    read = await service.http.get(CITY, headers=await admin(service))
    assert (read.json(), read.headers["etag"]) == (answer.json(), '"2"')


async def test_of_two_admins_one_is_refused(service: Running) -> None:
    who = await admin(service)
    city = await service.http.get(CITY, headers=who)
    for status, priority in ((200, 3), (412, 4)):
        document = city.json() | {"rules": {"priority_in_a_row": priority}}
        answer = await service.http.put(CITY, json=document, headers=who | {"If-Match": city.headers["etag"]})
        assert answer.status_code == status
    assert answer.json()["code"] == "precondition_failed"
    assert (await service.http.get(CITY, headers=who)).json()["rules"] == {"priority_in_a_row": 3}


@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        (None, 428, "precondition_required"),
        ('"7"', 412, "precondition_failed"),
        ("1", 412, "precondition_failed"),
        ('"x"', 412, "precondition_failed"),
        ("*", 422, "invalid_city"),
        ('"1"', 422, "invalid_city"),
    ],
)
async def test_an_edit_names_the_revision_that_it_was_made_on(
    service: Running, tag: str | None, status: int, code: str
) -> None:
    headers = await admin(service) | ({} if tag is None else {"If-Match": tag})
    answer = await service.http.put(CITY, json={"city": {}}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_mistake_is_told_with_its_place(service: Running) -> None:
    answer = await edited(service, lunhc="12:00-13:00")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_city")
    assert answer.json()["detail"].endswith('"passport": unknown field "lunhc": did you mean "lunch"?')


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"[" * 10_000])
async def test_what_is_no_document_is_refused(service: Running, body: bytes) -> None:
    headers = await admin(service) | {"If-Match": '"1"', "Content-Type": "application/json"}
    answer = await service.http.put(CITY, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_document_may_have_a_megabyte(service: Running) -> None:
    who = await admin(service)
    document = (await service.http.get(CITY, headers=who)).json()
    passport(document)["address"] = "a" * 900_000
    headers = who | {"If-Match": '"1"'}
    assert (await service.http.put(CITY, json=document, headers=headers)).status_code == 200
    passport(document)["address"] = "a" * 1_000_000
    answer = await service.http.put(CITY, json=document, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_strangers_megabyte_is_not_read(service: Running) -> None:
    answer = await service.http.put(CITY, content=b"a" * 900_000, headers={"If-Match": '"1"'})
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_only_admins_may(service: Running, method: str) -> None:
    clerk = await service.http.sign_in("clerk-passport")
    for headers, status in ((clerk, 403), ({}, 401), (DEVICE, 401)):
        answer = await service.http.request(method, CITY, headers=headers, json={} if method == "PUT" else None)
        assert answer.status_code == status
    assert (await service.http.get(f"{CITY}/revisions", headers=clerk)).status_code == 403


async def test_the_revisions_say_who_changed_what(service: Running) -> None:
    await edited(service, lunch="11:30-12:30")
    who = await admin(service)
    newest, seed = (await service.http.get(f"{CITY}/revisions", headers=who)).json()["revisions"]
    assert (newest["revision"], newest["by"], newest["from_day"], newest["waiting_in"]) == (2, "staff:admin", None, [])
    (change,) = newest["changes"]
    assert (change["at"], change["after"]) == ("offices/passport/lunch", "11:30-12:30")
    assert (seed["revision"], seed["by"], seed["changes"]) == (1, "service", [])


async def test_what_people_wait_for_is_not_taken_out_today(service: Running) -> None:
    await service.http.take("passport", "pickup")
    who = await admin(service)
    city = await service.http.get(CITY, headers=who)
    document = city.json()
    of_kind = document["kinds"]["passport"]
    of_kind["counters"] = [counter for counter in of_kind["counters"] if counter["id"] != "pickup"]
    for window in of_kind["windows"]:
        window["counters"] = ["apply"]
    headers = who | {"If-Match": city.headers["etag"]}
    refused = await service.http.put(CITY, json=document, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert refused.json()["in_use"] == [{"office": "passport", "what": "counter", "id": "pickup", "count": 1}]
    waits = await service.http.put(f"{CITY}?effective=next_day", json=document, headers=headers)
    assert (waits.status_code, waits.headers["etag"]) == (200, '"2"')
    assert (await service.http.board("passport"))["revision"] == 1
    (newest, _) = (await service.http.get(f"{CITY}/revisions", headers=who)).json()["revisions"]
    assert "passport" in newest["waiting_in"]
    assert await service.http.take("passport", "pickup")

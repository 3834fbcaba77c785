"""Staff calls are accepted from the service's own pages and from programs, never from pages of other sites."""

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from service.domain.request_errors import CrossSite, FormRefused
from service.web.csrf import FORMS, CsrfProtection, origin_of, refuse_cross_site
from tests.access import PASSWORD, real
from tests.support import Running, running

SESSION = "/api/v1/session"
PUBLIC = "https://queue.example.kr"
DESK = "/api/v1/offices/passport/windows/1"


def connection(scheme: str = "http", **headers: str) -> HTTPConnection:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "scheme": scheme, "headers": named})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://queue.example.kr", "https://queue.example.kr"),
        ("https://Queue.Example.kr:443/", "https://queue.example.kr"),
        ("http://queue.example.kr:80", "http://queue.example.kr"),
        ("http://queue.example.kr:443", "http://queue.example.kr:443"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_origins_are_written_as_browsers_do(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": PUBLIC}, True),
        ({"origin": PUBLIC, "sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        # Another scheme, port or name; a page of the same site, which SameSite lets through; one of another site.
        ({"origin": "http://queue.example.kr"}, False),
        ({"origin": "https://queue.example.kr:8443"}, False),
        ({"origin": "https://www.example.kr", "host": "www.example.kr"}, False),
        ({"origin": "https://www.example.kr", "sec_fetch_site": "same-site"}, False),
        ({"origin": PUBLIC, "sec_fetch_site": "same-site"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("host", ["queue.example.kr", "evil.example", "www.example.kr"])
def test_outside_a_demo_the_public_url_decides_and_host_does_not(headers: Any, own: bool, host: str) -> None:
    origins = CsrfProtection(f"{PUBLIC}:443/", demo=False)
    assert origins.is_from_own_page(connection(**{"host": host, **headers})) == own


def test_without_a_public_url_the_browser_has_to_say_it() -> None:
    origins = CsrfProtection(None, demo=False)
    said = {"origin": PUBLIC, "host": "queue.example.kr"}
    assert not origins.is_from_own_page(connection("https", **said))
    assert origins.is_from_own_page(connection("https", **said, sec_fetch_site="same-origin"))
    assert not origins.is_from_own_page(connection("https", **said, sec_fetch_site="cross-site"))


@pytest.mark.parametrize(
    ("scheme", "origin", "own"),
    [
        ("http", "http://localhost:8000", True),
        ("ws", "http://localhost:8000", True),
        ("https", "https://localhost:8000", True),
        ("wss", "https://localhost:8000", True),
        ("http", "https://localhost:8000", False),
        ("ws", "https://localhost:8000", False),
        ("http", "http://localhost:8001", False),
        ("http", PUBLIC, True),
    ],
)
def test_in_a_demo_the_request_itself_names_the_origin_too(scheme: str, origin: str, own: bool) -> None:
    asked = connection(scheme, origin=origin, host="LocalHost:8000")
    assert CsrfProtection(PUBLIC, demo=True).is_from_own_page(asked) == own


async def test_what_other_sites_may_send_is_refused() -> None:
    for site in ("cross-site", "same-site", "nonsense"):
        with pytest.raises(CrossSite):
            await refuse_cross_site(connection(sec_fetch_site=site))
    for form in (*FORMS, "Text/Plain; charset=utf-8", "multipart/form-data; boundary=x"):
        with pytest.raises(FormRefused):
            await refuse_cross_site(connection(content_type=form))
    for headers in (
        {},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"content_type": "application/json"},
    ):
        await refuse_cross_site(connection(**headers))


async def test_every_staff_call_refuses_other_sites_and_forms(service: Running) -> None:
    described = (await service.http.get("/api/v1/openapi.json")).json()["paths"]
    calls = [
        (method.upper(), path.format(office="passport", window=1, counter="apply", screen="hall"))
        for path, methods in described.items()
        for method, operation in methods.items()
        # A ticket's holder may use any page; a session only adds rights there.
        if ({"session": []} in operation.get("security", []) and operation["operationId"] != "arrive")
        or operation["operationId"] == "sign_in"
    ]
    assert len(calls) >= 14
    staff = await service.http.sign_in("clerk-passport")
    before = await service.http.board("passport")
    for method, path in calls:
        cross = await service.http.request(method, path, headers={**staff, "Sec-Fetch-Site": "cross-site"})
        assert (cross.status_code, cross.json()["code"]) == (403, "cross_site"), path
        for body in (b"", b"{}"):
            form = {**staff, "Content-Type": "text/plain;charset=UTF-8"}
            answer = await service.http.request(method, path, headers=form, content=body)
            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type"), path
    assert (await service.http.board("passport"))["version"] == before["version"]
    assert (await service.http.get(SESSION, headers=staff)).json() == {
        "user": "clerk-passport",
        "role": "clerk",
        "office": "passport",
    }


async def test_a_cookie_counts_from_our_own_pages_only(store_url: str, tmp_path: Path) -> None:
    settings = real(tmp_path, "clerk-passport", public_url=PUBLIC)
    async with running(store_url, **settings) as service:
        wanted = {"user": "clerk-passport", "password": PASSWORD}
        token = (await service.http.post(SESSION, json=wanted)).json()["token"]
        service.http.cookies.clear()

        async def status(cookie: str, **headers: str) -> int:
            sent = {"Cookie": f"{cookie}={token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
            return (await service.http.post(f"{DESK}/open", headers=sent)).status_code

        own = {"Origin": PUBLIC, "Sec_Fetch_Site": "same-origin"}
        assert await status("__Host-sunbeon_session", **own) == 200
        # Without the prefix anyone who may set a cookie for the domain could have put it there.
        assert await status("sunbeon_session", **own) == 401
        assert await status("__Host-sunbeon_session", Origin=PUBLIC.replace("https", "http")) == 401
        assert await status("__Host-sunbeon_session", Origin=service.url) == 401
        assert await status("__Host-sunbeon_session") == 401

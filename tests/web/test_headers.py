"""The headers of every answer for browsers and caches; the Host header is not used."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from service.domain.hours import KST
from service.identity.devices import hash_key
from service.web import qr_codes
from tests.support import DEVICE, ROOT, MovableClock, Running, running

BOARD = "/api/v1/offices/passport/board"
TICKETS = "/api/v1/offices/passport/counters/apply/tickets"
PAGES = ["/", "/booking", "/console", "/display/passport", "/kiosk/passport", "/docs", "/t/x", "/start", "/display"]
OTHER_ANSWERS = [
    BOARD,
    "/api/v1/offices",
    "/api/v1/tickets/x",
    "/api/v1/session",
    "/api/v1/openapi.json",
    "/api/v1/asyncapi.yaml",
    "/health/live",
    "/metrics",
    "/widget.js",
    "/static/clients/lib/api.js",
    "/static/clients/lib/icon.svg",
    "/static/clients/widget/lang/ko.json",
    "/static/swagger/swagger-ui.css",
    "/nothing",
    "/console/",
]
SECRET = "0123456789abcdef0123456789abcdef"


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


@pytest.mark.parametrize("path", [*PAGES, *OTHER_ANSWERS])
async def test_every_answer_has_a_content_security_policy(service: Running, path: str) -> None:
    answer = await service.http.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = directives(answer.headers["content-security-policy"])
    assert policy["default-src"] in ("'self'", "'none'")
    # Where a key or a password is entered, no other site may put its own page around it.
    framed = path in PAGES and not path.startswith(("/console", "/kiosk"))
    assert policy["frame-ancestors"] == ("'self'" if framed else "'none'")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_has_the_same_head(service: Running, path: str) -> None:
    page = (await service.http.get(path)).text
    head, _, body = page.partition("</head>")
    assert head.count((ROOT / "clients/lib/head.html").read_text("utf-8").strip()) == 1
    # A page comes with its name and its languages' place, before any script has run.
    assert body.count("<lang-switch>") == (0 if path == "/display/passport" else 1)
    assert "<!--" not in page
    for link in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert page.count(f'"{link}"') == 1 or link.endswith(".svg"), link
        assert (await service.http.get(link)).status_code == 200, link


async def test_pages_are_at_their_own_addresses_only(service: Running) -> None:
    for folder in ("clients", "display"):
        for file in (ROOT / folder).rglob("*.html"):
            answer = await service.http.get(f"/static/{folder}/{file.relative_to(ROOT / folder)}")
            assert answer.status_code == 404, file


async def test_what_is_somebodys_own_is_kept_in_no_cache(service: Running) -> None:
    ticket = await service.http.post(TICKETS, headers=DEVICE)
    staff = await service.http.post("/api/v1/session", json={"user": "admin", "password": "sunbeon"})
    token = {"Authorization": f"Bearer {staff.json()['token']}"}
    opened = await service.http.post("/api/v1/offices/passport/windows/1/open", headers=token)
    looked_at = [await service.http.get(path) for path in (ticket.headers["location"], "/api/v1/session")]
    for answer in (ticket, staff, opened, *looked_at):
        assert answer.headers["cache-control"] == "no-store"
    assert (await service.http.get(BOARD)).headers["cache-control"] == "public, max-age=0, s-maxage=1"


async def test_other_origins_read_what_is_public_and_nothing_else(service: Running) -> None:
    ticket = await service.http.post(TICKETS, headers=DEVICE)
    public = [
        BOARD,
        BOARD.replace("passport", "atlantis"),
        "/api/v1/offices",
        "/widget.js",
        "/static/clients/lib/api.js",
        "/static/clients/widget/lang/ko.json",
    ]
    for path in public:
        assert (await service.http.get(path)).headers["access-control-allow-origin"] == "*", path
    for path in (ticket.headers["location"], "/api/v1/session", "/health/live", "/metrics", "/console"):
        assert "access-control-allow-origin" not in (await service.http.get(path)).headers, path
    assert "access-control-allow-origin" not in ticket.headers

    async def asks_before(method: str, header: str) -> int:
        asks = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
        return (await service.http.options(BOARD, headers={"Origin": "https://www.city.example", **asks})).status_code

    assert await asks_before("GET", "if-none-match") == 200
    assert await asks_before("POST", "if-none-match") == 400
    assert await asks_before("GET", "authorization") == 400


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/console/", "/console"),
        ("//evil.example/", "/evil.example"),
        ("/%5Cevil.example/", "/%5Cevil.example"),
        ("/%0d%0aX: y/", "/%0D%0AX%3A%20y"),
    ],
)
async def test_a_slash_too_many_leads_to_no_other_site(service: Running, path: str, to: str) -> None:
    answer = await service.http.get(service.url + path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (308, to)


@pytest.fixture
def real(tmp_path: Path) -> dict[str, Any]:
    access = tmp_path / "access.toml"
    access.write_text(f'[devices.k]\nkey = "{hash_key("a-kiosk-of-ours")}"\n')
    return {"demo": False, "secret": SECRET, "access_file": access, "bootstrap_store": True}


def in_codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the QR codes that were made since."""
    texts: list[str] = []
    monkeypatch.setattr(qr_codes, "qr_code", lambda text: texts.append(text) or "<svg/>")
    return texts


async def test_the_host_header_is_in_no_qr_code(
    store_url: str, real: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = in_codes(monkeypatch)
    clock = MovableClock()
    clock.set(datetime(2026, 11, 23, 10, 0, tzinfo=KST))
    kiosk = {"Authorization": "Bearer a-kiosk-of-ours"}
    invented = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    for public_url, status in (("https://queue.city.example/", 200), (None, 404)):
        async with running(store_url, clock, public_url=public_url, **real) as service:
            ticket = (await service.http.post(TICKETS, headers=kiosk)).json()
            answer = await service.http.get(f"/t/{ticket['id']}/qr.svg", headers=invented)
            assert answer.status_code == status
    (text,) = texts
    assert text.startswith("https://queue.city.example/t/passport.")


async def test_a_qr_code_is_made_once(service: Running) -> None:
    ticket = await service.http.take("passport", "apply")
    made = qr_codes.qr_code.cache_info().misses
    first, second = [await service.http.get(f"/t/{ticket['id']}/qr.svg") for _ in range(2)]
    assert first.text == second.text
    assert first.text.startswith("<svg xmlns")
    assert qr_codes.qr_code.cache_info().misses == made + 1

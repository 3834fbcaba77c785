"""The addresses of screens: their QR codes, and unknown addresses."""

from pathlib import Path
from urllib.parse import quote

import pytest

from service.identity.devices import hash_key
from service.web.qr_codes import qr_code
from tests.support import SECRET, Running, running


@pytest.mark.parametrize("path", ["/", "/booking", "/console", "/docs", "/display/passport", "/kiosk/howon1"])
async def test_every_screen_has_its_address_as_a_code(service: Running, path: str) -> None:
    answer = await service.http.get(f"/start/qr.svg?path={quote(path)}")
    assert answer.status_code == 200
    assert answer.text == qr_code(service.url + path)
    assert (await service.http.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["", "/t/x", "/display/atlantis", "/kiosk/", "//evil.example", "https://evil.example"])
async def test_codes_are_made_for_screens_only(service: Running, path: str) -> None:
    assert (await service.http.get(f"/start/qr.svg?path={quote(path)}")).status_code == 404


async def test_a_service_that_was_not_told_its_address_makes_no_codes(store_url: str, tmp_path: Path) -> None:
    access = tmp_path / "access.toml"
    access.write_text(f'[devices.k]\nkey = "{hash_key("a-kiosk-of-ours")}"\n')
    async with running(store_url, demo=False, secret=SECRET, access_file=access, bootstrap_store=True) as service:
        assert (await service.http.get("/start/qr.svg?path=/")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/display/atlantis", 404),
        ("/display/atlantis/1", 404),
        ("/display/passport/99", 404),
        ("/kiosk/atlantis", 404),
        ("/display", 200),
        ("/kiosk", 200),
    ],
)
async def test_an_address_without_an_office_is_answered_with_a_page(service: Running, path: str, status: int) -> None:
    answer = await service.http.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<office-links>" in answer.text


async def test_each_window_has_a_sign(service: Running) -> None:
    board = await service.http.get("/display/passport")
    sign = await service.http.get("/display/passport/1")
    assert (sign.status_code, sign.text) == (200, board.text)


async def test_the_code_on_an_offices_wall_leads_to_its_card_on_the_city_page(service: Running) -> None:
    answer = await service.http.get("/display/passport/qr.svg")
    assert answer.status_code == 200
    assert answer.text == qr_code(f"{service.url}/#office-passport")
    assert (await service.http.get("/display/atlantis/qr.svg")).status_code == 404

"""The demo's switch."""

from typing import Any

import pytest

from tests.support import MovableClock, Running, running

LIFE = "/api/v1/demo/life"


async def test_the_switch_stands_as_it_was_put(store_url: str) -> None:
    async with running(store_url, demo_life=True, namespace="switch") as first:
        assert (await first.http.get(LIFE)).json() == {"on": True, "paused": []}
        for on in (False, False, True, True, False):
            assert (await first.http.put(LIFE, json={"on": on})).json() == {"on": on, "paused": []}
    async with running(store_url, demo_life=True, namespace="switch") as again:
        assert (await again.http.get(LIFE)).json() == {"on": False, "paused": []}


async def test_a_pause_is_one_office_s_and_ends_by_itself(store_url: str) -> None:
    clock = MovableClock()
    async with running(store_url, clock, demo_life=True) as service:
        await service.http.put(f"{LIFE}/pauses/howon1", json={"seconds": 60})
        await service.http.put(f"{LIFE}/pauses/passport", json={"seconds": 600})
        assert (await service.http.get(LIFE)).json()["paused"] == ["howon1", "passport"]
        clock.move(seconds=60)
        assert (await service.http.get(LIFE)).json()["paused"] == ["passport"]
        await service.http.put(f"{LIFE}/pauses/passport", json={"seconds": 0})
        assert (await service.http.get(LIFE)).json() == {"on": True, "paused": []}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("", {"on": "yes"}, "invalid_request"),
        ("", {"on": True, "off": True}, "invalid_request"),
        ("", None, "invalid_request"),
        ("/pauses/howon1", {"seconds": 601}, "invalid_request"),
        ("/pauses/howon1", {"seconds": -1}, "invalid_request"),
        ("/pauses/atlantis", {"seconds": 1}, "unknown_office"),
    ],
)
async def test_what_the_switch_refuses(service: Running, path: str, body: Any, code: str) -> None:
    answer = await service.http.put(LIFE + path, json=body)
    assert answer.json()["code"] == code


async def test_no_other_site_turns_it(service: Running) -> None:
    asks = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    answer = await service.http.options(LIFE, headers={"Origin": "https://evil.example", **asks})
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in (await service.http.get(LIFE)).headers


async def test_without_its_life_a_demo_is_still(service: Running) -> None:
    assert (await service.http.put(LIFE, json={"on": True})).json() == {"on": False, "paused": []}

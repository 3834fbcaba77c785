"""Lobby screens report, and the office's staff see how they are and give them orders."""

from typing import Any
from urllib.parse import quote

import pytest
from redis.asyncio import Redis

from service.domain.screen import MOST_OF_A_KEY, MOST_OF_AN_OFFICE
from service.identity.devices import hash_key
from tests.access import PASSWORD, QUICK
from tests.screens import REPORT, SCREEN_KEY
from tests.support import DEVICE, SECRET, Running, running

SCREENS = "/api/v1/offices/passport/screens"
HALL = f"{SCREENS}/hall"


async def report(service: Running, screen: str = "hall", key: dict[str, str] = SCREEN_KEY, **said: Any) -> Any:
    answer = await service.http.post(f"{SCREENS}/{quote(screen)}", json=REPORT | said, headers=key)
    return answer.status_code, answer.json()


async def listed(service: Running) -> dict[str, str]:
    """The condition of each of the office's screens, as its clerks see it."""
    answer = await service.http.get(SCREENS, headers=await service.http.sign_in("clerk-passport"))
    return {screen["id"]: screen["condition"] for screen in answer.raise_for_status().json()["screens"]}


async def order(service: Running, kind: str, screen: str = "hall") -> tuple[int, Any]:
    path, staff = f"{SCREENS}/{screen}/orders", await service.http.sign_in("clerk-passport")
    answer = await service.http.post(path, json={"order": kind}, headers=staff)
    return answer.status_code, answer.json()


async def to_do(service: Running) -> list[Any]:
    orders: list[Any] = (
        (await service.http.get(f"{HALL}/orders", headers=SCREEN_KEY)).raise_for_status().json()["orders"]
    )
    return orders


async def test_staff_see_what_a_screen_reports(service: Running) -> None:
    board = await service.http.board("passport")
    status, answer = await report(service, "입구 TV", epoch=board["epoch"], version=board["version"])
    assert status == 200
    assert answer["orders"] == []
    staff = await service.http.sign_in("clerk-passport")
    (screen,) = (await service.http.get(SCREENS, headers=staff)).json()["screens"]
    assert (screen["id"], screen["condition"], screen["current_build"]) == ("입구 TV", "ok", False)
    assert screen["viewport"] == REPORT["viewport"]
    await report(service, "입구 TV", build=answer["build"])
    (screen,) = (await service.http.get(SCREENS, headers=staff)).json()["screens"]
    assert (screen["condition"], screen["current_build"]) == ("waiting", True)
    elsewhere = await service.http.sign_in("clerk-howon1")
    assert (await service.http.get("/api/v1/offices/howon1/screens", headers=elsewhere)).json() == {"screens": []}


async def test_a_screen_that_shows_an_old_board_is_behind_at_its_second_report(service: Running) -> None:
    board = await service.http.board("passport")
    shown = {"epoch": board["epoch"], "version": board["version"]}
    await report(service, **shown)
    await service.http.take("passport", "apply")
    service.clock.move(seconds=30)
    await report(service, **shown)
    # The number may have been given just now.
    assert await listed(service) == {"hall": "ok"}
    service.clock.move(seconds=30)
    await report(service, **shown)
    assert await listed(service) == {"hall": "behind"}
    await report(service, epoch=board["epoch"], version=(await service.http.board("passport"))["version"])
    assert await listed(service) == {"hall": "ok"}


async def test_a_screen_is_gone_after_90_seconds_and_forgotten_after_a_week(service: Running) -> None:
    await report(service)
    service.clock.move(seconds=91)
    assert await listed(service) == {"hall": "gone"}
    assert 'sunbeon_screens{condition="gone",office="passport"} 1.0' in (await service.http.get("/metrics")).text
    service.clock.move(days=7)
    assert await listed(service) == {}
    await report(service, "door")
    assert await listed(service) == {"door": "waiting"}


async def test_metrics_count_screens_by_office_and_condition(service: Running) -> None:
    await report(service)
    await report(service, "door", visible=False)
    metrics = (await service.http.get("/metrics")).text
    assert 'sunbeon_screens{condition="waiting",office="passport"} 1.0' in metrics
    assert 'sunbeon_screens{condition="hidden",office="passport"} 1.0' in metrics
    assert 'sunbeon_screens{condition="ok",office="howon1"} 0.0' in metrics
    assert "sunbeon_http_requests_total" in metrics


async def test_an_order_stands_until_the_screen_has_begun_it(service: Running) -> None:
    await report(service)
    status, given = await order(service, "identify")
    assert status == 200
    # Pressed twice: one order.
    assert await order(service, "identify") == (200, given)
    _, other = await order(service, "reload")
    assert await to_do(service) == [given, other]
    assert (await report(service))[1]["orders"] == [given, other]
    assert (await report(service, done=[given["id"]]))[1]["orders"] == [other]
    assert (await report(service, done=[given["id"], other["id"]]))[1]["orders"] == []
    assert await to_do(service) == []
    # A new one is another one.
    assert (await order(service, "identify"))[1] != given


async def test_an_order_that_nobody_fetches_is_dropped(service: Running) -> None:
    await report(service)
    await order(service, "test_call")
    service.clock.move(seconds=61)
    assert await to_do(service) == []
    assert (await report(service))[1]["orders"] == []


async def test_a_screen_that_is_gone_or_was_never_there_is_ordered_nothing(service: Running) -> None:
    assert (await order(service, "identify"))[1]["code"] == "screen_gone"
    await report(service)
    service.clock.move(seconds=91)
    status, problem = await order(service, "identify")
    assert (status, problem["code"]) == (409, "screen_gone")
    await report(service)
    assert await to_do(service) == []


async def test_staff_take_a_screen_out_of_the_list(service: Running) -> None:
    await report(service)
    staff = await service.http.sign_in("clerk-passport")
    for _ in range(2):
        assert (await service.http.delete(HALL, headers=staff)).status_code == 204
    assert await listed(service) == {}


async def test_a_key_serves_8_screens_and_an_office_has_64(store_url: str, tmp_path: Any) -> None:
    access = tmp_path / "access.toml"
    names = [f"k{i}" for i in range(MOST_OF_AN_OFFICE // MOST_OF_A_KEY + 1)]
    devices = [f'[devices.{name}]\nkind = "screen"\noffice = "passport"\nkey = "{hash_key(name)}"' for name in names]
    staff = f'[staff.clerk-passport]\nrole = "clerk"\noffice = "passport"\npassword = "{QUICK.hash(PASSWORD)}"'
    access.write_text("\n".join([staff, *devices]))
    settings = {"demo": False, "secret": SECRET, "access_file": access, "bootstrap_store": True}
    async with running(store_url, **settings) as service:
        *keys, last = ({"Authorization": f"Bearer {name}"} for name in names)
        for i, key in enumerate(keys):
            for screen in range(MOST_OF_A_KEY):
                assert (await report(service, f"s{i}-{screen}", key))[0] == 200
        for key, screen in ((keys[0], "s0-more"), (last, "one")):
            status, problem = await report(service, screen, key)
            assert (status, problem["code"]) == (409, "too_many_screens")
        # Its own ones go on, and it can't speak for another key's.
        assert (await report(service, "s0-0", keys[0]))[0] == 200
        assert (await report(service, "s0-0", keys[1]))[1]["code"] == "screen_name_taken"
        # One that is gone leaves its name, and those that are forgotten their places.
        service.clock.move(seconds=91)
        assert (await report(service, "s0-0", keys[1]))[1]["code"] == "too_many_screens"
        service.clock.move(days=7)
        assert (await report(service, "s0-0", last))[0] == 200


async def test_only_the_key_of_a_screen_reports(service: Running) -> None:
    assert (await report(service, key={}))[0] == 401
    assert (await report(service, key=DEVICE))[0] == 403
    assert (await report(service, key={"Authorization": "Bearer nobody's"}))[0] == 401
    assert await listed(service) == {}


@pytest.mark.parametrize(
    "said",
    [
        {"build": "<script>"},
        {"epoch": "a b"},
        {"version": -1},
        {"painted_ms_ago": "now"},
        {"viewport": {"width": 0, "height": 1080, "scale": 1}},
        {"viewport": {"width": 1920, "height": 1080, "scale": 1, "x": 1}},
        {"sound": "loud"},
        {"memory": 1e300},
        {"reloads": True},
        {"visible": "yes"},
        {"done": ["ab"] * 11},
        {"done": ["not hexadecimal"]},
        {"name": "more than is asked for"},
    ],
)
async def test_what_no_screen_says_is_refused(service: Running, said: dict[str, Any]) -> None:
    status, problem = await report(service, **said)
    assert (status, problem["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("name", ["%20", "a%0Ab", "%E2%80%AEabc", "a" * 41])
async def test_a_name_that_can_not_be_read_is_refused(service: Running, name: str) -> None:
    answer = await service.http.post(f"{SCREENS}/{name}", json=REPORT, headers=SCREEN_KEY)
    assert answer.json()["code"] == "invalid_request"


async def test_what_another_version_has_kept_is_passed_over(service: Running, store_url: str) -> None:
    await report(service)
    await report(service, "door")
    context = service.app.state.context
    async with Redis.from_url(store_url) as redis:
        key = f"{context.settings.namespace}:{{passport}}:screens"
        kept = await redis.hget(key, "hall")
        assert kept
        await redis.hset(key, "hall", kept.replace(b"painted_ms_ago", b"painted"))
    assert await listed(service) == {"door": "waiting"}
    assert (await report(service))[0] == 200

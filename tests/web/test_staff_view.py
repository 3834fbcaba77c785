"""The staff view: whom "next" calls, who is absent, and the counts."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.asyncio.client import connect

from service.store import staff_view
from tests.support import DEVICE, Desk, Running


async def frame(service: Running, office: str) -> dict[str, Any]:
    """The staff view that a new socket gets."""
    staff = await service.http.sign_in(f"clerk-{office}")
    async with connect(f"{service.live}/offices/{office}/desk/live", additional_headers=staff) as socket:
        seen: dict[str, Any] = json.loads(await socket.recv())
        return seen


def line(seen: dict[str, Any], window: int) -> list[int]:
    numbers: list[int] = next(one["line"] for one in seen["windows"] if one["id"] == window)
    return numbers


def listed(seen: dict[str, Any], state: str, *, arrived: bool = True) -> list[int]:
    return [t["number"] for t in seen["tickets"] if (t["state"], t["arrived"]) == (state, arrived)]


@dataclass
class Case:
    """A dong office's tickets, "counter priority" each, and the windows that press next before it is looked at."""

    takes: str
    serves: list[str]
    """The counters of window 1, at which the line is looked at."""
    pressed_at: tuple[int, ...] = ()


CASES = {
    "one counter": Case("general, general, general", ["general"]),
    "priority goes first": Case("general, general elderly, general", ["general"]),
    "but not for ever": Case(", ".join(["general"] * 3 + ["general elderly"] * 7), ["general"]),
    "shared by seniority": Case("seal, general, seal, move-in, general", ["general", "seal", "move-in"]),
    "shared, with priority": Case(
        "general, seal elderly, general disabled, seal, move-in pregnant, seal elderly, general, move-in",
        ["general", "seal", "move-in"],
    ),
    "what it doesn't serve": Case("seal, general, seal elderly", ["general"]),
    "priority was called here before": Case(
        ", ".join(["general elderly"] * 5 + ["general"] * 3), ["general", "seal"], pressed_at=(1, 1)
    ),
    "priority was called at another window of a shared counter": Case(
        ", ".join(["general elderly"] * 5 + ["seal", "seal elderly", "general"]), ["general", "seal"], pressed_at=(3, 3)
    ),
    "nobody": Case("", ["general", "seal"]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_the_line_is_whom_next_calls(service: Running, case: Case) -> None:
    for taken in filter(None, case.takes.split(", ")):
        counter, _, priority = taken.partition(" ")
        await service.http.take("howon1", counter, priority=priority or "none")
    at_windows = {1: await service.desk("howon1", 1, *case.serves)}
    for window in case.pressed_at:
        if window not in at_windows:
            at_windows[window] = await service.desk("howon1", window)
        await at_windows[window].next()

    foreseen = line(await frame(service, "howon1"), 1)
    called = []
    while number := await at_windows[1].next():
        called.append(number)
    assert foreseen == called


async def test_each_window_has_its_own_line(service: Running) -> None:
    for counter in ("general", "welfare", "seal", "move-in"):
        await service.http.take("howon1", counter)
    for window in (1, 3, 4):
        await service.desk("howon1", window)
    seen = await frame(service, "howon1")
    assert [line(seen, window) for window in (1, 2, 3, 4)] == [[101, 3001, 5001], [], [101, 5001], [7001]]


async def test_who_has_not_arrived_is_stepped_over_and_listed_apart(service: Running) -> None:
    early, late = [await service.http.take("passport", "apply", channel="online") for _ in range(2)]
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1, "apply")
    seen = await frame(service, "passport")
    assert (line(seen, 1), listed(seen, "waiting"), listed(seen, "waiting", arrived=False)) == (
        [103],
        [103],
        [101, 102],
    )
    assert seen["counters"][0] == {"id": "apply", "here": 1, "absent": 2}
    assert await desk.next() == 103

    # The turn of the first has passed: it has a time limit, and is first on arrival.
    seen = await frame(service, "passport")
    assert (line(seen, 1), seen["counters"][0]) == ([], {"id": "apply", "here": 0, "absent": 2})
    passed = {t["number"]: (t["turn_passed"], t["arrive_by"] is not None) for t in seen["tickets"]}
    assert passed == {103: (False, False), 101: (True, True), 102: (False, False)}

    await service.http.post(f"/api/v1/tickets/{late['id']}/arrive", headers=DEVICE)
    await service.http.post(f"/api/v1/tickets/{early['id']}/arrive", headers=DEVICE)
    seen = await frame(service, "passport")
    assert (line(seen, 1), seen["counters"][0]) == ([101, 102], {"id": "apply", "here": 2, "absent": 0})
    assert [await desk.next(), await desk.next()] == [101, 102]


async def test_every_group_has_its_own_room_on_the_desk(service: Running) -> None:
    """A full lobby doesn't push the held and the no-shows out, nor one counter another."""
    desk = await service.desk("passport", 1, "apply")
    await set_aside(service, desk, "hold", 2)
    await set_aside(service, desk, "no-show", staff_view.MOST_PARKED + 3)
    await service.http.take("passport", "apply", channel="online")
    for _ in range(320):
        await service.http.take("passport", "apply")
    await service.http.take("passport", "pickup")

    seen = await frame(service, "passport")
    most, _, _ = staff_view.limits(service.app.state.context.city.office("passport"))
    first = 104 + staff_view.MOST_PARKED + 3
    waiting = list(range(first, first + most))
    assert line(seen, 1) == waiting
    assert listed(seen, "waiting") == [*waiting, 5001]
    assert listed(seen, "waiting", arrived=False) == [first - 1]
    assert listed(seen, "held") == [101, 102]
    assert listed(seen, "no_show") == list(range(first - 2, first - 2 - staff_view.MOST_PARKED, -1))
    assert seen["counters"] == [
        {"id": "apply", "here": 320, "absent": 1},
        {"id": "pickup", "here": 1, "absent": 0},
    ]
    assert (seen["held"], seen["no_shows"]) == (2, staff_view.MOST_PARKED + 3)


async def set_aside(service: Running, desk: Desk, move: str, times: int) -> None:
    for _ in range(times):
        await service.http.take("passport", "apply")
        await desk.next()
        assert (await desk.post(move)).status_code == 200
        desk.at_window = None


async def test_who_is_here_is_found_behind_hundreds_who_are_not(service: Running) -> None:
    for _ in range(130):
        await service.http.take("passport", "apply", channel="online")
    await service.http.take("passport", "apply")
    desk = await service.desk("passport", 1, "apply")
    seen = await frame(service, "passport")
    assert (line(seen, 1), listed(seen, "waiting")) == ([231], [231])
    _, most_absent, _ = staff_view.limits(service.app.state.context.city.office("passport"))
    assert listed(seen, "waiting", arrived=False) == list(range(101, 101 + most_absent))
    assert seen["counters"][0] == {"id": "apply", "here": 1, "absent": 130}
    assert await desk.next() == 231

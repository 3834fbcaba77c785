"""A start with another city file says whom it leaves without a counter, once, and serves the others."""

from pathlib import Path

import pytest

from tests.support import DEVICE, Running, running

HEAD = '[city]\nid = "town"\nname = { ko = "마을", en = "Town" }\n[holidays]\ncountry = "KR"\n'
OFFICE = """[[offices]]
id = "{id}"
kind = "dong"
name = {{ ko = "민원실", en = "Office" }}
hours = {{ mon = "09:00-18:00" }}
counters = [{counters}]
windows = [{windows}]
"""
BANDS = {"stays": "[101, 999]", "gone": "[1001, 1999]"}


def city_file(folder: Path, **offices: dict[int, list[str]]) -> Path:
    """A city of these offices, each given as window -> counters."""
    text = HEAD
    for id, windows in offices.items():
        counters = sorted({counter for served in windows.values() for counter in served}, reverse=True)
        text += OFFICE.format(
            id=id,
            counters=", ".join(
                f'{{ id = "{c}", name = {{ ko = "창구", en = "{c}" }}, numbers = {BANDS[c]} }}' for c in counters
            ),
            windows=", ".join(f"{{ id = {w}, counters = {served} }}" for w, served in windows.items()).replace(
                "'", '"'
            ),
        )
    path = folder / "city.toml"
    path.write_text(text, "utf-8")
    return path


async def take(service: Running, office: str, counter: str) -> dict[str, object]:
    answer = await service.http.post(f"/api/v1/offices/{office}/counters/{counter}/tickets", headers=DEVICE)
    ticket: dict[str, object] = answer.raise_for_status().json()
    return ticket


async def test_who_is_left_behind_is_said_once_and_can_be_called(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    both, old = ["stays", "gone"], {"hall": {1: ["stays", "gone"], 2: ["gone"]}, "annex": {1: ["stays"]}}
    async with running(store_url, namespace="left", city=city_file(tmp_path, **old)) as service:
        for _ in range(5):
            waits = await take(service, "hall", "gone")
        await take(service, "hall", "stays")
        await take(service, "annex", "stays")
        first, second = await service.desk("hall", 1, *both), await service.desk("hall", 2, "gone")
        await first.next()
        await first.post("hold")
        first.at_window = None
        await second.next()
        await first.next()
        await first.post("finish")
    assert "left" not in caplog.text

    async with running(store_url, namespace="left", city=city_file(tmp_path, hall={1: ["stays"]})) as service:
        await service.app.state.context.relay._prepare()
        said = [record.getMessage() for record in caplog.records if "people are left" in record.getMessage()]
        assert [text.split(".")[0] for text in said] == [
            "1 people are left: office annex has no counter stays any more",
            # Two wait, one is held, one is at a window.
            "4 people are left: office hall has no counter gone any more",
            "1 people are left: office hall has no window 2 any more",
        ]
        assert all("Put it back" in text for text in said)
        # Nothing about them fails.
        ticket = await service.http.ticket(str(waits["id"]))
        assert (ticket["state"], ticket["counter"]) == ("waiting", "gone")
        desk = await service.desk("hall", 1, "stays")
        called = await desk.post("call", {"number": waits["number"]})
        assert called.status_code == 200
        assert {c["id"] for c in (await service.http.board("hall"))["counters"]} == {"stays"}

    caplog.clear()
    async with running(store_url, namespace="left", city=city_file(tmp_path, **old)) as service:
        assert "people are left" not in caplog.text
        assert (await service.http.ticket(str(waits["id"])))["state"] == "called"

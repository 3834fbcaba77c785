"""A lobby board over days of calls, by a clock that is moved: its page's memory and DOM nodes stay as they are.

The page, its files and the city are the real service's; the boards are made up within the page (soak.js), since a real
office would take as long as its days do.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
from playwright.async_api import Browser, CDPSession, Page
from rich.console import Console

from tests.browser.support import chromium, watch_console
from tests.support import ROOT, service_process

BEGINS = "2026-11-23T08:50:00+09:00"
"""A Monday."""

WORLD = (ROOT / "tests/bench/soak.js").read_text("utf-8")

KEY = "localStorage.setItem('sunbeon.screen', JSON.stringify({ key: 'demo-screen', name: 'soak' }))"

MOST_HEAP = 1.5e6
"""Bytes by which the heap may differ between two moments: what compiled code and caches come and go by."""

MOST_NODES = 150
"""Nodes by which a page may differ, since boards differ in what they show."""


MOST_LISTENERS = 500
"""Listeners by which a page may differ: those of time limits of requests stay until these have passed, in real time.
One that was left by each of thousands of frames would be many more."""


class Sample(NamedTuple):
    """What the page has, after garbage was collected."""

    hours: float
    frames: int
    heap: int
    nodes: int
    listeners: int


async def samples(
    browser: Browser, url: str, office: str, *, steps: int, minutes: int, call_every: float
) -> AsyncIterator[Sample]:
    """A sample now, and after each of so many steps of simulated `minutes`, with a call every `call_every` seconds."""
    async with httpx.AsyncClient(base_url=url) as http:
        board = (await http.get(f"/api/v1/offices/{office}/board")).raise_for_status().json()
        offices = (await http.get("/api/v1/offices")).raise_for_status().json()
    context = await browser.new_context(viewport={"width": 1920, "height": 1080}, service_workers="block")
    page = await context.new_page()
    errors = watch_console(page)
    await page.clock.install(time=BEGINS)
    await page.add_init_script(KEY)
    facts = {"board": board, "offices": offices, "callEvery": call_every * 1000}
    await page.add_init_script(f"({WORLD.partition('*/')[2].strip().rstrip(';')})({json.dumps(facts)})")
    await page.goto(f"{url}/display/{office}")
    # From here on, its time passes only by steps.
    await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))
    devtools = await context.new_cdp_session(page)
    await devtools.send("Performance.enable")
    for step in range(steps + 1):
        if step:
            await page.clock.run_for(minutes * 60_000)
        yield await _sample(page, devtools, step * minutes / 60)
        assert errors == []


async def _sample(page: Page, devtools: CDPSession, hours: float) -> Sample:
    for _ in range(2):
        await devtools.send("HeapProfiler.collectGarbage")
    found = await devtools.send("Performance.getMetrics")
    values = {metric["name"]: int(metric["value"]) for metric in found["metrics"]}
    frames = await page.evaluate("framesSent")
    return Sample(hours, frames, values["JSHeapUsedSize"], values["Nodes"], values["JSEventListeners"])


def growth(taken: list[Sample]) -> tuple[int, int]:
    """By how much heap and nodes grew from the first half of the samples, the first one aside, to the second half: the
    least of each half, because what is garbage soon does not count."""
    settled = taken[1:]
    half = len(settled) // 2
    first, second = settled[:half], settled[half:]
    return (
        min(sample.heap for sample in second) - min(sample.heap for sample in first),
        min(sample.nodes for sample in second) - min(sample.nodes for sample in first),
    )


async def _run(hours: int) -> bool:
    console, taken = Console(), []
    with (
        tempfile.TemporaryDirectory(prefix="sunbeon-soak-") as folder,
        service_process(Path(folder), within=60) as service,
    ):
        async with chromium() as browser:
            begun = samples(browser, service.url, "passport", steps=hours, minutes=60, call_every=30)
            async for sample in begun:
                taken.append(sample)
                line = f"{sample.hours:5.1f} h  {sample.frames:7,} boards  {sample.heap / 1e6:6.2f} MB"
                console.print(f"{line}  {sample.nodes:5} nodes  {sample.listeners:4} listeners")
    heap, nodes = growth(taken)
    is_flat = heap < MOST_HEAP and nodes < MOST_NODES
    console.print(f"grown by {heap / 1e6:.2f} MB and {nodes} nodes: {'flat' if is_flat else 'NOT FLAT'}")
    return is_flat


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench soak", description=__doc__)
    parser.add_argument("--hours", type=int, default=72, help="simulated hours, 4 or more")
    asked = parser.parse_args()
    sys.exit(0 if asyncio.run(_run(asked.hours)) else 1)


if __name__ == "__main__":
    main()

"""The CPU cost of a demo's simulated people, compared with a demo without them."""

import time
from pathlib import Path

from tests.bench import peers
from tests.bench.report import Report

SETTLED = 20.0
"""Seconds until the people of the beginning have their numbers."""

MOST = 0.05
"""The share of a core that they may use."""


def run(report: Report, folder: Path, minutes: float) -> None:
    still = _used(folder / "still", minutes, life=0)
    living = _used(folder / "living", minutes, life=1)
    report.fact(
        f"a demo's life for {minutes:g} minutes, all processes together: at most {MOST:.0%} of a core",
        f"{living - still:.1%} ({living:.1%}, and {still:.1%} of a demo without it)",
        living - still < MOST,
    )


def _used(folder: Path, minutes: float, life: int) -> float:
    folder.mkdir()
    demo = peers.start(lambda folder: peers.sunbeon(folder, demo_life=life, demo_past_days=0), folder)
    try:
        time.sleep(SETTLED)
        before, began = demo.process.cpu(), time.monotonic()
        time.sleep(minutes * 60)
        return (demo.process.cpu() - before) / (time.monotonic() - began)
    finally:
        demo.process.stop()

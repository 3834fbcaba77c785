"""How soon a demo has its simulated past, and what the presses meanwhile wait for it."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.bench import peers
from tests.bench.clerk import Clerk
from tests.bench.machine import percentile
from tests.bench.report import Report

MOST_SECONDS = 60.0
PRESS_EVERY = 0.05
"""Seconds."""


def run(report: Report, folder: Path) -> None:
    took, presses = _filled(folder / "with")
    still = _presses(folder / "without", took)
    report.fact(f"the past is there: within {MOST_SECONDS:g} s", f"{took:.0f} s", took < MOST_SECONDS)
    for percent in (50, 95, 99):
        report.fact(
            f"a press meanwhile, ms, {percent} % are faster",
            f"{percentile(presses, percent):.1f} ({percentile(still, percent):.1f} in a demo without a past)",
        )


def _filled(folder: Path) -> tuple[float, list[float]]:
    """The seconds until the past is there, and how long each press took, in ms."""
    began = time.monotonic()
    presses = _press(folder, 42, lambda: _is_there(folder / "data" / "sunbeon.db"))
    return time.monotonic() - began, presses


def _presses(folder: Path, seconds: float) -> list[float]:
    """The same in the first seconds of a demo without a past."""
    until = time.monotonic() + seconds
    return _press(folder, 0, lambda: time.monotonic() > until)


def _press(folder: Path, days: int, done: Callable[[], bool]) -> list[float]:
    folder.mkdir()
    demo = peers.start(lambda folder: peers.sunbeon(folder, demo_life=1, demo_past_days=days), folder)
    try:
        clerk = Clerk(demo.port, "passport")
        while not done():
            clerk.next()
            time.sleep(PRESS_EVERY)
        return clerk.waits
    finally:
        demo.process.stop()


def _is_there(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("SELECT count(*), sum(balanced IS NULL) FROM days WHERE simulated")
    except sqlite3.OperationalError:
        # It has no tables yet.
        return False
    planned, unwritten = found
    return bool(planned) and not unwritten

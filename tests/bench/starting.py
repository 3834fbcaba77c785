"""How soon a demo is ready after scripts/run, and has stopped after SIGTERM."""

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.bench.report import Report
from tests.support import ROOT

READY, STOPPED = 10.0, 5.0
"""Seconds, at most."""

STARTS = 5


def run(report: Report, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    took = [_start_and_stop(folder / str(start)) for start in range(STARTS)]
    for what, most, seconds in (
        ("ready after scripts/run", READY, [ready for ready, _ in took]),
        ("stopped after SIGTERM", STOPPED, [stopped for _, stopped in took]),
    ):
        slowest = max(seconds)
        report.fact(f"{what}, the slowest of {STARTS}: at most {most:g} s", f"{slowest:.1f} s", slowest <= most)


def _start_and_stop(folder: Path) -> tuple[float, float]:
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUNBEON_")}
    output = folder / "output"
    began = time.monotonic()
    with output.open("wb") as out:
        command = [ROOT / "scripts/run"]
        settings = {"SUNBEON_PORT": "0", "SUNBEON_DATA_DIR": str(folder / "data")}
        demo = subprocess.Popen(command, env=environment | settings, stdout=out, stderr=out)
    while "store ready" not in output.read_text():
        if demo.poll() is not None:
            raise RuntimeError(output.read_text())
        time.sleep(0.02)
    ready = time.monotonic()
    demo.send_signal(signal.SIGTERM)
    demo.wait()
    return ready - began, time.monotonic() - ready

"""The cost of one change and of an idle service, with the offices of a city, a province and the country."""

import time
from pathlib import Path

from tests.bench import machine, peers
from tests.bench.clerk import counters, take_ticket
from tests.bench.load import Listeners, requests
from tests.bench.report import Report

LISTENERS = 2
"""Listeners for each office."""

CHANGES = 50
"""Changes a second, in one office."""

OFFICE = """
[[offices]]
id = "dong{n}"
kind = "dong"
name = {{ ko = "{n}동", en = "Dong {n}" }}
"""


def run(report: Report, folder: Path, sizes: list[int]) -> None:
    for size in sizes:
        own = folder / str(size)
        own.mkdir()
        city = own / "city.toml"
        kinds = (machine.ROOT / "service/directory/uijeongbu.toml").read_text().partition("[kinds.dong]")[2]
        head = '[city]\nid = "scale"\nname = { ko = "규모", en = "Scale" }\n[holidays]\ncountry = "KR"\n[kinds.dong]'
        offices = "".join(OFFICE.format(n=n) for n in range(size))
        city.write_text(head + kinds.partition("\n[[offices]]")[0].partition("\n[kinds.")[0] + offices)
        _one(report, own, city, size)


def _one(report: Report, folder: Path, city: Path, size: int) -> None:
    ours = peers.start(lambda folder: peers.sunbeon(folder, city=city), folder)
    label = f"{size:,} offices"
    try:
        offices = counters(ours.port)
        office, counter = next(iter(offices.items()))
        listeners = Listeners(ours, b"", folder, [f"/api/v1/live?office={id}" for id in offices])
        try:
            opened = listeners.do("open", LISTENERS * size, 100)
            if opened["opened"] < LISTENERS * size:
                report.say(f"{label}: {opened['opened']} of {LISTENERS * size} listeners got a board")
            time.sleep(2)
            cpu, began = ours.process.cpu(), time.monotonic()
            time.sleep(6)
            idle = (ours.process.cpu() - cpu) / (time.monotonic() - began)
            cpu, began = ours.process.cpu(), time.monotonic()
            done = requests(ours.port, take_ticket(office, counter), folder, connections=8, seconds=5, rate=CHANGES)
            busy = ours.process.cpu() - cpu - idle * (time.monotonic() - began)
        finally:
            listeners.close()
        report.add("CPU of one change, µs", label, busy / done["answered"] * 1e6)
        report.add("CPU while nothing changes, % of a core", label, idle * 100)
        report.add("memory, MB", label, ours.process.memory() / 1e6)
        report.add("memory an office with its listeners, KB", label, ours.process.memory() / size / 1e3)
        report.add("answer to a ticket, p99 ms", label, done["p99"])
    finally:
        ours.process.stop()

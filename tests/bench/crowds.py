"""Many changes, a reconnect storm, and listeners that stop reading (backpressure)."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

from tests.bench import peers
from tests.bench.clerk import Clerk, counters, take_ticket
from tests.bench.load import Listeners, requests
from tests.bench.machine import percentile
from tests.bench.report import Report

INTERVAL = 0.05
"""The least seconds between two frames of one office: the service's default."""

SECONDS = 10


def run(report: Report, folder: Path, clients: int, storm: int) -> None:
    ours = peers.start(peers.sunbeon, folder)
    clerk = Clerk(ours.port, "passport")
    try:
        first = counters(ours.port)
        _changes(report, folder, ours, clerk, first, clients, 20)
        _changes(report, folder, ours, clerk, {"passport": first["passport"]}, clients, 200)
        _storm(report, folder, ours, clerk, first["passport"], storm)
    finally:
        clerk.close()
        ours.process.stop()


def _changes(
    report: Report, folder: Path, ours: peers.Peer, clerk: Clerk, where: dict[str, str], clients: int, rate: int
) -> None:
    """Tickets at `rate` a second in each office; every listener must end on its office's last version."""
    listeners = Listeners(ours, b"", folder, [f"/api/v1/live?office={office}" for office in where])
    try:
        listeners.do("open", clients, 100)
        cpu = ours.process.cpu()
        listeners.begin("listen", SECONDS + 1)

        def changes(office: str) -> int:
            ticket = take_ticket(office, where[office])
            asked = folder / office
            asked.mkdir(exist_ok=True)
            done = requests(ours.port, ticket, asked, connections=4, seconds=SECONDS, rate=rate)
            return int(done["statuses"].get("201", 0))

        with ThreadPoolExecutor(len(where)) as offices:
            made = sum(offices.map(changes, where))
        heard = listeners.end()
        cpu = (ours.process.cpu() - cpu) / heard["seconds"]
        listeners.do("listen", 2)
        last = listeners.do("last")["paths"]
    finally:
        listeners.close()
    wanted = [clerk.version(office) for office in where]
    right = [p["low"] == p["high"] == version for p, version in zip(last, wanted, strict=True)]
    all_heard = sum(path["listeners"] for path in last) == clients
    a_listener = heard["frames"] / clients / heard["seconds"]
    report.fact(
        f"{len(where)} offices, {rate} changes a second each, {clients} listeners: all end on the last version",
        f"{sum(right)} of {len(where)} offices (of {rate * SECONDS * len(where)} changes {made} were made)",
        all(right) and all_heard,
    )
    report.fact(
        f"  frames a second to each listener, at most {1 / INTERVAL:.0f}",
        f"{a_listener:.1f} ({heard['frames'] / heard['seconds']:,.0f} in all, {cpu:.2f} of a core with the store's)",
        a_listener <= 1 / INTERVAL * 1.05,
    )


def _storm(report: Report, folder: Path, ours: peers.Peer, clerk: Clerk, counter: str, storm: int) -> None:
    """All sockets are dropped and reconnect with full jitter, while a clerk continues to press next."""
    listeners = Listeners(ours, b"", folder, ["/api/v1/live?office=passport"])
    over = Event()
    clerk.take_tickets(60, counter)
    clerk.waits.clear()

    def press() -> None:
        while not over.is_set():
            clerk.next()
            time.sleep(0.05)

    pressing = Thread(target=press)
    try:
        listeners.do("open", storm, 200)
        pressing.start()
        time.sleep(0.5)
        clerk.waits.clear()
        back = listeners.do("storm", 20)
        over.set()
        pressing.join()
        listeners.do("listen", 0.5)
        (path,) = listeners.do("last")["paths"]
    finally:
        over.set()
        listeners.close()
    right = path["low"] == path["high"] == clerk.version("passport") and path["listeners"] == storm
    report.fact(
        f"{storm} sockets dropped at once: all hold the right board again within 10 s",
        f"{back['back']} after {back['seconds']:.1f} s, half of them after {back['half_back']:.1f} s",
        right and back["back"] == storm and back["seconds"] < 10,
    )
    slow = percentile(clerk.waits, 99)
    report.fact(
        "  a clerk's next meanwhile: p99, at most 250 ms",
        f"{slow:.0f} ms ({len(clerk.waits)} presses, median {percentile(clerk.waits, 50):.0f} ms)",
        slow < 250,
    )


def run_stalls(report: Report, folder: Path, sockets: int, minutes: float) -> None:
    """1 in 100 listeners stops reading for good while an office changes. The others must not be delayed."""
    ours = peers.start(peers.sunbeon, folder)
    clerk = Clerk(ours.port, "passport")
    listeners = Listeners(ours, b"", folder, ["/api/v1/live?office=passport"])
    over = Event()
    clerk.take_tickets(1, counters(ours.port)["passport"])
    clerk.next()

    def recall() -> None:
        while not over.wait(0.5):
            clerk.recall()

    recalling = Thread(target=recall)
    try:
        listeners.do("open", sockets, 100)
        listeners.do("stall", sockets // 100)
        recalling.start()
        listeners.do("listen", min(60, minutes * 60 / 4))
        before = ours.process.memory()
        heard = listeners.do("listen", minutes * 60)
        grown = ours.process.memory() - before
    finally:
        over.set()
        recalling.join()
        listeners.close()
        clerk.close()
        ours.process.stop()
    report.fact(
        f"{sockets} sockets of which 1 % stalled, for {minutes:g} minutes: longest gap of the others, at most 1.5 s",
        f"{heard['gap']:.2f} s ({heard['frames']:,} frames)",
        heard["gap"] < 1.5,
    )
    report.fact("  memory grown meanwhile, at most 2 MB", f"{grown / 1e6:+.1f} MB", grown < 2e6)

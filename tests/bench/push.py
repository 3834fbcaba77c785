"""The push, peers side by side: one publish to all, CPU a message, new connections a second, memory a connection."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from rich.progress import track

from tests.bench import peers
from tests.bench.clerk import Clerk
from tests.bench.load import Listeners, request
from tests.bench.machine import median
from tests.bench.peers import Missing, Peer
from tests.bench.report import Report

FRAME = b'{"type":"board","office":"passport","epoch":"k3f9","version":' + b"4" * 130 + b"00000000}"
"""200 bytes."""

AT_ONCE = 100
"""Handshakes under way at a time."""

PAUSE = 70
"""Milliseconds between publishes: longer than the service's frame interval."""

PUBLISHES = 5
"""Publishes of one peer in a row, before the next peer's turn."""


def run(report: Report, folder: Path, clients: int, rounds: int) -> None:
    """All peers have their listeners at the same time and take turns, so that noise affects them equally."""
    with contextlib.ExitStack() as running:
        measured: list[tuple[Peer, Listeners]] = []
        for make in peers.PUSH:
            try:
                measured.append(_start(make, folder, running))
            except Missing as missing:
                report.say(str(missing))
        for peer, listeners in measured:
            _memory(report, peer, listeners, clients)
        for turn in track(range(rounds), "connecting", transient=True):
            for peer, listeners in measured:
                _connect(report, peer, listeners, clients, keep=turn == rounds - 1)
        for _ in track(range(rounds), "publishing", transient=True):
            for peer, listeners in measured:
                _publish(report, "", peer, listeners, clients)
        changes = _real_changes(measured, running)
        for _ in track(range(rounds), "publishing boards", transient=True):
            for peer, listeners in measured:
                listeners.publish_with(changes[peer.name])
                _publish(report, ", a real board", peer, listeners, clients)
    report.add_ratios("Nchan")


def _start(make: Callable[[Path], Peer], folder: Path, running: contextlib.ExitStack) -> tuple[Peer, Listeners]:
    peer = peers.start(make, folder)
    running.callback(peer.process.stop)
    listeners = Listeners(peer, request("POST", "/publish", FRAME, Content_Type="text/plain"), folder)
    running.callback(listeners.close)
    return peer, listeners


def _memory(report: Report, peer: Peer, listeners: Listeners, clients: int) -> None:
    """The memory that a second set of connections adds. The first set also fills memory that was free after the
    start."""
    listeners.do("open", 50, -AT_ONCE)
    listeners.do("publish", 5, 20)
    listeners.do("open", clients, AT_ONCE)
    time.sleep(0.3)
    before = peer.process.memory()
    listeners.do("open", clients, AT_ONCE)
    time.sleep(0.3)
    report.add("memory a connection, KB", peer.name, (peer.process.memory() - before) / clients / 1000)
    listeners.do("drop")


def _connect(report: Report, peer: Peer, listeners: Listeners, clients: int, *, keep: bool) -> None:
    """Opens new connections, until each has its first frame."""
    time.sleep(0.3)
    cpu = peer.process.cpu()
    opened = listeners.do("open", clients, AT_ONCE)
    cpu = peer.process.cpu() - cpu
    if opened["opened"] < clients:
        report.say(f"{peer.name}: only {opened['opened']} of {clients} connections")
    report.add("connections a second", peer.name, clients / opened["seconds"])
    report.add("CPU a connection, µs", peer.name, cpu / clients * 1e6)
    if not keep:
        listeners.do("drop")


def _publish(report: Report, what: str, peer: Peer, listeners: Listeners, clients: int) -> None:
    listeners.do("publish", 1, PAUSE)
    cpu = peer.process.cpu()
    done = listeners.do("publish", PUBLISHES, PAUSE)
    cpu = peer.process.cpu() - cpu
    if done["gone"] or done["listeners"] < clients or min(done["ms"]) < 0:
        report.say(f"{peer.name}: of {clients} listeners {done['gone']} went away; ms to the last: {done['ms']}")
    messages = PUBLISHES * clients
    report.add(f"time to the last, ms{what}", peer.name, median(done["ms"]))
    # The median hides the publishes at which a garbage collector looked through thousands of sockets.
    report.add(f"time to the last, mean ms{what}", peer.name, sum(done["ms"]) / PUBLISHES)
    report.add(f"CPU a message, µs{what}", peer.name, cpu / messages * 1e6)
    report.add(f"load generator's CPU a message, µs{what}", peer.name, done["cpu"] / messages * 1e6)


def _real_changes(measured: list[tuple[Peer, Listeners]], running: contextlib.ExitStack) -> dict[str, bytes]:
    """The requests that publish a real board: a clerk's recall for the service, the board's bytes for the others."""
    ours = next(peer for peer, _ in measured if peer.name == "Sunbeon")
    clerk = Clerk(ours.port, "passport")
    running.callback(clerk.close)
    clerk.take_tickets(20, "apply")
    for _ in range(15):
        clerk.next()
    board = request("POST", "/publish", clerk.board(), Content_Type="text/plain")
    return {peer.name: clerk.recall_request() if peer is ours else board for peer, _ in measured}

"""Issuing and polling: tickets of the service and of a minimal prototype; boards, and a static file of nginx."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from redis import Redis

from service.store.keys import Keys
from tests.bench import machine, peers
from tests.bench.clerk import take_ticket
from tests.bench.load import Listeners, request, requests
from tests.bench.machine import CLIENT_CORE, Process
from tests.bench.peers import Missing
from tests.bench.report import Report
from tests.bench.servers.prototype import ISSUE
from tests.machine import free_port

AT_ONCE = 16
"""Connections that each send the next request as soon as the last one is answered."""

TICKETS_A_SECOND = 500

BENCH = "bench"
"""The benchmark, as a process that has leases."""

OFFICE = """
[[offices]]
id = "bench{n}"
kind = "dong"
name = {{ ko = "측정", en = "Bench" }}
hours = {{ mon = "09:00-18:00" }}
counters = [{{ id = "apply", name = {{ ko = "접수", en = "Apply" }}, numbers = [1, 9999] }}]
windows = [{{ id = 1, counters = ["apply"] }}]
"""


def run(report: Report, folder: Path, clients: int, rounds: int) -> None:
    city = _city_of(rounds + 1, folder)
    ours = peers.start(lambda folder: peers.sunbeon(folder, city=city), folder)
    store = _store_of(ours.process, folder)
    port = free_port()
    prototype = Process(
        [sys.executable, "-m", "tests.bench.servers.prototype", str(port), f"unix://{store}"],
        folder / "prototype.log",
    )
    try:
        prototype.wait_for(port)
        with _projections_held_back(store):
            for turn in range(rounds):
                for whose, process, at, what in (
                    ("Sunbeon", ours.process, ours.port, _ticket_at(turn)),
                    ("minimal prototype", prototype, port, _ticket_at(turn)),
                    ("Sunbeon's do-nothing endpoint", ours.process, ours.port, request("GET", "/health/live")),
                ):
                    cpu = machine.cpu_of([process.pid])
                    done = requests(at, what, folder, connections=AT_ONCE, seconds=1.5)
                    cpu = machine.cpu_of([process.pid]) - cpu
                    _check(report, whose, done)
                    report.add("issuing, requests a second", whose, done["a_second"])
                    report.add("issuing, p99 ms", whose, done["p99"])
                    report.add("issuing, CPU a request without the store's, µs", whose, cpu / done["answered"] * 1e6)
                _store_alone(report, store)
        _beside_listeners(report, folder, ours, rounds, clients)
        _polling(report, folder, ours.port, rounds)
        report.add_ratios("minimal prototype")
        report.add_ratios("nginx with a file")
    finally:
        prototype.stop()
        ours.process.stop()


def _city_of(offices: int, folder: Path) -> Path:
    """A city with an office for each round, so that no office's numbers run out."""
    city = folder / "city.toml"
    head = '[city]\nid = "bench"\nname = { ko = "측정", en = "Bench" }\n[holidays]\ncountry = "KR"\n'
    city.write_text(head + "".join(OFFICE.format(n=n) for n in range(offices)))
    return city


def _ticket_at(office: int) -> bytes:
    """The request for a ticket. The prototype ignores what it doesn't know."""
    return take_ticket(f"bench{office}", "apply")


def _store_of(service: Process, folder: Path) -> Path:
    """The embedded store's socket. The store runs where the clients do, as it would on a core of its own."""
    for pid in service.pids():
        if b"valkey-server" in Path(f"/proc/{pid}/cmdline").read_bytes():
            machine.pin(pid, CLIENT_CORE)
    return folder / "data" / "store" / "store.sock"


def _check(report: Report, whose: str, done: dict[str, object]) -> None:
    statuses = done["statuses"]
    if done["failed"] or not isinstance(statuses, dict) or set(statuses) - {"200", "201", "304"}:
        report.say(f"{whose}: {done['failed']} failed, answers by status {statuses}")


def _store_alone(report: Report, store: Path) -> None:
    """The prototype's script alone, called by the store's own benchmark program."""
    benchmark = next((name for name in ("valkey-benchmark", "redis-benchmark") if shutil.which(name)), None)
    if benchmark is None:
        try:
            machine.debian_package("redis-tools")
            benchmark = "redis-benchmark"
        except (OSError, subprocess.CalledProcessError) as error:
            report.say(f"no valkey-benchmark or redis-benchmark: apt-get install redis-tools ({error})")
            return
    with Redis(unix_socket_path=str(store)) as redis:
        sha = redis.script_load(ISSUE)
    asks = ["EVALSHA", sha, "3", "counters", "line", "tickets", "apply"]
    command = [benchmark, "-s", str(store), "-c", str(AT_ONCE), "-n", "20000", "--csv", *asks]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report.add(
        "issuing, requests a second", "the store alone", float(done.stdout.splitlines()[-1].split(",")[1].strip('"'))
    )


def _beside_listeners(report: Report, folder: Path, ours: peers.Peer, office: int, clients: int) -> None:
    """Tickets at a steady rate, while every change of the office is pushed to all listeners."""
    listeners = Listeners(ours, b"", folder, [f"/api/v1/live?office=bench{office}"])
    try:
        listeners.do("open", clients, 100)
        listeners.begin("listen", 8)
        cpu = ours.process.cpu()
        done = requests(ours.port, _ticket_at(office), folder, connections=64, seconds=6, rate=TICKETS_A_SECOND)
        cpu = (ours.process.cpu() - cpu) / 6
        heard = listeners.end()
    finally:
        listeners.close()
    _check(report, "tickets beside listeners", done)
    report.fact(
        f"{TICKETS_A_SECOND} tickets a second beside {clients} listeners: p99, at most 50 ms",
        f"{done['p99']:.1f} ms (median {done['p50']:.1f}, worst {done['max']:.1f}; {done['a_second']:.0f} answers and "
        f"{heard['frames'] / 6:.0f} frames a second, {cpu:.2f} of a core)",
        done["p99"] < 50 and done["a_second"] > 0.98 * TICKETS_A_SECOND,
    )


def _polling(report: Report, folder: Path, port: int, rounds: int) -> None:
    """GET of a board with the current ETag (304), and without (200)."""
    path = "/api/v1/offices/bench0/board"
    answer = httpx.get(f"http://127.0.0.1:{port}{path}")
    try:
        nginx = peers.start(peers.nginx, folder)
    except Missing as missing:
        report.say(str(missing))
        return
    try:
        served = next(folder.glob("*/files"))
        (served / "board.json").write_bytes(answer.content)
        file = "/files/board.json"
        tag = httpx.get(f"http://127.0.0.1:{nginx.port}{file}").headers["etag"]
        for _ in range(rounds):
            for whose, at, what, known in (
                ("Sunbeon", port, path, answer.headers["etag"]),
                ("nginx with a file", nginx.port, file, tag),
            ):
                same = requests(at, request("GET", what, If_None_Match=known), folder, connections=AT_ONCE, seconds=2)
                report.add("polling with the ETag, requests a second", whose, same["a_second"])
                whole = requests(at, request("GET", what), folder, connections=AT_ONCE, seconds=2)
                report.add("polling without, requests a second", whose, whole["a_second"])
                _check(report, whose, same)
    finally:
        nginx.process.stop()


@contextmanager
def _projections_held_back(store: Path) -> Iterator[None]:
    """Nothing is projected meanwhile: the leases of all logs are another process's, which does nothing.

    Projections may lag, so their work is no part of what a request costs. How fast they catch up is measured apart.
    """
    processes, leases, generation = Keys("sunbeon").leases
    with Redis(unix_socket_path=str(store)) as redis:
        while not (sources := redis.hkeys(leases)):
            time.sleep(0.1)
        redis.zadd(processes, {BENCH: "inf"})
        redis.hset(leases, mapping=dict.fromkeys(sources, BENCH))
        redis.incr(generation)
        try:
            # The service notices it when it renews its leases, and gives them up then: once more, it has.
            for _ in range(2):
                _until_renewed(redis, processes)
            yield
        finally:
            redis.zrem(processes, BENCH)
            redis.incr(generation)


def _until_renewed(redis: Redis, processes: str) -> None:
    """Waits until the service has renewed its leases."""
    before = redis.zrange(processes, 0, 0, withscores=True)
    while redis.zrange(processes, 0, 0, withscores=True) == before:
        time.sleep(0.1)

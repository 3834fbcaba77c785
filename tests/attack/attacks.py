"""Attacks by strangers, each against a service of its own, bounded in size and time, with a finding."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.attack.floods import EMPTY_PONG, LIVE, SHORT_TEXT, connection, flood, idle_connections
from tests.support import DEVICE, ServiceProcess

APPLY = "/api/v1/offices/passport/counters/apply/tickets"
BOARD = "/api/v1/offices/passport/board"
SESSION = "/api/v1/session"
POST_SESSION = f"POST {SESSION} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CLERK = {"user": "clerk-passport", "password": "sunbeon"}
WRONG = {"user": "clerk-passport", "password": "a wrong password"}
DESCRIPTORS = 256
MOST_MEMORY = 64.0
"""Megabytes that one connection may cost."""


@dataclass
class Target:
    """The service that is attacked, and how hard: 1 is the full size, the suite's is a part of it."""

    service: ServiceProcess
    size: float

    def times(self, full: int) -> int:
        return max(1, int(full * self.size))

    @asynccontextmanager
    async def http(self, connections: int = 100) -> AsyncIterator[httpx.AsyncClient]:
        limits = httpx.Limits(max_connections=connections, keepalive_expiry=3)
        async with httpx.AsyncClient(base_url=self.service.url, timeout=60, limits=limits) as http:
            yield http

    def memory(self) -> float:
        """The service's peak memory, in megabytes."""
        assert self.service.process
        status = Path(f"/proc/{self.service.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@dataclass(frozen=True)
class Finding:
    found: str
    held: bool
    honest: float = 0.0
    """The longest wait of an honest caller during the attack, in seconds."""


@dataclass(frozen=True)
class Attack:
    name: str
    run: Callable[[Target], Awaitable[Finding]]
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    """A prefix of the service's command."""
    honest_within: float = 2.0
    """Seconds; judged by the bench only, since other programs load the machine that the suite runs on."""


def of(address: str) -> dict[str, str]:
    """The headers that a proxy on this machine sends for a client at this address."""
    return {"X-Forwarded-For": address}


async def online_numbers(target: Target) -> Finding:
    """Online tickets from many addresses, until the kiosk gets none."""
    async with target.http(16) as http:
        from_one = Counter(
            [
                (await http.post(APPLY, json={"channel": "online"}, headers=of("203.0.113.7"))).status_code
                for _ in range(25)
            ]
        )
        given: Counter[int] = Counter()
        strangers = iter(range(target.times(5000)))

        async def take() -> None:
            for n in strangers:
                address = of(f"198.51.{n // 20 % 250}.{n % 250}")
                given[(await http.post(APPLY, json={"channel": "online"}, headers=address)).status_code] += 1

        await asyncio.gather(*(take() for _ in range(16)))
        kiosk = await http.post(APPLY, headers=DEVICE)
    others = f"{given[201]} to others, {given[409]} refused"
    found = f"{from_one[201]} to one address; {others}; the kiosk: {kiosk.status_code}"
    return Finding(found, kiosk.status_code == 201 and from_one[201] <= 20)


async def _boards_during(target: Target, attack: Awaitable[object]) -> tuple[bool, float]:
    """Whether every request for a board was answered during the attack, and the longest time in seconds."""
    attacking, worst, right = asyncio.ensure_future(attack), 0.0, True
    async with target.http() as http:
        while not attacking.done():
            began = time.perf_counter()
            right &= (await http.get(BOARD)).status_code == 200
            worst = max(worst, time.perf_counter() - began)
            await asyncio.sleep(0.02)
    await attacking
    return right, worst


def _socket_flood(piece: bytes) -> Callable[[Target], Awaitable[Finding]]:
    async def attack(target: Target) -> Finding:
        flooding = asyncio.to_thread(flood, target.service.url, piece, 10 * target.size, LIVE)
        right, worst = await _boards_during(target, flooding)
        return Finding(
            f"a board meanwhile took {worst:.2f} s at worst, {await _close_code(target, piece)} is the close",
            right,
            worst,
        )

    return attack


async def _close_code(target: Target, piece: bytes) -> int | None:
    """The close code of a socket that sends a thousand such pieces."""
    async with connect(target.service.url.replace("http", "ws", 1) + LIVE) as socket:
        with suppress(ConnectionClosed):
            socket.transport.write(piece * 1000)
            while True:
                await asyncio.wait_for(socket.recv(), 20)
        return socket.close_code


async def guesses_at_once(target: Target) -> Finding:
    """Guesses of one password sent together, the right one among the last."""
    async with target.http(200) as http:
        tries = [WRONG] * 150 + [CLERK] + [WRONG] * 49
        answers = await asyncio.gather(*(http.post(SESSION, json=one, headers=of("203.0.113.7")) for one in tries))
    seen = Counter(answer.status_code for answer in answers)
    told = all("retry-after" in answer.headers for answer in answers if answer.status_code == 429)
    return Finding(
        f"{seen[401]} verified, {seen[429]} refused at once, {seen[200]} let in", told and seen[401] + seen[200] <= 10
    )


async def guesses_of_many(target: Target) -> Finding:
    """60 users from one address, and one user from 30 addresses of one network."""
    async with target.http() as http:
        users = [
            (
                await http.post(SESSION, json={"user": f"clerk-{n}", "password": "x" * 9}, headers=of("203.0.113.8"))
            ).status_code
            for n in range(60)
        ]
        network = [
            (
                await http.post(
                    SESSION, json={"user": f"admin-{n}", "password": "x" * 9}, headers=of(f"2001:db8::{n:x}")
                )
            ).status_code
            for n in range(60)
        ]
    found = f"verified: {users.count(401)} of 60 users, {network.count(401)} of 60 addresses of a /64"
    return Finding(found, 429 in users and 429 in network)


async def sign_ins_that_hang_up(target: Target) -> Finding:
    """Invented users whose connections close at once; then a clerk signs in."""
    for n in range(target.times(250)):
        body = f'{{"user": "nobody-{n}", "password": "a wrong password"}}'.encode()
        with suppress(OSError), connection(target.service.url) as peer:
            peer.sendall(f"{POST_SESSION}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    began = time.perf_counter()
    async with target.http() as http:
        while (answer := await http.post(SESSION, json=CLERK)).status_code == 429:
            await asyncio.sleep(int(answer.headers["retry-after"]))
    took = time.perf_counter() - began
    return Finding(f"the clerk signed in after {took:.2f} s", answer.status_code == 200, took)


async def a_locked_office(target: Target) -> Finding:
    """Wrong guesses from the address that an office shares; then a browser that has signed in before."""
    async with target.http() as http:
        first = await http.post(SESSION, json=CLERK, headers=of("203.0.113.9"))
        known = "; ".join(
            f"{cookie.name}={cookie.value}" for cookie in http.cookies.jar if "session" not in cookie.name
        )
        http.cookies.clear()
        for _ in range(30):
            await http.post(SESSION, json=WRONG, headers=of("203.0.113.9"))
            http.cookies.clear()
        stranger = await http.post(SESSION, json=CLERK, headers=of("203.0.113.9"))
        http.cookies.clear()
        again = await http.post(SESSION, json=CLERK, headers={**of("203.0.113.9"), "Cookie": known})
    found = f"a new browser there: {stranger.status_code}, the known one: {again.status_code}"
    return Finding(found, (first.status_code, stranger.status_code, again.status_code) == (200, 429, 200))


async def pipelined_requests(target: Target) -> Finding:
    """15 MB of requests on one connection whose answers nobody reads."""
    before, request = target.memory(), b"GET /api/v1/offices HTTP/1.1\r\nHost: x\r\n\r\n"

    def send() -> None:
        with suppress(OSError), connection(target.service.url) as peer:
            peer.settimeout(3)
            for _ in range(target.times(15)):
                peer.sendall(request * (1_000_000 // len(request)))

    right, worst = await _boards_during(target, asyncio.to_thread(send))
    return _memory(target, before, "", right, worst)


async def endless_trailers(target: Target) -> Finding:
    """A chunked body that ends, and trailers that don't."""
    before = target.memory()
    head = f"{POST_SESSION}Transfer-Encoding: chunked\r\n\r\n0\r\n"
    flooding = asyncio.to_thread(
        flood, target.service.url, b"X: " + b"y" * 90 + b"\r\n", 10 * target.size, "", head.encode()
    )
    right, worst = await _boards_during(target, flooding)
    return _memory(target, before, "", right, worst)


async def a_large_head(target: Target) -> Finding:
    """A head of 100 KB in one piece."""
    with connection(target.service.url) as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000 + b"\r\n\r\n")
        status = int(peer.recv(65_536).split()[1])
    return Finding(f"answered with {status}", status == 431)


def _memory(target: Target, before: float, found: str, right: bool, worst: float) -> Finding:
    more = target.memory() - before
    return Finding(
        f"{found}{more:.0f} MB more, a board meanwhile took {worst:.2f} s at worst", right and more < MOST_MEMORY, worst
    )


async def idle_peers(target: Target) -> Finding:
    """400 connections that say nothing, where the service has 256 descriptors."""
    worst, answered = 0.0, 0
    with idle_connections(target.service.url, 400):
        for _ in range(10):
            began = time.perf_counter()
            async with target.http() as http:
                with suppress(httpx.TransportError):
                    answered += (await http.get(BOARD)).status_code == 200
            worst = max(worst, time.perf_counter() - began)
    log = target.service.output.read_text()
    logged = "connections" in log and "Traceback" not in log
    found = f"{answered} of 10 others answered, in {worst:.2f} s at worst; {'logged' if logged else 'NOT LOGGED'}"
    return Finding(found, answered == 10 and logged, worst)


async def a_guessed_key(target: Target) -> Finding:
    """Two strangers with the Idempotency-Key "1"."""
    async with target.http() as http:
        answers = [
            await http.post(APPLY, json={"channel": "online"}, headers={"Idempotency-Key": "1", **of(f"203.0.113.{n}")})
            for n in range(2)
        ]
    codes = [answer.json().get("code", answer.status_code) for answer in answers]
    return Finding(f"answered with {codes[0]}, {codes[1]}", codes == ["weak_idempotency_key"] * 2)


async def a_session_after_its_end(target: Target) -> Finding:
    """A staff socket that is open while its session signs out elsewhere."""
    async with target.http() as http:
        token = (await http.post(SESSION, json=CLERK)).json()["token"]
        staff = {"Authorization": f"Bearer {token}"}
        desk = target.service.url.replace("http", "ws", 1) + "/api/v1/offices/passport/desk/live"
        async with connect(desk, additional_headers=staff) as socket:
            await asyncio.wait_for(socket.recv(), 20)
            await http.delete(SESSION, headers=staff)
            http.cookies.clear()
            began = time.perf_counter()
            await asyncio.wait_for(socket.wait_closed(), 30)
            took = time.perf_counter() - began
    return Finding(f"closed with {socket.close_code} after {took:.1f} s", socket.close_code == 4401, took)


async def pages_without_a_policy(target: Target) -> Finding:
    """Pages as plain files, and in another site's frame."""
    async with target.http() as http:
        plain = [
            (await http.get(f"/static/clients/pages/{page}/index.html")).status_code
            for page in ("console", "kiosk", "booking")
        ]
        policies = [
            (await http.get(page)).headers["content-security-policy"] for page in ("/console", "/kiosk/passport")
        ]
    framed = sum("frame-ancestors 'none'" not in policy for policy in policies)
    return Finding(f"plain files: {plain[0]}; pages that can be framed: {framed}", plain == [404] * 3 and not framed)


ATTACKS = [
    Attack("5,000 online numbers", online_numbers),
    Attack("a flood of empty pongs", _socket_flood(EMPTY_PONG), honest_within=0.5),
    Attack("a flood of short texts", _socket_flood(SHORT_TEXT), honest_within=0.5),
    Attack("200 guesses at once", guesses_at_once),
    Attack("guesses at many users, from a network", guesses_of_many),
    Attack("250 sign-ins that hang up", sign_ins_that_hang_up),
    Attack("an office's address locked out", a_locked_office),
    Attack("15 MB of pipelined requests", pipelined_requests),
    Attack("endless trailers", endless_trailers),
    Attack("a head of 100 KB in one piece", a_large_head),
    Attack("400 idle connections", idle_peers, command=("prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}")),
    Attack("an Idempotency-Key that is guessed", a_guessed_key),
    Attack("a session after it signed out", a_session_after_its_end, honest_within=2.0),
    Attack("pages without a policy", pages_without_a_policy),
]

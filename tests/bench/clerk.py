"""A clerk and a kiosk of the service under test, over its public API."""

import time
from dataclasses import dataclass, field

import httpx

from tests.bench.load import request

DEVICE = "demo-device"


@dataclass
class Clerk:
    """Signed in at window 1 of an office, and measuring how long each press of next takes."""

    port: int
    office: str
    waits: list[float] = field(default_factory=list)
    """Milliseconds of each press."""

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=10)
        answer = self._http.post("/session", json={"user": f"clerk-{self.office}", "password": "sunbeon"})
        self._http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['token']}"
        self._http.cookies.clear()
        self._window = f"/offices/{self.office}/windows/1"
        self._http.post(f"{self._window}/open").raise_for_status()
        self._at_window: int | None = None

    def take_tickets(self, count: int, counter: str) -> None:
        headers = {"Authorization": f"Bearer {DEVICE}"}
        for _ in range(count):
            path = f"/offices/{self.office}/counters/{counter}/tickets"
            self._http.post(path, json={}, headers=headers).raise_for_status()

    def next(self) -> None:
        began = time.perf_counter()
        answer = self._http.post(f"{self._window}/next", json={"finished": self._at_window}).raise_for_status()
        self.waits.append((time.perf_counter() - began) * 1e3)
        called = answer.json()["called"]
        self._at_window = called and called["number"]

    def board(self) -> bytes:
        """The board of the clerk's office, as JSON."""
        return self._http.get(f"/offices/{self.office}/board").raise_for_status().content

    def version(self, office: str) -> int:
        """The version of an office's board in the store."""
        version: int = self._http.get(f"/offices/{office}/board").raise_for_status().json()["version"]
        return version

    def recall_request(self) -> bytes:
        """The whole HTTP request that recalls the ticket at the window: a real change with a real board."""
        token = self._http.headers["Authorization"]
        return request("POST", f"/api/v1{self._window}/recall", Authorization=token)

    def recall(self) -> None:
        self._http.post(f"{self._window}/recall").raise_for_status()

    def close(self) -> None:
        self._http.close()


def take_ticket(office: str, counter: str) -> bytes:
    """The whole HTTP request for a ticket. Each time it is sent, it takes a new one."""
    return request(
        "POST",
        f"/api/v1/offices/{office}/counters/{counter}/tickets",
        b'{"channel": "walk_in", "priority": "none", "lang": "ko"}',
        Content_Type="application/json",
        Authorization=f"Bearer {DEVICE}",
        Idempotency_Key="{unique}",
    )


def counters(port: int) -> dict[str, str]:
    """The first counter of each office."""
    offices = httpx.get(f"http://127.0.0.1:{port}/api/v1/offices", timeout=30).raise_for_status().json()["offices"]
    return {office["id"]: office["counters"][0]["id"] for office in offices}

"""The city is edited while it works: by many edits in a row, in the middle of which the primary may be killed."""

import itertools
import time
from collections.abc import Callable
from contextlib import closing
from threading import Thread
from typing import Any

import httpx
from websockets.sync.client import connect

from tests.faults import trio
from tests.faults.stands import Stand
from tests.faults.town import OFFICES

EDITS = 10
"""Edits of one strike, one after another."""

CONNECTIONS = 8
"""New connections that are looked at: each goes to whichever worker takes it."""

OUTAGE = 4.0
"""Seconds until the killed primary's node is back, without which nothing is confirmed."""

WITHIN = 60.0
"""Seconds in which an edit must be possible again."""


class Editing:
    """`strike` edits, in every second turn with the primary killed in between; `is_followed` is true when every process
    has the last edit."""

    def __init__(self) -> None:
        self._turns = itertools.count(1)
        self._edits = itertools.count(1)
        self._last = 0
        self._name = ""

    def strike(self, stand: Stand) -> None:
        kills = next(self._turns) % 2 == 0
        coming_back: Thread | None = None
        with closing(_client(stand)) as http:
            for edit in range(EDITS):
                if kills and edit == EDITS // 2:
                    assert isinstance(stand, trio.TrioStand)
                    coming_back = Thread(target=_after, args=(OUTAGE, trio.kill_primary(stand)))
                    coming_back.start()
                self._edit(http)
        if coming_back:
            coming_back.join()

    def is_followed(self, stand: Stand) -> bool:
        """Whether all offices that any process shows, over HTTP and on sockets, are at the last revision."""
        for host, port in stand.addresses:
            for _ in range(CONNECTIONS):
                offices = httpx.get(f"http://{host}:{port}/api/v1/offices", timeout=10)
                if offices.status_code != 200:
                    return False
                found = [(office["revision"], office["name"]["en"]) for office in offices.json()["offices"]]
                if found != [(self._last, self._name)] * len(OFFICES):
                    return False
                with connect(f"ws://{host}:{port}/api/v1/live") as screen:
                    frames = "".join(str(screen.recv(timeout=10)) for _ in OFFICES)
                if frames.count(f'"revision":{self._last},') != len(OFFICES):
                    return False
        return True

    def _edit(self, http: httpx.Client) -> None:
        """Makes one edit, however often it must be asked for."""
        number, until = next(self._edits), time.monotonic() + WITHIN
        self._name = f"Hall, edit {number}"
        while True:
            assert time.monotonic() < until, f"edit {number}: not possible for {WITHIN} s"
            city = http.get("/api/v1/city")
            if city.status_code == 200:
                document = _edited(city.json(), self._name, number)
                edit = http.put("/api/v1/city", json=document, headers={"If-Match": city.headers["etag"]})
                if edit.status_code == 200:
                    self._last = int(edit.headers["etag"].strip('"'))
                    return
                assert edit.status_code in (412, 503), edit.text
            time.sleep(0.1)


def _after(seconds: float, do: Callable[[], None]) -> None:
    time.sleep(seconds)
    do()


def _edited(document: dict[str, Any], name: str, number: int) -> dict[str, Any]:
    """All offices have another name, and a fifth window comes and goes."""
    for office in document["offices"]:
        office["name"]["en"] = name
        office["windows"] = [window for window in office["windows"] if window["id"] != 5]
        if number % 2:
            office["windows"].append({"id": 5, "counters": ["a"]})
    return document


def _client(stand: Stand) -> httpx.Client:
    host, port = stand.addresses[0]
    client = httpx.Client(base_url=f"http://{host}:{port}", timeout=15)
    until = time.monotonic() + WITHIN
    while True:
        signed_in = client.post("/api/v1/session", json={"user": stand.user, "password": stand.password})
        if signed_in.status_code == 200:
            client.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
            return client
        assert time.monotonic() < until, signed_in.text
        time.sleep(0.2)

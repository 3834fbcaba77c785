"""The calls that anyone may make, and `request`, through which every request goes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx

from .backoff import full_jitter
from .errors import Problem, Unreachable
from .live import newest
from .models import Board, NearbyOffice, Office, Ticket
from .quiet_hours import QuietHours

ATTEMPT_SECONDS = 5.0
"""Timeout of an attempt; another attempt follows if the deadline allows."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds: the pause before the next attempt is random between 0 and these."""

AWAY = frozenset({502, 503, 504})
"""Statuses of a service that is away for the moment; 502 and 504 are a proxy's."""

BROKEN = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError)


class Client:
    """A service at a URL. Use it as `async with Client(url) as client:`."""

    def __init__(self, url: str, *, deadline: float = 10.0) -> None:
        """`deadline`: seconds in which a request is retried when the network or the service fails."""
        self.url = url.rstrip("/")
        self._deadline = deadline
        # One client may have several sessions, each with its token. A cookie would mix them up.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._http = httpx.AsyncClient(cookies=no_cookies, timeout=min(deadline, ATTEMPT_SECONDS))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def offices(self) -> list[Office]:
        """All offices of the city."""
        answer = await self.send("GET", "offices")
        return [Office.model_validate(office) for office in answer["offices"]]

    async def board(self, office: str) -> Board:
        """The office now."""
        return Board.model_validate(await self.send("GET", "offices", office, "board"))

    async def nearby(self, counter: str, position: tuple[float, float] | None = None) -> list[NearbyOffice]:
        """The offices that have this counter, best first. `position`: latitude and longitude in degrees, which are
        sent; without it, only waits count."""
        asked: dict[str, str | float] = {"counter": counter}
        if position:
            asked["lat"], asked["lon"] = position
        answer = await self.send("GET", "nearby", query=asked)
        return [NearbyOffice.model_validate(office) for office in answer]

    async def quiet_hours(self, office: str, counter: str | None = None) -> QuietHours:
        """How long people usually wait there, by weekday and half-hour; at one counter, or at all."""
        query = {"counter": counter} if counter else {}
        return QuietHours.model_validate(await self.send("GET", "offices", office, "quiet-hours", query=query))

    async def issue(
        self,
        office: str,
        counter: str,
        *,
        channel: str = "online",
        priority: str = "none",
        people: int = 1,
        lang: str = "ko",
        device_key: str | None = None,
        key: str | None = None,
    ) -> Ticket:
        """A new ticket for so many `people`; channel `walk_in` needs a device key. `key`: that of a failed attempt
        (`ClientError.key`)."""
        body = {"channel": channel, "priority": priority, "people": people, "lang": lang}
        path = ("offices", office, "counters", counter, "tickets")
        answer = await self.send("POST", *path, body=body, token=device_key, key=key or new_key())
        return Ticket.model_validate(answer)

    def watch(self, *offices: str) -> AsyncGenerator[Board]:
        """Boards of the named offices, all where none is named: each at once, then whenever it changes.

        Comes back after every break. Raises LineClosed for an office that doesn't exist. Leaving the loop early, close
        it: `async with contextlib.aclosing(client.watch("passport")) as boards:`.
        """
        named = urlencode([("office", office) for office in offices])
        return newest(f"{self.socket_url('live')}?{named}", Board)

    def socket_url(self, *path: str | int) -> str:
        """Where a socket of the API is."""
        return self._address(*path).replace("http", "ws", 1)

    async def send(
        self,
        method: str,
        *path: str | int,
        query: Mapping[str, str | float] | None = None,
        body: Any = None,
        token: str | None = None,
        key: str | None = None,
    ) -> Any:
        """The JSON that `/api/v1/<path>` answers, None where it answers nothing. Raises Problem, Unreachable.

        While the network or the service fails, the request is retried until the deadline. So it must be one that can be
        repeated, or have an idempotency `key`. `token` is a device key or a session's.
        """
        headers = {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        request = self._http.build_request(
            method, self._address(*path), params=query or None, json=body, headers=headers
        )
        until = time.monotonic() + self._deadline
        attempt = 0
        while True:
            pause = full_jitter(attempt, FIRST_PAUSE, LONGEST_PAUSE)
            try:
                return await self._answer(request)
            except (Problem, Unreachable) as failure:
                failure.key = key
                if isinstance(failure, Problem):
                    if failure.status not in AWAY:
                        raise
                    pause = max(pause, failure.retry_after or 0)
                if time.monotonic() + pause > until:
                    raise
            await asyncio.sleep(pause)
            attempt += 1

    async def _answer(self, request: httpx.Request) -> Any:
        try:
            response = await self._http.send(request)
        except BROKEN as error:
            raise Unreachable(f"{self.url} doesn't answer: {str(error) or type(error).__name__}") from error
        if not response.is_success:
            raise Problem.of(response.status_code, response.headers, response.content)
        try:
            return response.json() if response.content else None
        except ValueError as error:
            raise Problem(response.status_code, "not_json", f"{self.url} is no Sunbeon service", None, {}) from error

    def _address(self, *path: str | int) -> str:
        return "/".join((self.url, "api/v1", *(quote(str(part), safe="") for part in path)))


def new_key() -> str:
    """A new Idempotency-Key: use it for one request and all its repetitions."""
    return str(uuid4())

"""A minimal HTTP client: one connection, no retries, and an error of its own for a lost answer."""

import asyncio
import json
from typing import Any

ANSWER_WITHIN = 3.0
"""Seconds: the service promises an answer within 2."""


class LostError(Exception):
    """No answer came: whether the request had its effect is unknown."""


class Wire:
    """Asks one of several addresses, and switches to the next after a failure."""

    def __init__(self, addresses: list[tuple[str, int]], first: int = 0) -> None:
        self._addresses = addresses
        self._at = first
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON body. Raises LostError."""
        text = b"" if body is None else json.dumps(body).encode()
        head = {"Host": "faults", "Content-Length": str(len(text)), **(headers or {})}
        if text:
            head["Content-Type"] = "application/json"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._exchange("\r\n".join(lines).encode() + text)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.close()
            self._at += 1
            raise LostError(type(error).__name__) from error

    async def _exchange(self, request: bytes) -> tuple[int, dict[str, Any]]:
        if self._open is None:
            self._open = await asyncio.open_connection(*self._addresses[self._at % len(self._addresses)])
        reader, writer = self._open
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        length = next((line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0")
        body = await reader.readexactly(int(length))
        if "connection: close" in head:
            self.close()
        return status, json.loads(body) if body else {}

    def close(self) -> None:
        """Hangs up; the next request connects again."""
        if self._open:
            self._open[1].transport.abort()
            self._open = None

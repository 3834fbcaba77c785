"""A client on another host: makes the requests that it reads, and writes the answers.

Standard input: a JSON list of {"method", "url", "headers", "json", "hold"}; "hold" for a WebSocket that is kept open
until the end. Standard output: a list of {"status", "headers", "body"}, or for a socket {"close"}: the code that it was
closed with, null for one that got a frame.
"""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main() -> None:
    answers = []
    async with httpx.AsyncClient(timeout=20) as http, AsyncExitStack() as held:
        for wanted in json.load(sys.stdin):
            if wanted.pop("hold", False):
                answers.append({"close": await hold(held, **wanted)})
            else:
                answer = await http.request(**wanted)
                http.cookies.clear()
                answers.append({"status": answer.status_code, "headers": dict(answer.headers), "body": answer.text})
    json.dump(answers, sys.stdout)


async def hold(held: AsyncExitStack, url: str, headers: dict[str, str] | None = None, **_: Any) -> int | None:
    socket = await held.enter_async_context(connect(url.replace("http", "ws", 1), additional_headers=headers))
    try:
        await asyncio.wait_for(socket.recv(), 20)
    except ConnectionClosed:
        return socket.close_code
    return None


asyncio.run(main())

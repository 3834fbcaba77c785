"""Live lines: WebSockets that reconnect by themselves and never give an older frame after a newer one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from .backoff import full_jitter
from .errors import LineClosed, Problem
from .models import Board, Desk

Frame = TypeVar("Frame", Board, Desk)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds: the pause before reconnecting is random, from 0 to a limit that doubles between these two."""

FINAL = frozenset({1002, 1003, 1007, 1008, 1009})
ABNORMAL = 1006
"""The code that stands for a line that broke without one."""


def is_final(code: int) -> bool:
    """Whether a close code says not to reconnect: 4400 to 4499, like HTTP's 4xx, and a few of the protocol's own."""
    return code in FINAL or 4400 <= code <= 4499


async def texts(url: str, token: str | None = None) -> AsyncGenerator[str]:
    """What the service sends on the line, for as long as the caller listens.

    A line that can't be opened, breaks, or is closed with any code but a final one is opened again. Raises LineClosed
    on a final one, and Problem where the handshake was refused with a 4xx.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    attempt = 0
    while True:
        try:
            async with connect(url, additional_headers=headers) as socket:
                while True:
                    yield await socket.recv(decode=True)
                    attempt = 0
        except ConnectionClosed as closed:
            end = closed.rcvd or closed.sent
            code = end.code if end else ABNORMAL
            if is_final(code):
                raise LineClosed(code, end.reason if end else "") from closed
        except InvalidStatus as refused:
            answer = refused.response
            if 400 <= answer.status_code < 500:
                raise Problem.of(answer.status_code, answer.headers, bytes(answer.body)) from refused
        except (OSError, InvalidHandshake):
            pass
        await asyncio.sleep(full_jitter(attempt, FIRST_PAUSE, LONGEST_PAUSE))
        attempt += 1


async def newest(url: str, model: type[Frame], token: str | None = None) -> AsyncGenerator[Frame]:
    """Frames of offices as `model`. A frame of the same epoch with a lower version is late, and left out."""
    last: dict[str, Frame] = {}
    async with aclosing(texts(url, token)) as received:
        async for text in received:
            frame = model.model_validate_json(text)
            known = last.get(frame.office)
            if known is None or frame.epoch != known.epoch or frame.version >= known.version:
                last[frame.office] = frame
                yield frame

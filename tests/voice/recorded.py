"""Recordings for tests: tones that nobody has to speak."""

import asyncio
from array import array
from hashlib import sha256
from math import pi, sin
from pathlib import Path

from service.voice.sound import encode
from tests.support import Running

RATE = 8000


def tone(seconds: float = 0.3, hertz: float = 440) -> bytes:
    """A WAV file."""
    return encode(array("h", [round(9000 * sin(2 * pi * hertz * i / RATE)) for i in range(int(seconds * RATE))]), RATE)


def record(folder: Path, language: str, *names: str, content: bytes | None = None) -> Path:
    """Puts recordings of these names into the folder of an operator, which it returns."""
    place = folder / language
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (place / f"{name}.wav").write_bytes(content or tone())
    return folder


def on_the_web(content: bytes | None = None) -> str:
    """The name that such a recording has on the web."""
    return sha256(content or tone()).hexdigest()[:24] + ".wav"


async def looked(service: Running) -> None:
    """Waits until the service has looked for clips."""
    async with asyncio.timeout(60):
        while service.app.state.context.voice.shelf.state == "preparing":
            await asyncio.sleep(0.01)

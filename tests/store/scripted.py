"""Servers with scripted answers, for cases that a real server can't be made to produce."""

import asyncio
from collections.abc import Callable
from typing import Any

Answer = bytes | None
"""As it goes over the wire; None: no answer at all."""


class Scripted:
    """`async with Scripted(answer) as server`: gives `answer(words)` to each command, in RESP2."""

    def __init__(self, answer: Callable[[list[bytes]], Answer]) -> None:
        self.answer = answer
        self.heard: list[list[bytes]] = []
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Scripted":
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _begin(self, commands: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(commands, answers))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, commands: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        try:
            while head := await commands.readline():
                words = []
                for _ in range(int(head[1:])):
                    length = int((await commands.readline())[1:])
                    words.append((await commands.readexactly(length + 2))[:-2])
                self.heard.append(words)
                # What redis-py says of itself at the beginning of a connection is of no interest.
                answer = b"+OK\r\n" if words[0] == b"CLIENT" else self.answer(words)
                if answer is not None:
                    answers.write(answer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            answers.transport.abort()


class ScriptedSentinel(Scripted):
    """Says that the server on `port` is the primary, since the failover with this `epoch`."""

    def __init__(self, port: int, epoch: int = 0, flags: str = "master") -> None:
        super().__init__(self._master)
        self.says(port, epoch, flags)

    def says(self, port: int, epoch: int, flags: str = "master") -> None:
        self._state = {
            "name": "sunbeon",
            "ip": "127.0.0.1",
            "port": port,
            "flags": flags,
            "config-epoch": epoch,
            "num-other-sentinels": 2,
        }

    def _master(self, words: list[bytes]) -> bytes:
        state = bulk(*(word for pair in self._state.items() for word in pair))
        return b"*1\r\n" + state if words[1] == b"MASTERS" else state


def bulk(*words: Any) -> bytes:
    """An array of strings."""
    texts = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(texts) + b"".join(b"$%d\r\n%b\r\n" % (len(text), text) for text in texts)

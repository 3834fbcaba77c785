"""The load generators, C programs, as Python objects."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.bench.machine import CLIENT_CORE, compiled
from tests.bench.peers import Peer

Answer = dict[str, Any]


class Listeners:
    """Many WebSockets to one server; load.c says what each command does and answers."""

    def __init__(self, peer: Peer, request: bytes, folder: Path, paths: list[str] | None = None) -> None:
        """`request`: the whole HTTP request that publishes."""
        program = folder / "load"
        if not program.exists():
            compiled("load", folder)
        self._publish_file = folder / f"publish-{peer.port}"
        self.publish_with(request)
        kind = ["--socketio"] if peer.socketio else []
        self._process = subprocess.Popen(
            [program, str(peer.port), str(peer.publish_port), self._publish_file, *kind, *(paths or [peer.path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        os.sched_setaffinity(self._process.pid, CLIENT_CORE)

    def publish_with(self, request: bytes) -> None:
        """Sets what the command publish sends from now on."""
        self._publish_file.write_bytes(request)

    def begin(self, *words: str | float) -> None:
        """Gives a command; `end` waits for its answer."""
        assert self._process.stdin
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def end(self) -> Answer:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load generator ended with {self._process.wait()}")
        answer: Answer = json.loads(line)
        return answer

    def do(self, *words: str | float) -> Answer:
        self.begin(*words)
        return self.end()

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A whole HTTP/1.1 request; `_` in a header's name stands for `-`."""
    lines = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body or method == "POST":
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def requests(port: int, what: bytes, folder: Path, *, connections: int, seconds: float, rate: float = 0) -> Answer:
    """Runs requests.c: repeats `what` on so many connections, at `rate` a second or as fast as answers come."""
    program = folder / "requests"
    if not program.exists():
        compiled("requests", folder)
    file = folder / f"request-{port}"
    file.write_bytes(what)
    command: list[str | Path] = [program, str(port), file, str(connections), str(seconds), str(rate)]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, CLIENT_CORE),
    )
    answer: Answer = json.loads(done.stdout)
    return answer

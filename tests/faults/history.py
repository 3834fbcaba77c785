"""The recorded history: one JSON line for each invocation, answer, lost answer, frame and fault.

    {"op": 7, "is": "invoke", "t": 12.3, "kind": "issue", "office": "hall1", "args": {...}}   once more a retry
    {"op": 7, "is": "answer", "t": 12.4, "sent": 12.3, "status": 201, "answer": {...}}
    {"op": 7, "is": "unknown", "t": 15.3, "sent": 12.3, "why": "TimeoutError"}
    {"is": "frame", "t": 12.5, "listener": "a", "board": {...}}
    {"is": "fault", "t": 12.6, "name": "kill the store"}

`t` and `sent` are seconds on the recording process's monotonic clock.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

DONE = range(200, 300)
UNKNOWN_STATUS = range(500, 600)
"""A 503 may have had its effect, as an answer that never came may."""


class Answer(NamedTuple):
    """An answer that said what happened."""

    at: float
    status: int
    body: dict[str, Any]
    sent: float = 0
    """When it was asked for."""


@dataclass
class Operation:
    """One operation that somebody wanted, with all its requests."""

    id: int
    kind: str
    office: str
    args: dict[str, Any]
    asked: list[float] = field(default_factory=list)
    """When, once for each request."""
    answers: list[Answer] = field(default_factory=list)
    unknown: int = 0
    """Requests whose answer was lost, or did not say what happened."""

    @property
    def done(self) -> list[dict[str, Any]]:
        """The bodies of the answers that acknowledged it."""
        return [answer.body for answer in self.answers if answer.status in DONE]

    @property
    def refused_after_done(self) -> bool:
        """A request that was sent after the acknowledgement had come was told something else."""
        done = min((answer.at for answer in self.answers if answer.status in DONE), default=None)
        return done is not None and any(answer.sent > done and answer.status not in DONE for answer in self.answers)

    @property
    def may_have_happened(self) -> bool:
        """It was acknowledged, or never answered."""
        return bool(self.done) or not self.answers


@dataclass
class History:
    operations: dict[int, Operation] = field(default_factory=dict)
    frames: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Listener and board, in the order of arrival at each listener."""

    def of(self, office: str) -> Iterator[Operation]:
        return (operation for operation in self.operations.values() if operation.office == office)


def read_history(file: Path) -> History:
    """What a Recorder wrote."""
    history = History()
    with file.open() as lines:
        for line in lines:
            fact = json.loads(line)
            match fact["is"]:
                case "invoke":
                    operation = Operation(fact["op"], fact["kind"], fact["office"], fact["args"])
                    history.operations.setdefault(fact["op"], operation).asked.append(fact["t"])
                case "answer" if fact["status"] in UNKNOWN_STATUS:
                    history.operations[fact["op"]].unknown += 1
                case "answer":
                    told = Answer(fact["t"], fact["status"], fact["answer"], fact["sent"])
                    history.operations[fact["op"]].answers.append(told)
                case "unknown":
                    history.operations[fact["op"]].unknown += 1
                case "frame":
                    history.frames.append((fact["listener"], fact["board"]))
    return history


class Recorder:
    """Writes a history while it happens, and keeps count."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._out = file.open("w")
        self.operations = 0
        self.issued: list[tuple[float, float]] = []
        """When each acknowledged ticket was asked for, and when it was answered."""
        self.answers = 0
        self.unavailable = 0
        """Answers that said to try again later."""
        self.lost = 0
        self.slowest = 0.0
        """Seconds that the slowest answer took, refusals included."""

    def operation(self) -> int:
        """The id of a new operation."""
        self.operations += 1
        return self.operations

    def invoke(self, op: int, kind: str, office: str, args: dict[str, Any]) -> float:
        """The moment of sending."""
        now = time.monotonic()
        self._write({"op": op, "is": "invoke", "t": now, "kind": kind, "office": office, "args": args})
        return now

    def answer(self, op: int, sent: float, status: int, answer: dict[str, Any]) -> None:
        now = time.monotonic()
        self.answers += 1
        self.slowest = max(self.slowest, now - sent)
        self.unavailable += status in UNKNOWN_STATUS
        if status == 201:
            self.issued.append((sent, now))
        self._write({"op": op, "is": "answer", "t": now, "sent": sent, "status": status, "answer": answer})

    def unknown(self, op: int, sent: float, why: str) -> None:
        self.lost += 1
        self._write({"op": op, "is": "unknown", "t": time.monotonic(), "sent": sent, "why": why})

    def frame(self, listener: str, board: dict[str, Any]) -> None:
        self._write({"is": "frame", "t": time.monotonic(), "listener": listener, "board": board})

    def fault(self, name: str) -> None:
        self._write({"is": "fault", "t": time.monotonic(), "name": name})

    def answered_since(self, moment: float) -> float | None:
        """When the first ticket that was asked for after `moment` was acknowledged."""
        done = None
        for sent, answered in reversed(self.issued):
            if answered < moment:
                break
            if sent >= moment:
                done = answered
        return done

    def close(self) -> None:
        self._out.close()

    def _write(self, fact: dict[str, Any]) -> None:
        self._out.write(json.dumps(fact, separators=(",", ":")) + "\n")

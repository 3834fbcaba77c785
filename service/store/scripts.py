"""The Lua scripts of an office: each file of lua/ is one operation, and the folder is the only list of them.

A script is the body of a function. Its header names the parts of lua/lib/ that it uses (`@include`), in their order,
and says `@readonly` where it changes nothing. The names of KEYS come from keys.py, the moves from domain/ticket.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha1
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from service.domain.ticket import MOVES
from service.store.keys import OFFICE_KEYS

INCLUDE = re.compile(r"^-- @include (.+)$", re.MULTILINE)
READONLY = re.compile(r"^-- @readonly$", re.MULTILINE)

IDEMPOTENCY = "idempotency"
"""The part that answers a repeated request: a script that includes it takes an Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Script:
    """An operation as the store runs it."""

    name: str
    text: str
    readonly: bool
    """It changes nothing. The store enforces that, and replicas need not confirm anything."""
    sha1: str

    def by_hash(self) -> tuple[str, str]:
        """The command, and the hash that a store which has run the script before knows it by."""
        return "EVALSHA_RO" if self.readonly else "EVALSHA", self.sha1

    def in_full(self) -> tuple[str, str]:
        """The command, and the whole text."""
        return "EVAL_RO" if self.readonly else "EVAL", self.text


class Refused(Exception):
    """What a script refused: its code, and what came with it."""

    def __init__(self, code: str, rest: Sequence[Any]) -> None:
        super().__init__(code)
        self.code = code
        self.rest = rest


def load_scripts() -> dict[str, Script]:
    """Every operation by its name."""
    folder = files("service.store") / "lua"
    parts = _read(folder / "lib")
    return {name: _script(name, body, parts) for name, body in _read(folder).items()}


def _read(folder: Traversable) -> dict[str, str]:
    """The Lua files that lie in a folder, by their names without the ending."""
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".lua"))
    return {entry.name.removesuffix(".lua"): entry.read_text("utf-8") for entry in found}


def _script(name: str, body: str, parts: dict[str, str]) -> Script:
    included = list(dict.fromkeys(_included(body, parts)))
    text = "\n".join(
        [
            f'local OPERATION = "{name}"',
            _keys(),
            _moves(),
            *(parts[part] for part in included),
            f"local function operation()\n{body}\nend",
            "return answer_once(operation)" if IDEMPOTENCY in included else "return operation()",
        ]
    )
    return Script(name, text, READONLY.search(body) is not None, sha1(text.encode()).hexdigest())


def _included(text: str, parts: dict[str, str]) -> Iterable[str]:
    """The parts that a text includes, each after those that it includes itself."""
    for line in INCLUDE.findall(text):
        for part in line.split(", "):
            yield from _included(parts[part], parts)
            yield part


def _keys() -> str:
    """A local for each of KEYS."""
    return f"local {', '.join(OFFICE_KEYS)} = unpack(KEYS)"


def _moves() -> str:
    """`MOVES` of the domain as a Lua table."""
    rows = (
        f'{move} = {{ from = {{ {", ".join(f"{state} = true" for state in sorted(start))} }}, to = "{end}" }}'
        for move, (start, end) in MOVES.items()
    )
    return f"local MOVES = {{ {', '.join(rows)} }}"

"""The Lua scripts: one file of lua/ an operation, and no second list of their names.

A refusal that a script returns becomes the error of `domain.errors` with that code.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha1
from importlib.resources import files
from typing import Any

from redis.exceptions import NoScriptError

from service.domain import errors
from service.domain.ticket import MOVES
from service.store.confirmed import Confirmed
from service.store.pipe import Pipe

READS = {"desk", "snapshot", "tickets"}
"""Operations that change nothing, so that there is nothing to confirm."""


class Refused(Exception):
    """What a script refused: its code, and what came with it."""

    def __init__(self, code: str, rest: Sequence[Any]) -> None:
        super().__init__(code)
        self.code = code
        self.rest = rest


def error_of(code: str) -> type[errors.SunbeonError]:
    """The error class with this `code`."""

    def tree(cls: type[errors.SunbeonError]) -> Iterator[type[errors.SunbeonError]]:
        yield cls
        for child in cls.__subclasses__():
            yield from tree(child)

    return next(cls for cls in tree(errors.SunbeonError) if cls.code == code)


def _moves() -> str:
    """`MOVES` of the domain as a Lua table."""
    rows = (
        f'{move} = {{ from = {{ {", ".join(f"{state} = true" for state in sorted(start))} }}, to = "{end}" }}'
        for move, (start, end) in MOVES.items()
    )
    return f"local MOVES = {{ {', '.join(rows)} }}\n"


class Scripts:
    """The operations on one store: `await scripts.run("issue", keys, args)`."""

    def __init__(self, reads: Pipe, writes: Confirmed) -> None:
        self._reads = reads
        self._writes = writes
        lua = files("service.store") / "lua"
        before, after = _moves() + (lua / "_office.lua").read_text(), (lua / "_answer.lua").read_text()
        self._texts: dict[str, str] = {}
        for entry in lua.iterdir():
            name = entry.name.removesuffix(".lua")
            if name != entry.name and not name.startswith("_"):
                body = f"local function operation()\n{entry.read_text()}\nend\n"
                self._texts[name] = f'local OPERATION = "{name}"\n{before}{body}{after}'
        self._hashes = {name: sha1(text.encode()).hexdigest() for name, text in self._texts.items()}

    async def run(self, operation: str, keys: list[str], args: list[str | int], until: float) -> Sequence[Any]:
        """What the script returns after "ok"; raises `Refused`, and what `Confirmed.run` does."""
        store = self._reads if operation in READS else self._writes
        answer: Sequence[Any]
        try:
            answer = await store.run("EVALSHA", self._hashes[operation], len(keys), *keys, *args, until=until)
        except NoScriptError:
            # The store knows it by its hash from then on. To load it first would be one more wait for the replicas.
            answer = await store.run("EVAL", self._texts[operation], len(keys), *keys, *args, until=until)
        if answer[0] == b"refused":
            raise Refused(answer[1].decode(), answer[2:])
        return answer[1:]

    def check_again(self) -> None:
        """The store is checked before the next change, and its replicas counted."""
        self._writes.check_again()

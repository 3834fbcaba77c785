"""The Lua scripts: one file of lua/ an operation, and no second list of their names.

A refusal that a script returns becomes the error of `domain.errors` with that code.
"""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from service.domain import errors
from service.domain.ticket import MOVES


class Refused(Exception):
    """What a script refused: its code, and what came with it."""

    def __init__(self, code: str, rest: list[Any]) -> None:
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

    def __init__(self, redis: Redis) -> None:
        lua = files("service.store") / "lua"
        prelude = _moves() + (lua / "_office.lua").read_text()
        self._scripts: dict[str, AsyncScript] = {
            entry.name.removesuffix(".lua"): redis.register_script(prelude + entry.read_text())
            for entry in lua.iterdir()
            if entry.name.endswith(".lua") and not entry.name.startswith("_")
        }

    async def run(self, operation: str, keys: list[str], args: list[str | int]) -> list[Any]:
        """What the script returns after "ok"; raises `Refused`."""
        outcome, *rest = await self._scripts[operation](keys=keys, args=args)
        if outcome == b"refused":
            raise Refused(rest[0].decode(), rest[1:])
        return list(rest)

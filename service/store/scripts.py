"""The Lua scripts: one file of lua/ an operation, and no second list of their names.

A refusal that a script returns becomes the error of `domain.errors` with that code.
"""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

from service.domain import errors
from service.domain.ticket import MOVES
from service.store.promise import Promise

READS = {"desk", "snapshot", "tickets"}
"""Operations that change nothing, so that there is nothing to confirm."""


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

    def __init__(self, redis: Redis, promise: Promise) -> None:
        self._redis = redis
        self._promise = promise
        lua = files("service.store") / "lua"
        shared = _moves() + (lua / "_office.lua").read_text()
        self._scripts: dict[str, AsyncScript] = {}
        for entry in lua.iterdir():
            name = entry.name.removesuffix(".lua")
            if name != entry.name and not name.startswith("_"):
                text = f'local OPERATION = "{name}"\n{shared}{entry.read_text()}'
                self._scripts[name] = redis.register_script(text)

    async def run(self, operation: str, keys: list[str], args: list[str | int]) -> list[Any]:
        """What the script returns after "ok"; raises `Refused`, and NotConfirmed (its change may stand)."""
        script = self._scripts[operation]
        if operation in READS or not self._promise.replicas:
            outcome, *rest = await script(keys=keys, args=args)
        else:
            outcome, *rest = await self._run_and_wait(script, keys, args)
        if outcome == b"refused":
            raise Refused(rest[0].decode(), rest[1:])
        return list(rest)

    async def _run_and_wait(self, script: AsyncScript, keys: list[str], args: list[str | int]) -> list[Any]:
        # Script and wait go out at once on one connection: waiting on its own would cost a second at low load.
        while True:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.evalsha(script.sha, len(keys), *keys, *args)
                self._promise.wait(pipe, keys[0])
                answer, *_, confirmation = await pipe.execute(raise_on_error=False)
            if isinstance(answer, NoScriptError):
                await self._redis.script_load(script.script)
                continue
            if isinstance(answer, Exception):
                raise answer
            self._promise.confirmed(confirmation)
            return list(answer)

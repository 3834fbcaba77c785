"""Commands to the store that are asked for at about the same time go there together.

One write, one sync to disk, one wait for the replicas and one read are then shared by all of them; a command that is
alone goes at once. What is asked for meanwhile is the next batch.
"""

import asyncio
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from service.domain.errors import StoreUnavailable
from service.store.promise import Promise

Word = str | int | bytes

ANSWER_WITHIN = 1.8
"""Seconds until a caller hears that the store is away."""

CANNOT_SERVE = ("BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN")
"""What a store says first when it is there and can't serve; MISCONF is a full disk. Anything else is our mistake."""

MOST_AT_ONCE = 128
"""Commands of a batch: the first is answered together with the last."""

MOST_WAITING = 1000
"""Commands that may wait for their batch: a store that doesn't answer must not collect them without end."""


class Batches:
    """`answer = await batches.run("GET", key)`; batches go out one after another."""

    def __init__(self, redis: Redis, promise: Promise | None = None) -> None:
        """`promise`: every answer waits until it is kept."""
        self._redis = redis
        self._promise = promise
        self._waiting: list[tuple[tuple[Word, ...], asyncio.Future[Any]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def run(self, *command: Word) -> Any:
        """The command's answer, in `ANSWER_WITHIN` seconds.

        Raises StoreUnavailable and NotConfirmed, after which it may have had its effect or not; and ResponseError for
        a command that is wrong.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise StoreUnavailable
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(), name="batches")
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await answer
        except (RedisConnectionError, RedisTimeoutError, TimeoutError, OSError) as error:
            raise StoreUnavailable from error
        except ResponseError as error:
            if str(error).startswith(CANNOT_SERVE):
                raise StoreUnavailable from error
            raise

    async def _send(self) -> None:
        while self._waiting:
            # Who has given up waiting asks nothing any more.
            batch = [asked for asked in self._waiting[:MOST_AT_ONCE] if not asked[1].done()]
            del self._waiting[:MOST_AT_ONCE]
            try:
                outcomes = await self._execute([command for command, _ in batch])
            except Exception as error:
                outcomes = [error] * len(batch)
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if answer.done():
                    continue
                if isinstance(outcome, Exception):
                    answer.set_exception(outcome)
                else:
                    answer.set_result(outcome)
        self._sending = None

    async def _execute(self, commands: list[tuple[Word, ...]]) -> list[Any]:
        """Each command's answer or ResponseError."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            if self._promise and self._promise.replicas:
                self._promise.wait(pipe)
            answers: list[Any] = await pipe.execute(raise_on_error=False)
        if self._promise and self._promise.replicas:
            self._promise.confirmed(answers[-1])
        return answers[: len(commands)]

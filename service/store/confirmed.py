"""Changes that are answered when the promise is kept: by the primary at once, and by replicas where there are any."""

import asyncio
from typing import Any, NamedTuple

from service.domain.errors import StoreUnavailable, SunbeonError
from service.store.pipe import MOST_WAITING, Pipe, Word, patience
from service.store.promise import Promise

MOST_IN_BATCH = 128
"""Commands that one wait for the replicas is for: the first is answered together with the last."""


class _Asked(NamedTuple):
    command: tuple[Word, ...]
    answer: asyncio.Future[Any]
    until: float


class Confirmed:
    """A pipe for changes. What is asked for while replicas are waited for shares the next wait."""

    def __init__(self, pipe: Pipe, promise: Promise) -> None:
        self._pipe = pipe
        self._promise = promise
        self._waiting: list[_Asked] = []
        self._sending: asyncio.Task[None] | None = None

    async def run(self, *command: Word, until: float | None = None) -> Any:
        """As `Pipe.run`. Also raises NotConfirmed, after which it has had its effect, and may lose it."""
        until = until or patience()
        # How many replicas must confirm is known once the connection is checked.
        await self._pipe.connect(until)
        if not self._promise.replicas:
            return await self._pipe.run(*command, until=until)
        if len(self._waiting) >= MOST_WAITING:
            raise StoreUnavailable
        asked = _Asked(command, asyncio.get_running_loop().create_future(), until)
        self._waiting.append(asked)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send(), name="confirmed changes")
        return await asked.answer

    async def _send(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_IN_BATCH], self._waiting[MOST_IN_BATCH:]
            # The first has waited longest, and the others are answered with it.
            until = batch[0].until
            try:
                await self._pipe.connect(until)
                commands = [*(asked.command for asked in batch), *self._promise.waiting()]
                answers = await self._pipe.run_together(commands, until)
                failure = self._promise.failure(answers[-1])
            except SunbeonError as error:
                answers, failure = [error] * len(batch), error
            for asked, answer in zip(batch, answers, strict=False):
                mistake = answer if isinstance(answer, BaseException) else failure
                if asked.answer.done():
                    continue
                if mistake:
                    asked.answer.set_exception(mistake)
                else:
                    asked.answer.set_result(answer)
        self._sending = None

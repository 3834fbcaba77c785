"""Changes that are answered when the promise is kept: by the primary at once, and by replicas where there are any."""

import asyncio
import logging
from typing import Any, NamedTuple

from service.domain.errors import NotConfirmed, StoreUnavailable, SunbeonError
from service.store.line import MOST_WAITING, Word
from service.store.pipe import Pipe, patience
from service.store.promise import Promise

logger = logging.getLogger(__name__)

MOST_IN_BATCH = 128
"""Commands that one wait for the replicas is for: the first is answered together with the last."""

CHANGED_NOTHING = {b"store_not_ready", b"clock_off", b"replicas", b"day", b"moved"}
"""What a script refuses in lua/_office.lua, before it has looked at what it is asked: there is nothing to confirm."""


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
        try:
            # The others of its batch may have longer.
            async with asyncio.timeout_at(until):
                return await asked.answer
        except TimeoutError:
            raise StoreUnavailable from None

    def check_again(self) -> None:
        """The store is checked before the next change, and its replicas counted."""
        self._pipe.drop()

    async def _send(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_IN_BATCH], self._waiting[MOST_IN_BATCH:]
                # Who has given up meanwhile wants no change any more.
                if batch := [asked for asked in batch if not asked.answer.done()]:
                    await self._answer(batch)
        finally:
            self._sending = None

    async def _answer(self, batch: list[_Asked]) -> None:
        """Each of the batch is answered, or told what went wrong, whatever that is."""
        try:
            answers = await self._confirmed(batch)
        except Exception as error:
            if not isinstance(error, SunbeonError):
                logger.exception("confirmed changes")
            answers = [error] * len(batch)
        for asked, answer in zip(batch, answers, strict=True):
            if asked.answer.done():
                continue
            if isinstance(answer, BaseException):
                asked.answer.set_exception(answer)
            else:
                asked.answer.set_result(answer)

    async def _confirmed(self, batch: list[_Asked]) -> list[Any]:
        """The answer to each command, or what its caller is to be told instead."""
        commands = [*(asked.command for asked in batch), *self._promise.waiting()]
        answers = await self._pipe.run_together(commands, max(asked.until for asked in batch))
        failure = self._promise.failure(answers[-1])
        if isinstance(failure, NotConfirmed):
            # The replicas may follow another primary by now.
            self._pipe.renew()
        return [answer if _stands(answer) else failure or answer for answer in answers[: len(batch)]]


def _stands(answer: Any) -> bool:
    """Whether it is true without any confirmation."""
    if isinstance(answer, list):
        return answer[0] == b"refused" and answer[1] in CHANGED_NOTHING
    return isinstance(answer, BaseException)

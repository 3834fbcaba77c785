"""Writes that are acknowledged only after the configured replicas have fsynced them.

Without replicas, the primary's own fsync (`appendfsync always`) acknowledges a write, and nothing is waited for.
"""

import asyncio
import logging
from typing import Any, NamedTuple

from service.domain.errors import NotConfirmed, StoreUnavailable, SunbeonError
from service.store.driver.connection import MAX_PENDING, Word
from service.store.driver.pipelining import PipelinedConnection, new_deadline
from service.store.driver.write_concern import WriteConcern

logger = logging.getLogger(__name__)

MAX_BATCH = 128
"""Writes that share one wait for the replicas: the first of them is answered together with the last."""

CHANGED_NOTHING = {b"store_not_ready", b"clock_off", b"replicas", b"day", b"store_changed", b"revision_changed"}
"""What the scripts refuse in lua/lib/preconditions.lua, before they change anything: there is nothing to confirm."""


class _Pending(NamedTuple):
    command: tuple[Word, ...]
    answer: asyncio.Future[Any]
    deadline: float


class ReplicatedWriter:
    """`answer = await writer.send("SET", key, value)`. Writes that come during a wait share the next one."""

    def __init__(self, connection: PipelinedConnection, concern: WriteConcern) -> None:
        self._connection = connection
        self._concern = concern
        self._pending: list[_Pending] = []
        self._sending: asyncio.Task[None] | None = None

    async def send(self, *command: Word, deadline: float | None = None) -> Any:
        """As `PipelinedConnection.send`. Also raises NotConfirmed: the write had its effect, and may still lose it."""
        deadline = deadline or new_deadline()
        # The check of the connection finds out how many replicas must confirm.
        await self._connection.connect(deadline)
        if not self._concern.replicas:
            return await self._connection.send(*command, deadline=deadline)
        if len(self._pending) >= MAX_PENDING:
            raise StoreUnavailable
        pending = _Pending(command, asyncio.get_running_loop().create_future(), deadline)
        self._pending.append(pending)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_batches(), name="replicated writes")
        try:
            # Others of its batch may have a later deadline.
            async with asyncio.timeout_at(deadline):
                return await pending.answer
        except TimeoutError:
            raise StoreUnavailable from None

    def recheck(self) -> None:
        """Has the store checked, and its replicas counted, before the next write."""
        self._connection.drop()

    async def _send_batches(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending[:MAX_BATCH], self._pending[MAX_BATCH:]
                # A caller who has given up meanwhile must not have the write done any more.
                if batch := [pending for pending in batch if not pending.answer.done()]:
                    await self._settle(batch)
        finally:
            self._sending = None

    async def _settle(self, batch: list[_Pending]) -> None:
        """Sends the batch and gives each caller its answer or its error, whatever goes wrong."""
        try:
            answers = await self._confirmed(batch)
        except Exception as error:
            if not isinstance(error, SunbeonError):
                logger.exception("replicated writes")
            answers = [error] * len(batch)
        for pending, answer in zip(batch, answers, strict=True):
            if pending.answer.done():
                continue
            if isinstance(answer, BaseException):
                pending.answer.set_exception(answer)
            else:
                pending.answer.set_result(answer)

    async def _confirmed(self, batch: list[_Pending]) -> list[Any]:
        """The answer to each command, or the error that its caller is to get instead."""
        commands = [*(pending.command for pending in batch), *self._concern.wait_commands()]
        answers = await self._connection.send_together(commands, max(pending.deadline for pending in batch))
        failure = self._concern.failure(answers[-1])
        if isinstance(failure, NotConfirmed):
            # The replicas may follow another primary by now.
            self._connection.renew()
        return [answer if _needs_no_confirmation(answer) else failure or answer for answer in answers[: len(batch)]]


def _needs_no_confirmation(answer: Any) -> bool:
    """Whether the answer is right whatever the replicas say: an error, or a script that changed nothing."""
    if isinstance(answer, list):
        return answer[:1] == [b"refused"] and answer[1] in CHANGED_NOTHING
    return isinstance(answer, BaseException)

"""Counters: a counter stops giving numbers, or gives them again."""

from service.domain.office import Counter, Office
from service.domain.staff import Actor
from service.store.executor import Executor
from service.store.idempotency import idempotent_request


class Counters:
    """The counters of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def pause(self, office: Office, counter: Counter, paused: bool, *, by: Actor, key: str | None = None) -> None:
        """Pauses or resumes the counter's numbers. With the `key` of an earlier request, it is a repetition of that
        request, and changes nothing."""
        request = idempotent_request(key, "pause", counter.id, asks=(paused,))
        await self._executor.execute("pause_counter", office.id, counter.id, int(paused), by=by, request=request)

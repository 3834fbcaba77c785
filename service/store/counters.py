"""Counters: a counter stops giving numbers, or gives them again."""

from service.domain.office import Counter, Office
from service.domain.staff import Actor
from service.store.executor import Executor
from service.store.idempotency import idempotent_request


class Counters:
    """The counters of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def pause(
        self,
        office: Office,
        counter: Counter,
        paused: bool,
        *,
        only_online: bool = False,
        by: Actor,
        key: str | None = None,
    ) -> None:
        """Pauses or resumes the counter's numbers, or only those that are taken online. With the `key` of an earlier
        request, it is a repetition of that request, and changes nothing."""
        # A store in use has the requests of earlier versions, which did not know of `only_online`.
        asks = (paused, only_online) if only_online else (paused,)
        request = idempotent_request(key, "pause", counter.id, asks=asks)
        args = (counter.id, int(paused), int(only_online))
        await self._executor.execute("pause_counter", office, *args, by=by, request=request)

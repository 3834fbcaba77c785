"""Counters: a counter stops giving numbers, gives them again, or gives only so many more."""

import json

from service.domain.facts import TextFacts
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
        reason: TextFacts | None = None,
        by: Actor,
        key: str | None = None,
    ) -> None:
        """Pauses or resumes the counter's numbers, or only those that are taken online. `reason`: what people are told
        of why the counter is paused. With the `key` of an earlier request, it is a repetition of that request, and
        changes nothing."""
        # A store in use has the requests of earlier versions, which did not know of `only_online` and `reason`.
        asks: tuple[object, ...] = (paused, only_online) if only_online else (paused,)
        said = json.dumps(reason.model_dump(), ensure_ascii=False) if reason else ""
        request = idempotent_request(key, "pause", counter.id, asks=(*asks, said) if said else asks)
        args = (counter.id, int(paused), int(only_online), said)
        await self._executor.execute("pause_counter", office, *args, by=by, request=request)

    async def limit(
        self, office: Office, counter: Counter, more: int | None, *, by: Actor, key: str | None = None
    ) -> None:
        """The counter gives so many `more` numbers on this day; None: as many as it has. `key` as in `pause`."""
        request = idempotent_request(key, "limit", counter.id, asks=(more,))
        args = (counter.id, "" if more is None else more)
        await self._executor.execute("limit_counter", office, *args, by=by, request=request)

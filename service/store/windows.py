"""Windows: a clerk's moves.

Every method takes who presses as `by`, and the Idempotency-Key as `key`. A repetition at the same window with the same
key has no second effect, and gets the first answer again, also a refusal. Another request with that key raises
IdempotencyKeyReused.
"""

from collections.abc import Callable, Sequence

from service.domain.board import MovedTicket, MovedWindow, Pressed
from service.domain.office import Counter, Office, Rules
from service.domain.staff import Actor
from service.store.executor import Executor
from service.store.idempotency import idempotent_request
from service.store.records import Records, of_state


class Windows:
    """The windows of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(self, executor: Executor, records: Records, find_rules: Callable[[], Rules]) -> None:
        """`find_rules`: the city's rules as they are now."""
        self._executor = executor
        self._records = records
        self._find_rules = find_rules

    async def next(
        self, office: Office, window: int, finished: int | None, *, by: Actor, key: str | None = None
    ) -> Pressed:
        """Finishes the ticket at the window, `finished`, and calls the one whose turn it is."""
        rules = self._find_rules()
        day, (was, now, state) = await self._executor.execute(
            "next",
            office,
            window,
            finished or "",
            rules.priority_in_a_row,
            rules.arrival_minutes * 60_000,
            by=by,
            request=idempotent_request(key, "next", window, asks=(finished,)),
        )
        return Pressed(
            finished=self._records.ticket(office.id, day, was) if was else None,
            called=self._records.ticket(office.id, day, now) if now else None,
            **of_state(state),
        )

    async def call(self, office: Office, window: int, number: int, *, by: Actor, key: str | None = None) -> MovedTicket:
        """Calls a chosen ticket to an idle window."""
        return await self._move("call", office, window, number, by=by, key=key)

    async def recall(
        self, office: Office, window: int, number: int | None, *, by: Actor, key: str | None = None
    ) -> MovedTicket:
        """Calls the ticket at the window once more."""
        return await self._move("recall", office, window, number or "", by=by, key=key)

    async def finish(
        self, office: Office, window: int, number: int | None, *, by: Actor, key: str | None = None
    ) -> MovedTicket:
        """The ticket at the window is served."""
        return await self._move("finish", office, window, number or "", by=by, key=key)

    async def hold(
        self, office: Office, window: int, number: int | None, *, by: Actor, key: str | None = None
    ) -> MovedTicket:
        """Parks the ticket at the window, to be called back."""
        return await self._move("hold", office, window, number or "", by=by, key=key)

    async def no_show(
        self, office: Office, window: int, number: int | None, *, by: Actor, key: str | None = None
    ) -> MovedTicket:
        """The holder of the ticket at the window is not here. The ticket is parked, and can be called back."""
        return await self._move("no_show", office, window, number or "", by=by, key=key)

    async def transfer(
        self, office: Office, window: int, number: int | None, counter: Counter, *, by: Actor, key: str | None = None
    ) -> MovedTicket:
        """The ticket at the window waits for another counter."""
        return await self._move("transfer", office, window, number or "", counter.id, by=by, key=key)

    async def open(
        self, office: Office, window: int, counters: Sequence[str], *, by: Actor, key: str | None = None
    ) -> MovedWindow:
        """The window serves these counters from now on."""
        return await self._turn("open_window", office, window, *counters, by=by, key=key)

    async def close(self, office: Office, window: int, *, by: Actor, key: str | None = None) -> MovedWindow:
        """Nobody is called to the window any more."""
        return await self._turn("close_window", office, window, by=by, key=key)

    async def _move(
        self, operation: str, office: Office, window: int, *args: str | int, by: Actor, key: str | None
    ) -> MovedTicket:
        """A move of one ticket."""
        request = idempotent_request(key, operation, window, asks=args)
        day, (view, state) = await self._executor.execute(operation, office, window, *args, by=by, request=request)
        ticket = self._records.ticket(office.id, day, view)
        return MovedTicket.model_construct(**dict(ticket), **of_state(state))

    async def _turn(
        self, operation: str, office: Office, window: int, *args: str, by: Actor, key: str | None
    ) -> MovedWindow:
        """Opens or closes the window itself."""
        request = idempotent_request(key, operation, window, asks=args)
        day, (view, state) = await self._executor.execute(operation, office, window, *args, by=by, request=request)
        found = self._records.window(office.id, day, window, view)
        return MovedWindow.model_construct(**dict(found), **of_state(state))

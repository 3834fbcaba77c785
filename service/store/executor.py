"""The one way from Python to the scripts of an office: `answer = await executor.execute("next", "passport", 3, 113)`.

It runs a script on the office's business day. If the script's preconditions refuse, it corrects the cause and runs the
script again: it closes a day that is over, lets the numbers continue after a failover, counts the replicas again, or
takes over an office that an earlier version wrote. If another revision of the city's configuration is in force in the
office, the arguments are no longer right: the caller learns of it and asks again.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from redis.exceptions import NoScriptError

from service.domain import conflicts, errors
from service.domain.board import BoardContent
from service.domain.hours import KST, business_day
from service.domain.office import Office
from service.domain.service_clock import ServiceClock
from service.domain.staff import TIME, Actor
from service.store.driver.pipelining import new_deadline
from service.store.driver.topology import Topology
from service.store.driver.write_concern import WriteConcern
from service.store.idempotency import NO_KEY, IdempotentRequest
from service.store.keys import Keys
from service.store.records import Records, of_state
from service.store.scripts import Refused, Script

KEEP_TICKETS = timedelta(days=8)
"""How long a day's tickets are kept after it was closed. They hold no personal data then."""

PRECONDITIONS = {"old_format", "replicas", "day", "store_changed"}
"""Refusals of lua/lib/preconditions.lua whose cause the executor corrects before it runs the script again."""


class Answer(NamedTuple):
    """What a script returned."""

    day: date
    """The business day on which it ran."""
    values: Sequence[Any]
    """What stands after "ok"."""


class _Run(NamedTuple):
    """What all attempts of one operation have in common."""

    office: str
    revision: int | None
    """The one that the arguments are made of; None where they don't depend on it."""
    now: datetime
    deadline: float
    by: Actor


class Executor:
    """Runs the operations of lua/ on the offices' keys."""

    def __init__(
        self,
        scripts: Mapping[str, Script],
        topology: Topology,
        concern: WriteConcern,
        keys: Keys,
        clock: ServiceClock,
        records: Records,
        newest_board: Callable[[str], BoardContent | None],
        found_revision: Callable[[str, int], Awaitable[None]],
        *,
        clock_tolerance: float,
        number_gap: int,
        day_closed: Callable[[], None] = lambda: None,
    ) -> None:
        """`newest_board`: of an office, as this process has read it. A store with an older one has lost something.
        `found_revision` is told which revision is in force in an office, where it is another one than the caller's.

        `clock_tolerance`: seconds by which the clock may differ from the store's. `number_gap`: how far a counter's
        numbers jump when the store may lack some that were given. `day_closed` is called when an office's day
        was closed here.
        """
        self._scripts = scripts
        self._topology = topology
        self._concern = concern
        self._keys = keys
        self._clock = clock
        self._records = records
        self._newest_board = newest_board
        self._found_revision = found_revision
        self._tolerance_ms = int(clock_tolerance * 1000)
        self._number_gap = number_gap
        self._day_closed = day_closed

    async def execute(
        self,
        operation: str,
        office: Office | str,
        *args: str | int,
        by: Actor = TIME,
        of: date | None = None,
        request: IdempotentRequest = NO_KEY,
    ) -> Answer:
        """What the script answered, on the office's business day; `of` is the day of the keys where it is another one.
        `office`: an Office where the arguments are made of its configuration, else its id. `by`: who does it, for the
        log; nobody where it only reads, or does what is due.

        An office that is still on an earlier day has that day closed first. One that is on a later day, since this
        process's clock is behind, is served on its own day. Raises the `domain.errors` error of what the script
        refused, RevisionChanged if another revision than the Office's is in force, and what `ReplicatedWriter.send`
        raises.
        """
        id, revision = (office, None) if isinstance(office, str) else (office.id, office.revision)
        # One deadline for all attempts: the caller waits for the last of them.
        run = _Run(id, revision, self._clock.now(), new_deadline(), by)
        newest = self._newest_board(id)
        day = max(business_day(run.now), newest.day) if newest else business_day(run.now)
        while True:
            try:
                return Answer(day, await self._round(operation, run, day, args, of=of, request=request))
            except Refused as refused:
                if refused.code == conflicts.RevisionChanged.code:
                    await self._found_revision(id, int(refused.rest[0]))
                if refused.code not in PRECONDITIONS:
                    raise self._error(refused, id, of or day, args) from None
                day = await self._put_right(refused, run, day)

    async def _round(
        self,
        operation: str,
        run: _Run,
        day: date,
        args: Sequence[str | int],
        *,
        of: date | None = None,
        request: IdempotentRequest = NO_KEY,
        more_keys: Sequence[str] = (),
    ) -> Sequence[Any]:
        """Sends the script once. Raises Refused."""
        script = self._scripts[operation]
        newest, required = self._newest_board(run.office), self._concern.required_replicas
        keys = [*self._keys.of_day(run.office, of or day), *more_keys]
        common: list[str | int] = [
            int(run.now.timestamp() * 1000),
            day.isoformat(),
            self._keys.changed(run.office),
            f"{newest.epoch}:{newest.version}" if newest else "",
            *request,
            self._tolerance_ms,
            # A script that only reads loses nothing without its replicas.
            "" if script.readonly or required is None else required,
            str(run.by),
            "" if run.revision is None else run.revision,
        ]
        answer = await self._send(script, run, [len(keys), *keys, *common, *args])
        if answer[0] == b"refused":
            raise Refused(answer[1].decode(), answer[2:])
        return answer[1:]

    async def _send(self, script: Script, run: _Run, arguments: Sequence[str | int]) -> Sequence[Any]:
        connection = (self._topology.connection if script.readonly else self._topology.writer)(run.office)
        answer: Sequence[Any]
        try:
            answer = await connection.send(*script.by_hash(), *arguments, deadline=run.deadline)
        except NoScriptError:
            # From then on the store knows the script by its hash. SCRIPT LOAD would be one more wait for the replicas.
            answer = await connection.send(*script.in_full(), *arguments, deadline=run.deadline)
        return answer

    async def _put_right(self, refused: Refused, run: _Run, day: date) -> date:
        """Corrects the cause of the refusal, and returns the day on which to try again."""
        try:
            if refused.code == "replicas":
                self._topology.writer(run.office).recheck()
            elif refused.code == "store_changed":
                await self._fail_over(run, day)
            elif refused.code == "old_format":
                await self._take_over(run, date.fromisoformat(refused.rest[0].decode()))
            else:
                return await self._change_day(run, date.fromisoformat(refused.rest[0].decode()), day)
        except Refused as another:
            # Another process was faster, or another precondition fails: the next attempt of the script will show it.
            if another.code == conflicts.RevisionChanged.code:
                await self._found_revision(run.office, int(another.rest[0]))
            elif another.code not in PRECONDITIONS:
                raise self._error(another, run.office, day, ()) from None
        return day

    async def _fail_over(self, run: _Run, day: date) -> None:
        """Runs failover.lua, so that numbers continue after every number of the day that this process has seen."""
        newest = self._newest_board(run.office)
        given = {c.id: c.issued or 0 for c in newest.counters} if newest and newest.day == day else {}
        # An office that the city does not have any more gives no numbers.
        office = self._clock.city.find(run.office)
        run = run._replace(revision=office.revision if office else None)
        args: list[str | int] = [int(self._concern.durable), self._number_gap]
        for counter in office.counters if office else ():
            args += [counter.id, given.get(counter.id, 0), *counter.numbers]
        await self._round("failover", run, day, args)

    async def _take_over(self, run: _Run, office_day: date) -> None:
        """Runs take_over.lua on the day that the office has."""
        log = self._keys.earlier_log(run.office, office_day)
        await self._round("take_over", run._replace(revision=None), office_day, (), more_keys=[log])

    async def _change_day(self, run: _Run, office_day: date, day: date) -> date:
        """The day on which to try again: ours, after an earlier day was closed, or the office's own, later day."""
        if office_day > day:
            return office_day
        ended = datetime.combine(office_day + timedelta(days=1), time(), KST)
        keep = int(KEEP_TICKETS.total_seconds())
        newest = self._newest_board(run.office)
        seen_later = newest is not None and newest.day > office_day
        args: list[str | int] = [day.isoformat(), int(ended.timestamp() * 1000), keep, int(seen_later)]
        await self._round("close_day", run._replace(revision=None), office_day, args)
        self._day_closed()
        return day

    def _error(self, refused: Refused, office: str, day: date, args: Sequence[str | int]) -> Exception:
        """The domain error of what a script with these arguments refused."""
        error = error_of(refused.code)
        if issubclass(error, conflicts.WindowChanged):
            view, state = refused.rest
            window = self._records.window(office, day, int(args[0]), view)
            return error(window=window.model_dump(mode="json"), **of_state(state))
        if issubclass(error, conflicts.MoveNotAllowed):
            ticket_state = refused.rest[0].decode()
            return error(f"The ticket is {ticket_state.replace('_', '-')}.", state=ticket_state)
        if issubclass(error, conflicts.InUse):
            what, about, count = refused.rest
            return error.of(office, what.decode(), about.decode(), int(count))
        if issubclass(error, errors.ClockOff):
            return error.by(refused.rest[0] / 1000)
        return error(retry_after=int(refused.rest[0])) if issubclass(error, errors.TooMany) else error()


def error_of(code: str) -> type[errors.SunbeonError]:
    """The error class with this `code`."""

    def tree(cls: type[errors.SunbeonError]) -> Iterator[type[errors.SunbeonError]]:
        yield cls
        for child in cls.__subclasses__():
            yield from tree(child)

    return next(cls for cls in tree(errors.SunbeonError) if cls.code == code)

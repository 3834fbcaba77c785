"""Edits of the city: a new revision is kept, and then adopted by each office.

Nothing of an edit that would break the day in progress is kept: numbers of people who wait, windows at which clerks
sit, bands of which numbers were given. It is refused, or waits for the next business day if its editor says so. If
something comes into use between the look and the adoption, that office adopts the revision when it is free again, or
when its day is over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from service.directory.changes import changes
from service.directory.document import CityMistake, Document, city_of
from service.directory.registry import Directory
from service.domain.conflicts import InUse
from service.domain.errors import InvalidCity, PreconditionFailed, StoreNotReady, SunbeonError
from service.domain.office import Office
from service.domain.service_clock import ServiceClock
from service.domain.staff import SERVICE, Actor
from service.store.executor import Executor
from service.store.revisions import SEED, Revision, Revisions

logger = logging.getLogger(__name__)

AT_A_TIME = 50
"""Offices that adopt a revision at the same time. A connection refuses more commands at once than it takes."""

ANY = 0
"""In place of the revision that an editor knows: whichever is the latest."""


class Editor:
    """`await editor.begin()` once the store is there; `await editor.edit(...)` for an edit."""

    def __init__(
        self,
        directory: Directory,
        revisions: Revisions,
        executor: Executor,
        clock: ServiceClock,
        set_up: Callable[[Mapping[str, int]], Awaitable[Sequence[str]]],
        store_is_ready: Callable[[], bool],
    ) -> None:
        """`set_up` makes sure that these offices are set up in the store, new ones under this revision, and returns all
        that ever were. `store_is_ready`: the store answers and is this city's."""
        self._directory = directory
        self._revisions = revisions
        self._executor = executor
        self._clock = clock
        self._set_up = set_up
        self._store_is_ready = store_is_ready
        self._woken = asyncio.Event()
        self._told: dict[str, str] = {}
        """What was logged of an office that can't adopt a revision yet."""

    async def begin(self) -> None:
        """Makes the city's file the first revision of a store without one, and has every office at the revision that
        is due. Raises Unavailable."""
        directory, seed = self._directory, self._directory.seed
        await self._revisions.move()
        await self._revisions.commit(seed, knowing=SEED, by=SERVICE, at=self._clock.now_ms(), day=self._clock.today())
        await directory.refresh()
        if directory.latest is None:
            raise StoreNotReady
        await self._bring_up(set_up_all=True)

    def tell_of_file(self) -> None:
        """Logs that the city's file says something else than the latest revision. It is not taken by itself."""
        latest = self._directory.latest
        if latest and changes(dict(latest.document), self._directory.seed):
            logger.warning(
                "the city's file differs from revision %d of the city, which counts: see python -m service city diff",
                latest.number,
            )

    async def newest(self, count: int) -> list[Revision]:
        """The newest revisions, the newest first. Raises Unavailable."""
        latest = await self._revisions.latest()
        return await self._revisions.read(range(latest, max(0, latest - count), -1))

    def look(self) -> None:
        """There may be a newer revision, or one that has become due."""
        self._woken.set()

    async def run(self) -> None:
        """Follows what other processes edit and what becomes due, for ever."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            if not self._store_is_ready():
                continue
            try:
                await self._follow()
            except SunbeonError as error:
                logger.debug("the city's revisions are looked at again: %s", error)
            except Exception:
                logger.exception("the city's revisions are looked at again")

    async def _follow(self) -> None:
        """Reads newer revisions, and has the offices adopt what is due."""
        await self._directory.refresh()
        await self._bring_up()

    async def edit(self, document: Document, *, knowing: int, by: Actor, next_day: bool = False) -> int:
        """Makes the document the next revision, and returns its number; the latest one's, if that says the same.

        `knowing`: the revision that the edit was made on, or ANY. `next_day`: it holds from the next business day on.
        Raises InvalidCity, PreconditionFailed, InUse, and what `Executor.execute` raises.
        """
        await self._directory.refresh()
        latest = self._directory.latest
        if latest is None:
            raise StoreNotReady
        if knowing not in (ANY, latest.number):
            raise PreconditionFailed
        try:
            city = await asyncio.to_thread(city_of, document)
        except CityMistake as mistake:
            raise InvalidCity(str(mistake)) from None
        made = changes(dict(latest.document), document)
        if not made:
            return latest.number
        if not next_day:
            before = self._directory.city_of(latest.number)
            ids = {office.id for office in (*city.offices, *before.offices)}
            edited = [id for id in ids if city.find(id) != before.find(id)]
            await self._look(edited, {id: city.find(id) for id in edited})
        number, kept = await self._revisions.commit(
            document,
            knowing=latest.number,
            by=by,
            at=self._clock.now_ms(),
            day=self._clock.today(),
            from_day=self._clock.today() + timedelta(days=1) if next_day else None,
            changes=[change._asdict() for change in made],
        )
        if not kept:
            raise PreconditionFailed
        await self._follow()
        return number

    async def _adopt_due(self, office: str) -> None:
        """Has the office adopt the revision that is due, if it can."""
        directory, due = self._directory, self._directory.due(office)
        now = directory.in_force.get(office, 0)
        if now >= due:
            return
        after = directory.city_of(due).find(office)
        try:
            await self._adopt(office, due, directory.city_of(now).find(office) if now else None, after)
        except InUse as in_use:
            if self._told.get(office) != in_use.detail:
                self._told[office] = in_use.detail
                logger.warning("revision %d waits: %s", due, in_use.detail)
            return
        self._told.pop(office, None)
        await directory.found(office, due)

    async def _bring_up(self, *, set_up_all: bool = False) -> None:
        directory = self._directory
        latest = directory.latest
        assert latest
        wanted = {office.id: directory.due(office.id) for office in directory.city_of(latest.number).offices}
        new = {
            id: due
            for id, due in wanted.items()
            if (set_up_all or id not in directory.in_force) and directory.city_of(due).find(id)
        }
        if new:
            await directory.begin(await self._revisions.in_force(await self._set_up(new)))
        await _each(self._adopt_due, [id for id in directory.in_force if directory.in_force[id] < directory.due(id)])

    async def _look(self, offices: Sequence[str], after: dict[str, Office | None]) -> None:
        """Raises InUse with all that would break the day in progress."""
        found: list[InUse] = []

        async def look(id: str) -> None:
            if waits := self._directory.waiting(id):
                found.append(InUse.by_waiting(id, waits.number, waits.from_day))
                return
            before = self._directory.city.find(id)
            try:
                # A number that no revision has: it is only looked at.
                await self._adopt(id, 0, before, after[id], only_looks=True)
            except InUse as in_use:
                found.append(in_use)

        await _each(look, [id for id in offices if self._directory.in_force.get(id)])
        if found:
            found.sort(key=str)
            raise sum(found[1:], found[0])

    async def _adopt(
        self, id: str, number: int, before: Office | None, after: Office | None, *, only_looks: bool = False
    ) -> None:
        counters = {counter.id: counter for counter in after.counters} if after else {}
        windows = {window.id for window in after.windows} if after else set()
        known = before.counters if before else ()
        counters_out = [counter.id for counter in known if counter.id not in counters]
        windows_out = [window.id for window in before.windows if window.id not in windows] if before else []
        bands: list[str | int] = []
        for counter in known:
            band = counters[counter.id].numbers if counter.id in counters else counter.numbers
            if band != counter.numbers:
                bands += [counter.id, *counter.numbers, *band]
        sizes = (len(counters_out), len(windows_out))
        args = (number, int(only_looks), *sizes, *counters_out, *windows_out, *bands)
        await self._executor.execute("adopt_revision", id, *args, by=SERVICE)


async def _each(do: Callable[[str], Awaitable[None]], offices: Iterable[str]) -> None:
    """Does it for every office, some at a time, and raises the first error after all are done."""
    ids = list(offices)
    for start in range(0, len(ids), AT_A_TIME):
        results = await asyncio.gather(*(do(id) for id in ids[start : start + AT_A_TIME]), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

"""The directory: the city as it is now, each office by the revision of the configuration that is in force in it.

An edit is a new revision. Each office adopts it by itself, in one step in the store, and a process learns of that when
the store refuses what it made of another revision (store/executor.py). So an office may be at an earlier revision than
another one: for a moment after an edit, and until its next business day after an edit that is to wait for it.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import date

from service.directory.document import Document, city_of
from service.domain.office import City
from service.store.revisions import Revision, Revisions

AT_A_TIME = 50
"""Revisions that are read with one command."""


class Directory:
    """`directory.city` is the city now; `watch` tells who wants to know of a change."""

    def __init__(self, seed: Document, revisions: Revisions, today: Callable[[], date]) -> None:
        """`seed`: the document of the city's file. It is the city until the store is there. Raises CityMistake."""
        self.seed = seed
        self.city = city_of(seed)
        self._revisions = revisions
        self._today = today
        self._in_force: dict[str, int] = {}
        self._cities: dict[int, City] = {0: self.city}
        self._kept: dict[int, Revision] = {}
        """The revisions from the oldest that is in force in an office to the latest."""
        self._watchers: list[Callable[[City], None]] = []
        self._learning = asyncio.Lock()

    def watch(self, changed: Callable[[City], None]) -> None:
        """Has `changed` called with the city whenever it has changed, in the order of the calls of `watch`."""
        self._watchers.append(changed)

    @property
    def in_force(self) -> Mapping[str, int]:
        """The revision that is in force in each office that was ever set up; 0 where none is known."""
        return self._in_force

    @property
    def latest(self) -> Revision | None:
        """The latest revision; None before this process has read one."""
        return self._kept[max(self._kept)] if self._kept else None

    def city_of(self, number: int) -> City:
        """The whole city of a revision that this process has read."""
        return self._cities[number]

    async def begin(self, in_force: Mapping[str, int]) -> None:
        """Takes what the store says: which revision is in force in each of its offices. Raises Unavailable."""
        async with self._learning:
            self._in_force = dict(in_force)
            await self._read(min((number for number in in_force.values() if number), default=0))
            self._compose()

    async def refresh(self) -> None:
        """Reads newer revisions. Raises Unavailable."""
        async with self._learning:
            await self._read(0)

    async def found(self, office: str, number: int) -> None:
        """The store says that this revision is in force in the office. Raises Unavailable."""
        async with self._learning:
            await self._read(number)
            if self._in_force.get(office) != number:
                self._in_force[office] = number
                self._compose()

    def due(self, office: str) -> int:
        """The revision that the office should have today: the latest, unless one that changes this office waits for a
        later day."""
        latest = max(self._kept, default=0)
        for number in range(self._in_force.get(office, 0) + 1, latest + 1):
            if self._waits(office, number):
                return number - 1
        return latest

    def waiting(self, office: str) -> Revision | None:
        """The first revision that changes the office on a later day."""
        late = self.due(office) + 1
        return self._kept.get(late)

    def _waits(self, office: str, number: int) -> bool:
        kept = self._kept.get(number)
        if kept is None or kept.holds_on(self._today()):
            return False
        before = self._cities.get(number - 1)
        return before is None or before.find(office) != self._cities[number].find(office)

    async def _read(self, oldest: int) -> None:
        """Reads what is not known of the revisions from the `oldest` to the latest; 0 for those after the known."""
        latest, known = await self._revisions.latest(), max(self._kept, default=0)
        first = min(oldest or known + 1, known + 1) if known else oldest or latest
        missing = [number for number in range(max(first, 1), latest + 1) if number not in self._kept]
        for start in range(0, len(missing), AT_A_TIME):
            for revision in await self._revisions.read(missing[start : start + AT_A_TIME]):
                # In a thread: a country's document takes most of a second.
                self._cities[revision.number] = await asyncio.to_thread(city_of_revision, revision)
                self._kept[revision.number] = revision

    def _compose(self) -> None:
        """Makes the city of the offices' revisions. Its name, rules and holidays are those of the newest in force."""
        newest = self._cities.get(max(self._in_force.values(), default=0), self._cities[0])
        ids = dict.fromkeys([*(office.id for office in newest.offices), *self._in_force])
        offices = []
        for id in ids:
            number = self._in_force.get(id)
            # A store that went back to an older copy may lack it.
            if number is not None and (office := self._cities.get(number, self._cities[0]).find(id)):
                offices.append(office.of_revision(number))
        city = City.model_construct(**{**dict(newest), "offices": tuple(offices)})
        for number in [number for number in self._kept if number < min(self._in_force.values(), default=0)]:
            del self._kept[number], self._cities[number]
        self.city = city
        for changed in self._watchers:
            changed(city)


def city_of_revision(revision: Revision) -> City:
    """The whole city of a revision."""
    if revision.is_whole:
        return city_of(dict(revision.document))
    return City.model_validate_json(json.dumps(revision.document), strict=False)

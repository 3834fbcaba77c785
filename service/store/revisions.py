"""Revisions of the city's configuration: the store keeps each of them, so that events and boards can name it."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from redis.exceptions import ResponseError

from service.domain.staff import Actor
from service.store.driver.topology import Topology
from service.store.keys import CITY, Keys

AT_A_TIME = 100
"""Offices that are asked about with one wait. A connection refuses more commands at once than it takes."""

SEED = ""
"""In place of the revision that an editor knows: the document only counts where none was kept."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision as it was kept."""

    number: int
    document: Mapping[str, Any]
    """The city's document in its JSON form; of one from before edits (`is_whole`), the city itself."""
    at: int | None = None
    """When it was made, in epoch milliseconds; so for the actor. None from before edits."""
    by: str | None = None
    from_day: date | None = None
    """The business day from which it holds; None: at once."""
    changes: Sequence[Mapping[str, Any]] = ()
    """`at`, `before` and `after` of each change (directory/changes.py)."""

    @property
    def is_whole(self) -> bool:
        """Whether it has holidays and kinds. Those from before edits have the offices only."""
        return self.at is not None

    def holds_on(self, day: date) -> bool:
        """Whether it may be in force on that business day."""
        return self.from_day is None or self.from_day <= day


class Revisions:
    """The revisions in the store. Methods raise Unavailable."""

    def __init__(self, topology: Topology, keys: Keys) -> None:
        self._topology = topology
        self._keys = keys
        self._commit = (files("service.store") / "lua/setup/commit_revision.lua").read_text()

    async def move(self) -> None:
        """Takes the revisions over from where stores had them before the city could be edited."""
        earlier, key = self._keys.earlier_revisions, self._keys.revisions
        try:
            await self._topology.writer(key).send("RENAMENX", earlier, key)
        except ResponseError as error:
            if "no such key" not in str(error):
                raise

    async def commit(
        self,
        document: Mapping[str, Any],
        *,
        knowing: int | str,
        by: Actor,
        at: int,
        day: date,
        from_day: date | None = None,
        changes: Sequence[Mapping[str, Any]] = (),
    ) -> tuple[int, bool]:
        """Keeps a document as the next revision, if the latest is the one that its editor knows, or SEED is given and
        there is none; and logs the edit. Returns the latest revision, and whether it is this document.

        `at`: epoch milliseconds, on the business day `day`.
        """
        record = {
            "document": document,
            "at": at,
            "by": str(by),
            "from_day": from_day and from_day.isoformat(),
            "changes": changes,
        }
        event = {"kind": "edit_city", "at": at, "day": day.isoformat(), "actor": str(by), "changes": changes}
        number, kept = await self._topology.writer(self._keys.revisions).send(
            "EVAL",
            self._commit,
            2,
            self._keys.revisions,
            self._keys.log(CITY),
            knowing,
            json.dumps(record, ensure_ascii=False),
            json.dumps(event, ensure_ascii=False)[:-1],
            self._keys.changed(CITY),
        )
        return int(number), bool(kept)

    async def latest(self) -> int:
        """The number of the latest revision; 0 where there is none."""
        key = self._keys.revisions
        return int(await self._topology.connection(key).send("HGET", key, "latest") or 0)

    async def read(self, numbers: Sequence[int]) -> list[Revision]:
        """These revisions, without those that the store does not have."""
        if not numbers:
            return []
        key = self._keys.revisions
        found = await self._topology.connection(key).send("HMGET", key, *numbers)
        return [_revision(number, json.loads(text)) for number, text in zip(numbers, found, strict=True) if text]

    async def in_force(self, offices: Sequence[str]) -> dict[str, int]:
        """The revision that is in force in each of these offices; 0 where none ever was."""
        found: dict[str, int] = {}
        for start in range(0, len(offices), AT_A_TIME):
            some = offices[start : start + AT_A_TIME]
            numbers = await asyncio.gather(*(self._in_force(office) for office in some))
            found.update(zip(some, numbers, strict=True))
        return found

    async def _in_force(self, office: str) -> int:
        return int(await self._topology.connection(office).send("HGET", self._keys.meta(office), "revision") or 0)


def _revision(number: int, record: dict[str, Any]) -> Revision:
    if "document" not in record:
        return Revision(number, record)
    from_day = record["from_day"]
    return Revision(
        number,
        record["document"],
        record["at"],
        record["by"],
        from_day and date.fromisoformat(from_day),
        record["changes"],
    )

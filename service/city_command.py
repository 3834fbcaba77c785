"""`python -m service city diff | apply | export`: the city's file beside the revision that is in force.

The service may run meanwhile. Nothing here makes an empty store a city's.
"""

import asyncio
import json
import os
import pwd
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from service.app import seoul_time
from service.directory.changes import Change, changes
from service.directory.editor import ANY, Editor
from service.directory.export import toml_of
from service.directory.loader import load_document
from service.directory.registry import Directory
from service.domain.errors import StoreUnavailable
from service.domain.service_clock import ServiceClock
from service.domain.staff import Actor
from service.maintenance import running_store
from service.settings import Settings
from service.store.bootstrap import bootstrap, set_up_offices
from service.store.driver.topology import OnePrimary, connect
from service.store.driver.write_concern import WriteConcern
from service.store.executor import Executor
from service.store.keys import Keys
from service.store.records import Records
from service.store.revisions import Revisions
from service.store.scripts import load_scripts
from service.store.ticket_ids import TicketIds

WITHIN_SECONDS = 10.0
"""How long the store may take to answer."""


async def diff(settings: Settings) -> list[str]:
    """What the file would change, a line each. Raises CityFileError, Unavailable, errors of the store's."""
    async with _editor(settings) as (_, directory):
        latest = directory.latest
        assert latest
        return list(_lines(changes(dict(latest.document), directory.seed)))


async def apply(settings: Settings, *, next_day: bool) -> int:
    """Makes the file the next revision, and returns its number. Raises InUse, and what `diff` raises."""
    async with _editor(settings) as (editor, directory):
        by = Actor("operator", pwd.getpwuid(os.getuid()).pw_name)
        return await editor.edit(directory.seed, knowing=ANY, by=by, next_day=next_day)


async def export(settings: Settings) -> str:
    """The latest revision as a city's file. Raises what `diff` raises."""
    async with _editor(settings) as (_, directory):
        latest = directory.latest
        assert latest
        return toml_of(dict(latest.document))


@asynccontextmanager
async def _editor(settings: Settings) -> AsyncIterator[tuple[Editor, Directory]]:
    with running_store(settings) as url:
        keys, scripts = Keys(settings.namespace), load_scripts()
        concern = WriteConcern(settings.replicas, keys, durable=settings.durable)
        redis, topology = connect(url, answer_within=WITHIN_SECONDS), OnePrimary(url, concern)
        clock = ServiceClock(lambda: directory.city, seoul_time, always_open=settings.demo)
        revisions = Revisions(topology, keys)
        directory = Directory(load_document(settings.city), revisions, clock.today)
        executor = Executor(
            scripts,
            topology,
            concern,
            keys,
            clock,
            Records(TicketIds(), lambda: directory.city.rules),
            lambda office: None,
            directory.found,
            clock_tolerance=settings.clock_tolerance_seconds,
            number_gap=settings.number_gap,
        )
        try:
            await concern.check(redis)
            await bootstrap(redis, keys, may_bootstrap=False)
            editor = Editor(
                directory,
                revisions,
                executor,
                clock,
                set_up=lambda offices: set_up_offices(redis, keys, seoul_time, offices),
                store_is_ready=lambda: True,
            )
            await _begin(editor)
            yield editor, directory
        finally:
            await topology.aclose()
            await redis.aclose()


async def _begin(editor: Editor) -> None:
    """Nobody repeats a command by itself, so a store that is slow for a moment is asked again."""
    until = time.monotonic() + WITHIN_SECONDS
    while True:
        try:
            return await editor.begin()
        except StoreUnavailable:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.5)


def _lines(made: list[Change]) -> Iterator[str]:
    for change in made:
        before, after = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
        if change.before is None:
            yield f"+ {change.at}: {after}"
        elif change.after is None:
            yield f"- {change.at}: {before}"
        else:
            yield f"  {change.at}: {before} -> {after}"

"""`python -m service city diff | apply | export`: the city's file beside the revision that is in force.

The service may run meanwhile. Nothing here makes an empty store a city's.
"""

import asyncio
import json
import os
import pwd
import time
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from service.directory.changes import Change, changes
from service.directory.editor import ANY, Editor
from service.directory.export import toml_of
from service.directory.loader import load_document
from service.directory.registry import Directory
from service.domain.errors import StoreUnavailable
from service.domain.service_clock import Clock, ServiceClock
from service.domain.staff import Actor
from service.maintenance import running_store
from service.settings import Settings
from service.store.bootstrap import bootstrap, set_up_offices
from service.store.driver.topology import OnePrimary, connect
from service.store.driver.write_concern import WriteConcern
from service.store.estimates import Estimates
from service.store.executor import Executor
from service.store.keys import Keys
from service.store.records import Records
from service.store.revisions import Revisions
from service.store.scripts import load_scripts
from service.store.ticket_ids import TicketIds
from service.store.wait_models import WaitModels

WITHIN_SECONDS = 10.0
"""How long the store may take to answer."""


def add_parser(commands: Any) -> None:
    """Adds the command to argparse's subparsers."""
    city = commands.add_parser("city", help="the city's file, and the city as it is; the service may run meanwhile")
    what = city.add_subparsers(dest="what", required=True)
    what.add_parser("diff", help="print what the file would change; exit with 1 if it is something")
    apply = what.add_parser("apply", help="make the file the city's next revision")
    apply.add_argument("--next-day", action="store_true", help="it holds from the next business day on")
    what.add_parser("export", help="print the city as it is, as a file")


async def run(asked: Namespace, settings: Settings, clock: Clock) -> tuple[str, int]:
    """What to print, and the status to exit with. Raises CityFileError, InUse, Unavailable, errors of the store's."""
    async with _editor(settings, clock) as (editor, directory):
        latest = directory.latest
        assert latest
        if asked.what == "diff":
            made = changes(dict(latest.document), directory.seed)
            return "\n".join(map(_line, made)) or "the city's file is what is in force", int(bool(made))
        if asked.what == "export":
            return toml_of(dict(latest.document)).rstrip(), 0
        by = Actor("operator", pwd.getpwuid(os.getuid()).pw_name)
        number = await editor.edit(directory.seed, knowing=ANY, by=by, next_day=asked.next_day)
        since = "holds from the next business day on" if asked.next_day else "is in force"
        return f"revision {number} {since}", 0


@asynccontextmanager
async def _editor(settings: Settings, now: Clock) -> AsyncIterator[tuple[Editor, Directory]]:
    with running_store(settings) as url:
        keys, scripts = Keys(settings.namespace), load_scripts()
        concern = WriteConcern(settings.replicas, keys, durable=settings.durable)
        redis, topology = connect(url, answer_within=WITHIN_SECONDS), OnePrimary(url, concern)
        clock = ServiceClock(lambda: directory.city, now, always_open=settings.demo)
        revisions = Revisions(topology, keys)
        directory = Directory(load_document(settings.city), revisions, clock.today)
        executor = Executor(
            scripts,
            topology,
            concern,
            keys,
            clock,
            Records(TicketIds(), lambda: directory.city.rules, Estimates(WaitModels(topology, keys), clock)),
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
                set_up=lambda offices: set_up_offices(redis, keys, now, offices),
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


def _line(change: Change) -> str:
    before, after = (json.dumps(value, ensure_ascii=False) for value in (change.before, change.after))
    if change.before is None:
        return f"+ {change.at}: {after}"
    if change.after is None:
        return f"- {change.at}: {before}"
    return f"  {change.at}: {before} -> {after}"

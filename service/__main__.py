"""python -m service: serve, with the embedded store where no other is named."""

import argparse
import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service import city_commands, logs, maintenance, staff_commands
from service.app import seoul_time
from service.backup import BackupError, back_up
from service.compat.uvicorn import run
from service.database.engine import DatabaseAway, WrongDatabase
from service.directory.loader import CityFileError, load_city
from service.domain.errors import SunbeonError
from service.identity.access_file import AccessFile, AccessFileError
from service.identity.administration import AdministrationError, hash_password
from service.identity.devices import hash_key
from service.life import simulated_people
from service.net.connection_table import raise_descriptor_limit
from service.net.listener import listening_socket
from service.projections.registry import PROJECTIONS
from service.server import server_config
from service.settings import Settings
from service.store.bootstrap import bootstrap
from service.store.driver.bundled_server import BundledServer, BundledServerError
from service.store.keys import Keys
from service.voice.clip_set import LANGUAGES, recordable

Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m service", description="The live queue of a city.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="run the service (the default)")
    commands.add_parser("hash-password", help="ask for a password and print its hash for the access file")
    commands.add_parser("new-device-key", help="print a new device key and its hash for the access file")
    projections = commands.add_parser("projections", help="what is made from the logs of events")
    rebuild = projections.add_subparsers(dest="what", required=True).add_parser(
        "rebuild", help="make one anew from the logs; the service may run meanwhile"
    )
    rebuild.add_argument("name", choices=[projection.name for projection in PROJECTIONS])
    database = commands.add_parser("database", help="the SQL database")
    database.add_subparsers(dest="what", required=True).add_parser(
        "adopt", help="make the database of the settings the store's own, instead of the one before"
    )
    copy = commands.add_parser("backup", help="copy the embedded store and SQLite; the service may run meanwhile")
    copy.add_argument("folder", type=Path, help="a new one")
    script = commands.add_parser("voice-script", help="print what a person reads to record the voice, clip by clip")
    script.add_argument("language", choices=LANGUAGES)
    city_commands.add_parser(commands)
    staff_commands.add_parsers(commands)
    asked = parser.parse_args()
    command = asked.command
    if command == "projections":
        events = _maintain(maintenance.rebuild(_settings(), asked.name))
        print(f"{asked.name}: {events} events")
    elif command == "backup":
        try:
            back_up(_settings().data_dir, asked.folder)
        except (BackupError, OSError) as error:
            _stop(str(error))
        print(f"the copy is in {asked.folder}")
    elif command == "database":
        _maintain(maintenance.adopt(_settings()))
        print("the database is the store's own from now on")
    elif command == "voice-script":
        print("\n".join(f"{asked.language}/{name}.wav\t{text}" for name, text in recordable(asked.language).items()))
    elif command == "city":
        text, status = _maintain(city_commands.run(asked, _settings(), seoul_time))
        print(text)
        raise SystemExit(status)
    elif command in ("staff", "device"):
        try:
            print(staff_commands.run(asked, _settings(), seoul_time))
        except (AdministrationError, DatabaseAway, CityFileError) as error:
            _stop(str(error))
    elif command == "hash-password":
        try:
            print(hash_password(staff_commands.read_password()))
        except AdministrationError as error:
            _stop(str(error))
    elif command == "new-device-key":
        key = secrets.token_urlsafe(24)
        print(f"key for the kiosk:        {key}\nhash for the access file: {hash_key(key)}")
    else:
        serve()


def _maintain(work: Coroutine[Any, Any, Result]) -> Result:
    """Does it, or ends the process with one line that says why not."""
    try:
        return asyncio.run(work)
    except (WrongDatabase, DatabaseAway, BundledServerError, CityFileError, SunbeonError, RedisError) as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    print(f"sunbeon: {message}", file=sys.stderr)
    raise SystemExit(2)


def _settings() -> Settings:
    """The environment's settings. Invalid ones end the process, with one line for each."""
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for mistake in error.errors(include_input=False, include_url=False):
            name = "_".join(map(str, mistake["loc"])).upper()
            message = mistake["msg"].removeprefix("Value error, ")
            lines.append(f"SUNBEON_{name}: {message}" if name else message)
        _stop("; ".join(lines))


def serve() -> None:
    """Serves until SIGTERM or Ctrl-C."""
    settings = _settings()
    logs.configure(demo=settings.demo)
    if not settings.demo and settings.public_url is None:
        logger.warning(
            "SUNBEON_PUBLIC_URL is not set: the clerks' console can't be used. Browsers don't say whose page opens a "
            "WebSocket, and a Host header can be invented"
        )
    raise_descriptor_limit()
    try:
        city = load_city(settings.city)
        if settings.access_file:
            AccessFile.read(settings.access_file).refuse_the_demos_password(settings.access_file)
    except (CityFileError, AccessFileError) as error:
        _stop(str(error))
    with ExitStack() as running:
        listening = running.enter_context(_listen(settings))
        if settings.redis_url is None:
            store = BundledServer(settings.data_dir / "store")
            try:
                store.start()
            except BundledServerError as error:
                _stop(str(error))
            running.callback(store.stop)
            if not store.is_bootstrapped and (settings.demo or settings.bootstrap_store):
                asyncio.run(_bootstrap(store.url, settings))
                store.mark_bootstrapped()
            # Workers read all their settings from the environment.
            os.environ.update(SUNBEON_REDIS_URL=store.url, SUNBEON_BOOTSTRAP_STORE="0")
        if settings.workers > 1:
            metrics = running.enter_context(tempfile.TemporaryDirectory(prefix="sunbeon-metrics-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
        base = _address(listening)
        _print_links(settings, base, [office.id for office in city.offices])
        if settings.demo and settings.demo_life:
            running.enter_context(simulated_people(base, settings.data_dir))
        _run(settings, listening)


async def _bootstrap(url: str, settings: Settings) -> None:
    async with Redis.from_url(url) as redis:
        await bootstrap(redis, Keys(settings.namespace), may_bootstrap=True)


def _listen(settings: Settings) -> socket.socket:
    try:
        return listening_socket(settings.host, settings.port)
    except OSError as error:
        _stop(f"port {settings.port} on {settings.host}: {error.strerror}: set SUNBEON_PORT to a free one")


def _run(settings: Settings, listening: socket.socket) -> None:
    config = server_config("service.server:worker", settings, factory=True, workers=settings.workers, loop="uvloop")
    run(config, listening)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _print_links(settings: Settings, base: str, offices: list[str]) -> None:
    office = "passport" if "passport" in offices else offices[0]
    lines = [
        f"Sunbeon (순번){' demo' if settings.demo else ''}",
        f"  every screen    {base}/start",
        f"  the city        {base}/",
        f"  booking         {base}/booking",
        f"  kiosk           {base}/kiosk/{office}",
        f"  clerks' console {base}/console",
        f"  lobby board     {base}/display/{office}",
        f"  the API         {base}/docs",
    ]
    if settings.demo:
        lines.append(f"  sign in as      clerk-{office}, manager-{office} or admin, password sunbeon")
    if settings.demo and settings.demo_life:
        lines.append("  its people are simulated; SUNBEON_DEMO_LIFE=0 starts without them")
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    # uvicorn answers SIGINT and SIGTERM once it runs; until then they end the process, and the store with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        main()

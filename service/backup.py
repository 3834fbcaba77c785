"""A backup of the embedded store and of SQLite together, while the service runs."""

import shutil
import sqlite3
from pathlib import Path

from redis import Redis

from service.store.driver.bundled_server import BundledServer

ATTEMPTS = 50
"""How often the store's files are copied, should it rewrite them meanwhile."""


class BackupError(Exception):
    """There is no backup; the message says why and what to do."""


def back_up(data: Path, to: Path) -> None:
    """Copies a data folder to a folder that is not there yet. Raises BackupError.

    The database comes first: events that the store has more are projected when both are used again, while a store that
    lacks events would have lost numbers.
    """
    if to.exists():
        raise BackupError(f"{to} is there already: name a new folder")
    to.mkdir(parents=True, mode=0o700)
    database = data / "sunbeon.db"
    if database.exists():
        _copy_database(database, to / database.name)
    _copy_store(BundledServer(data / "store"), to / "store")


def _copy_database(database: Path, to: Path) -> None:
    to.touch(mode=0o600)
    source, target = sqlite3.connect(database), sqlite3.connect(to)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()


def _copy_store(store: BundledServer, to: Path) -> None:
    files = store.folder / "appendonlydir"
    if not files.is_dir():
        raise BackupError(f"{files} is not there: SUNBEON_DATA_DIR must name the data folder of the embedded store")
    for _ in range(ATTEMPTS):
        before = _state(store, files)
        shutil.rmtree(to, ignore_errors=True)
        try:
            shutil.copytree(files, to / files.name)
        except OSError:
            # A file was replaced meanwhile.
            continue
        if before is not None and before == _state(store, files):
            if store.is_bootstrapped:
                store.bootstrapped_mark(to).touch()
            return
    raise BackupError("the store rewrites its files all the time: try again later")


def _state(store: BundledServer, files: Path) -> list[str] | None:
    """The names of the store's files, None while it rewrites them. What is there is only ever added to."""
    if store.answers():
        with Redis.from_url(store.url) as redis:
            if redis.info("persistence")["aof_rewrite_in_progress"]:
                return None
    return sorted(file.name for file in files.iterdir())

"""The current credentials: the access file is watched, so that an account or a key can be taken away at any time."""

import asyncio
import logging
from pathlib import Path
from typing import Self

from service.domain.office import City
from service.identity.credentials import AccessFileError, Credentials

logger = logging.getLogger(__name__)


class CurrentCredentials:
    """`now` holds the newest credentials that could be read; `refresh` looks for a newer one."""

    def __init__(self, now: Credentials, path: Path | None, city: City) -> None:
        self.now = now
        self._path = path
        self._city = city
        self._seen: bytes | str = b""
        """What the file held when it was last looked at, or why it could not be read."""
        self._judged: bytes | str = b""
        """What it held when it was last accepted or refused."""

    @classmethod
    def demo(cls, city: City) -> Self:
        """The demo's accounts, which never change."""
        return cls(Credentials.demo(city), None, city)

    @classmethod
    def of_file(cls, path: Path, city: City) -> Self:
        """The access file at `path`. Raises AccessFileError."""
        content = _read(path)
        found = cls(_parse(content, path, city), path, city)
        found._seen = found._judged = content
        return found

    async def refresh(self) -> None:
        """Takes the file where it has changed. One that can't be used changes nothing and is logged, once."""
        if self._path is None:
            return
        content = await asyncio.to_thread(_read, self._path)
        # An editor may still be writing the file: it is complete when two looks find the same.
        whole, self._seen = content == self._seen, content
        if not whole or content == self._judged:
            return
        self._judged = content
        try:
            self.now = await asyncio.to_thread(_parse, content, self._path, self._city)
        except AccessFileError as error:
            logger.error("the access file is not taken, the one before it stays in force: %s", error)
        else:
            logger.info("the access file changed: %d accounts of staff", len(self.now.accounts.staff))


def _read(path: Path) -> bytes | str:
    """What the file holds, or why it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        return f"{path}: {error.strerror}: SUNBEON_ACCESS_FILE must name a readable file"


def _parse(content: bytes | str, path: Path, city: City) -> Credentials:
    if isinstance(content, str):
        raise AccessFileError(content)
    return Credentials.parse(content, path, city)

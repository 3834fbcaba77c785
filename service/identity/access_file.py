"""The access file: accounts and devices that the registry is seeded with. The file is watched while the service runs.

It is TOML:

    [staff.clerk-howon1]
    role = "clerk"                  # or "manager", or "admin", who may do everything in every office
    office = "howon1"               # not for an admin
    password = "$argon2id$…"        # made by: python -m service hash-password

    [devices.kiosk-howon1-a]
    kind = "kiosk"                  # as where it is left out; or "screen", which gives no numbers
    office = "howon1"
    key = "sha256 of the key, in hex"   # made by: python -m service new-device-key
"""

import asyncio
import logging
import tomllib
from pathlib import Path
from typing import Self

from argon2 import extract_parameters
from argon2.exceptions import HashingError, InvalidHashError
from pydantic import BaseModel, ConfigDict, ValidationError

from service.identity.accounts import Account, hash_of_nobody, is_right, parameters
from service.identity.demo import DEMO_KEYS, DEMO_PASSWORD
from service.identity.devices import Device, hash_key

logger = logging.getLogger(__name__)


class AccessFileError(Exception):
    """The access file can't be used: one line that names the place and the correction."""


class AccessFile(BaseModel):
    """What it says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    staff: dict[str, Account] = {}
    devices: dict[str, Device] = {}

    @classmethod
    def read(cls, path: Path) -> Self:
        """The file at `path`. Raises AccessFileError."""
        return cls.parse(_read(path), path)

    @classmethod
    def parse(cls, content: bytes | str, path: Path) -> Self:
        """The file of this content; a text says why it can't be read. Raises AccessFileError."""
        if isinstance(content, str):
            raise AccessFileError(content)
        try:
            file = cls.model_validate(tomllib.loads(content.decode()))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise AccessFileError(f"{path}: not TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise AccessFileError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if not file.staff and not file.devices:
            raise AccessFileError(f"{path}: names no staff and no devices: nobody could work with it")
        _check_hashes(file, path)
        for name, device in file.devices.items():
            if device.key in map(hash_key, DEMO_KEYS):
                raise AccessFileError(
                    f"{path}: devices.{name} has the demo's key: make one with python -m service new-device-key"
                )
        return file

    def refuse_the_demos_password(self, path: Path) -> None:
        """Raises AccessFileError where an account has it. Takes 50 ms of a core an account: for the start only.

        Afterwards it is refused when somebody signs in with it, as every weak password is.
        """
        for user, account in self.staff.items():
            if is_right(account.password, DEMO_PASSWORD):
                raise AccessFileError(f"{path}: staff.{user} has the demo's password: give it its own")


class WatchedAccessFile:
    """`changed()` gives the file at first, and again when it has changed."""

    def __init__(self, path: Path) -> None:
        """Raises AccessFileError."""
        content = _read(path)
        self._changed: AccessFile | None = AccessFile.parse(content, path)
        self._path = path
        self._seen = content
        """What the file held when it was last looked at, or why it could not be read."""
        self._judged = content
        """What it held when it was last accepted or refused."""

    async def changed(self) -> AccessFile | None:
        """The file, where it has changed since the last call, and at the first one. One that can't be used counts as
        unchanged and is logged, once."""
        changed, self._changed = self._changed, None
        content = await asyncio.to_thread(_read, self._path)
        # An editor may still be writing the file: it is complete when two looks find the same.
        whole, self._seen = content == self._seen, content
        if not whole or content == self._judged:
            return changed
        self._judged = content
        try:
            return await asyncio.to_thread(AccessFile.parse, content, self._path)
        except AccessFileError as error:
            logger.error("the access file is not taken, the one before it stays in force: %s", error)
            return changed


def _read(path: Path) -> bytes | str:
    """What the file holds, or why it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        return f"{path}: {error.strerror}: SUNBEON_ACCESS_FILE must name a readable file"


def _check_hashes(file: AccessFile, path: Path) -> None:
    usable: set[str] = set()
    for user, account in file.staff.items():
        place, mend = f"{path}: staff.{user}", "make one with python -m service hash-password"
        try:
            extract_parameters(account.password)
            if parameters(account.password) not in usable:
                # This takes as long as to verify a password: once for all hashes of a kind.
                hash_of_nobody(account.password)
                usable.add(parameters(account.password))
        except InvalidHashError:
            raise AccessFileError(f"{place}: not an argon2 hash: {mend}") from None
        except HashingError as error:
            raise AccessFileError(f"{place}: argon2 refuses this hash ({error}): {mend}") from None

"""Credentials: the accounts and devices of an access file, or a demo's well-known ones.

The access file is TOML:

    [staff.clerk-howon1]
    role = "clerk"                  # or "manager", or "admin", who may do everything in every office
    office = "howon1"               # not for an admin
    password = "$argon2id$…"        # made by: python -m service hash-password

    [devices.kiosk-howon1-a]
    kind = "kiosk"                  # as where it is left out; or "screen", which gives no numbers
    office = "howon1"
    key = "sha256 of the key, in hex"   # made by: python -m service new-device-key
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from argon2 import extract_parameters
from argon2.exceptions import HashingError, InvalidHashError
from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.office import City
from service.identity.accounts import Account, Accounts
from service.identity.devices import Device, Devices


class AccessFileError(Exception):
    """The access file can't be used: one line that names the place and the correction."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    staff: dict[str, Account] = {}
    devices: dict[str, Device] = {}


@dataclass(frozen=True, slots=True)
class Credentials:
    accounts: Accounts
    devices: Devices

    @classmethod
    def demo(cls, city: City) -> Self:
        """What everyone knows: an account for each office, an admin, and one device key."""
        return cls(Accounts.demo(city), Devices.demo())

    @classmethod
    def parse(cls, content: bytes, path: Path, city: City) -> Self:
        """Those of the access file at `path`. Raises AccessFileError, for the demo's key too."""
        try:
            file = _File.model_validate(tomllib.loads(content.decode()))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise AccessFileError(f"{path}: not TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise AccessFileError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if not file.staff and not file.devices:
            raise AccessFileError(f"{path}: names no staff and no devices: nobody could work with it")
        _check_offices(file, path, city)
        _check_hashes(file, path)
        devices = Devices(file.devices)
        if devices.have_the_demos_key:
            raise AccessFileError(
                f"{path}: devices hold the demo's key: make one with python -m service new-device-key"
            )
        try:
            return cls(Accounts(file.staff), devices)
        except HashingError as error:
            raise AccessFileError(
                f"{path}: staff: argon2 refuses these hashes ({error}): make them with python -m service hash-password"
            ) from None

    def refuse_the_demos_password(self, path: Path) -> None:
        """Raises AccessFileError where an account has it. Takes 50 ms of a core an account: for the start only."""
        for user in self.accounts.users_with_the_demos_password():
            raise AccessFileError(f"{path}: staff.{user} has the demo's password: give it its own")


def _check_offices(file: _File, path: Path, city: City) -> None:
    offices = {office.id for office in city.offices}
    for kind, entries in (("staff", file.staff), ("devices", file.devices)):
        for name, entry in entries.items():
            if entry.office is not None and entry.office not in offices:
                raise AccessFileError(f"{path}: {kind}.{name}: the city has no office {entry.office!r}")


def _check_hashes(file: _File, path: Path) -> None:
    for name, account in file.staff.items():
        try:
            extract_parameters(account.password)
        except InvalidHashError:
            raise AccessFileError(
                f"{path}: staff.{name}: not an argon2 hash: make one with python -m service hash-password"
            ) from None

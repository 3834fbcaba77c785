"""The staff's and the devices' secrets, hashed: from the access file, or the demo's well-known ones.

The access file is TOML:

    [staff.clerk-howon1]
    role = "clerk"                  # or "admin", who may work in every office
    office = "howon1"               # not for an admin
    password = "$argon2id$…"        # made by: python -m service hash-password

    [devices.kiosk-howon1-a]
    office = "howon1"
    key = "sha256 of the key, in hex"   # made by: python -m service new-device-key
"""

import hashlib
import logging
import secrets
import tomllib
from functools import cached_property
from pathlib import Path
from statistics import mode
from typing import Literal, Self

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import Argon2Error, HashingError, InvalidHashError
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from service.domain.errors import WeakPassword
from service.domain.office import City
from service.settings import DEMO_DEVICE_KEY, DEMO_PASSWORD
from service.store.sessions import Started
from service.web.passwords import weakness

logger = logging.getLogger(__name__)

DEMO_SALT = b"sunbeon's demo's"
"""Every process of a demo has the same hashes, so that a session counts in all of them, and after a restart."""


class AccessError(Exception):
    """The access file can't be used: one line that names the place and the mend."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(_Model):
    role: Literal["clerk", "admin"]
    office: str | None = None
    password: str

    @model_validator(mode="after")
    def _clerks_have_an_office(self) -> Self:
        if (self.role == "clerk") != (self.office is not None):
            raise ValueError("a clerk needs an office, and an admin has none")
        return self

    @cached_property
    def fingerprint(self) -> str:
        """Another one for another role, office or password: a session counts for the account that it began with."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]


class Device(_Model):
    """A kiosk. `office` is None for the demo's, which may stand anywhere."""

    name: str = ""
    office: str | None = None
    key: str


class _File(_Model):
    staff: dict[str, Account] = {}
    devices: dict[str, Device] = {}


class Access:
    """Answers whether a password or a device key is right, and whether a session's account is still there."""

    def __init__(self, staff: dict[str, Account], devices: dict[str, Device], *, demo: bool = False) -> None:
        """In a `demo` a weak password will do."""
        self.staff = staff
        self._demo = demo
        self._hasher = PasswordHasher()
        self._devices = [device.model_copy(update={"name": name}) for name, device in devices.items()]
        # Verified for unknown users, so that they take as long as known ones.
        self._nobody = _hash_of_nobody([account.password for account in staff.values()])

    @classmethod
    def demo(cls, city: City) -> Self:
        """`clerk-<office>` for each office, `admin`, and one device key for every kiosk."""
        password = PasswordHasher().hash(DEMO_PASSWORD, salt=DEMO_SALT)
        staff = {"admin": Account(role="admin", password=password)}
        for office in city.offices:
            staff[f"clerk-{office.id}"] = Account(role="clerk", office=office.id, password=password)
        return cls(staff, {"demo": Device(key=hash_key(DEMO_DEVICE_KEY))}, demo=True)

    @classmethod
    def parse(cls, content: bytes, path: Path, city: City) -> Self:
        """The accounts and devices of the access file at `path`. Raises AccessError, for the demo's key too."""
        try:
            file = _File.model_validate(tomllib.loads(content.decode()))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise AccessError(f"{path}: not TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise AccessError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if not file.staff and not file.devices:
            raise AccessError(f"{path}: names no staff and no devices: nobody could work with it")
        offices = {office.id for office in city.offices}
        for kind, entries in (("staff", file.staff), ("devices", file.devices)):
            for name, entry in entries.items():
                if entry.office is not None and entry.office not in offices:
                    raise AccessError(f"{path}: {kind}.{name}: the city has no office {entry.office!r}")
        for name, account in file.staff.items():
            try:
                extract_parameters(account.password)
            except InvalidHashError:
                raise AccessError(
                    f"{path}: staff.{name}: not an argon2 hash: make one with python -m service hash-password"
                ) from None
        if any(device.key == hash_key(DEMO_DEVICE_KEY) for device in file.devices.values()):
            raise AccessError(f"{path}: devices hold the demo's key: make one with python -m service new-device-key")
        try:
            return cls(file.staff, file.devices)
        except HashingError as error:
            raise AccessError(
                f"{path}: staff: argon2 refuses these hashes ({error}): make them with python -m service hash-password"
            ) from None

    def refuse_the_demos_password(self, path: Path) -> None:
        """Raises AccessError where an account has it. Takes 50 ms of a core an account: for the start only.

        Afterwards `sign_in` refuses it, as it does every weak password.
        """
        for name, account in self.staff.items():
            if self._is_right(account.password, DEMO_PASSWORD):
                raise AccessError(f"{path}: staff.{name} has the demo's password: give it its own")

    def sign_in(self, user: str, password: str) -> Account | None:
        """The user's account, or None. Takes some 50 ms of a core: call it in a thread.

        Raises WeakPassword for a right password that must not be used.
        """
        account = self.staff.get(user)
        if not self._is_right(account.password if account else self._nobody, password):
            return None
        if account and not self._demo and (wrong := weakness(password)):
            logger.error(
                "the password of %s is too weak: %s. Make another hash with python -m service hash-password",
                user,
                wrong,
            )
            raise WeakPassword
        return account

    def admits(self, session: Started) -> bool:
        """Whether the account that this session began with is still there, and the same."""
        account = self.staff.get(session.user)
        return account is not None and account.fingerprint == session.account

    def device(self, key: str) -> Device | None:
        """Which device's key it is, or None."""
        hashed = hash_key(key)
        return next((d for d in self._devices if secrets.compare_digest(d.key, hashed)), None)

    def _is_right(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except Argon2Error:
            return False


def _hash_of_nobody(hashes: list[str]) -> str:
    """A hash of no known password, that takes as long to verify as most of these."""
    hasher = PasswordHasher()
    if hashes:
        usual = mode(hashed.rsplit("$", 2)[0] for hashed in hashes)
        hasher = PasswordHasher.from_parameters(
            extract_parameters(next(hashed for hashed in hashes if hashed.startswith(usual)))
        )
    return hasher.hash(secrets.token_urlsafe())


def hash_key(key: str) -> str:
    """A device key as the access file holds it. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()

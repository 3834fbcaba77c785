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
import secrets
import tomllib
from pathlib import Path
from typing import Literal, Self

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from service.domain.office import City
from service.settings import DEMO_DEVICE_KEY, DEMO_PASSWORD
from service.store.sessions import Staff


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


class Device(_Model):
    """A kiosk. `office` is None for the demo's, which may stand anywhere."""

    name: str = ""
    office: str | None = None
    key: str


class _File(_Model):
    staff: dict[str, Account] = {}
    devices: dict[str, Device] = {}


class Access:
    """Answers whether a password or a device key is right."""

    def __init__(self, staff: dict[str, Account], devices: dict[str, Device]) -> None:
        self._hasher = PasswordHasher()
        self._staff = staff
        self._devices = [device.model_copy(update={"name": name}) for name, device in devices.items()]
        # Verified for unknown users, so that they take as long as known ones.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    @classmethod
    def demo(cls, city: City) -> Self:
        """`clerk-<office>` for each office, `admin`, and one device key for every kiosk."""
        password = PasswordHasher().hash(DEMO_PASSWORD)
        staff = {"admin": Account(role="admin", password=password)}
        for office in city.offices:
            staff[f"clerk-{office.id}"] = Account(role="clerk", office=office.id, password=password)
        return cls(staff, {"demo": Device(key=hash_key(DEMO_DEVICE_KEY))})

    @classmethod
    def load(cls, path: Path, city: City) -> Self:
        """The accounts and devices of the access file. Raises AccessError, for the demo's secrets too."""
        try:
            file = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
        except OSError as error:
            raise AccessError(f"{path}: {error.strerror}: SUNBEON_ACCESS_FILE must name a readable file") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise AccessError(f"{path}: not TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise AccessError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        access = cls(file.staff, file.devices)
        offices = {office.id for office in city.offices}
        for kind, entries in (("staff", file.staff), ("devices", file.devices)):
            for name, entry in entries.items():
                if entry.office is not None and entry.office not in offices:
                    raise AccessError(f"{path}: {kind}.{name}: the city has no office {entry.office!r}")
        for name, account in file.staff.items():
            try:
                access._hasher.verify(account.password, DEMO_PASSWORD)
            except InvalidHashError:
                raise AccessError(
                    f"{path}: staff.{name}: not an argon2 hash: make one with python -m service hash-password"
                ) from None
            except Argon2Error:
                continue
            raise AccessError(f"{path}: staff.{name} has the demo's password: give it its own")
        if any(device.key == hash_key(DEMO_DEVICE_KEY) for device in file.devices.values()):
            raise AccessError(f"{path}: devices hold the demo's key: make one with python -m service new-device-key")
        return access

    def sign_in(self, user: str, password: str) -> Staff | None:
        """Who it is, or None. Takes some 50 ms of a core: call it in a thread."""
        account = self._staff.get(user)
        try:
            self._hasher.verify(account.password if account else self._nobody, password)
        except Argon2Error:
            return None
        return Staff(user=user, role=account.role, office=account.office) if account else None

    def device(self, key: str) -> Device | None:
        """Which device's key it is, or None."""
        hashed = hash_key(key)
        return next((d for d in self._devices if secrets.compare_digest(d.key, hashed)), None)


def hash_key(key: str) -> str:
    """A device key as the access file holds it. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()

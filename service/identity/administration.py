"""Administration: what operators change of accounts and devices."""

import re
import secrets
from typing import Any, TypeVar

from argon2 import PasswordHasher
from pydantic import ValidationError

from service.domain.staff import Actor, DeviceKind, Role
from service.identity.devices import hash_key
from service.identity.passwords import weakness
from service.identity.registry import RegisteredAccount, RegisteredDevice, Registry

NAME = re.compile(r"[^\s:]{1,64}")
"""Of an account or a device. Events write `staff:kim`."""


Known = TypeVar("Known", RegisteredAccount, RegisteredDevice)


class AdministrationError(Exception):
    """It can't be done: one line that says why and what to do."""


class Administration:
    """Changes that one operator makes. Methods raise AdministrationError and DatabaseAway; the registry is unchanged
    then."""

    def __init__(self, registry: Registry, operator: Actor) -> None:
        self._registry = registry
        self._operator = operator

    async def accounts(self) -> dict[str, RegisteredAccount]:
        """All accounts by name, those that don't count included."""
        return (await self._registry.read("")).accounts

    async def devices(self) -> dict[str, RegisteredDevice]:
        """All devices by name, those that don't count included."""
        return (await self._registry.read("")).devices

    async def add_account(self, name: str, role: Role, office: str | None, password: str) -> None:
        """A new account."""
        _check_name(name)
        try:
            new = RegisteredAccount(origin="operator", role=role, office=office, password=hash_password(password))
        except ValidationError as error:
            (mistake,) = error.errors(include_input=False, include_url=False)
            raise AdministrationError(mistake["msg"].removeprefix("Value error, ")) from None
        async with self._registry.change(self._operator) as change:
            if known := change.accounts.get(name):
                mend = "choose another name" if known.in_force else f"run python -m service staff enable {name}"
                raise AdministrationError(f"there is an account {name} already: {mend}")
            change.put(name, new, "add_account")

    async def set_password(self, name: str, password: str) -> None:
        """Another password. The sessions end that began with the one before."""
        await self._change_account(name, "change_password", password=hash_password(password))

    async def disable_account(self, name: str) -> None:
        """The account counts no more, whatever the access file says; its sessions end."""
        await self._change_account(name, "disable_account", disabled=True)

    async def enable_account(self, name: str) -> None:
        """The account counts again, also one that is gone from the access file."""
        async with self._registry.change(self._operator) as change:
            known = _known(change.accounts, name, "account", "staff")
            origin = known.origin if known.listed else "operator"
            change.put(name, known, "enable_account", disabled=False, origin=origin)

    async def add_device(self, name: str, kind: DeviceKind, office: str) -> str:
        """A new device, or a new key for one that doesn't count; returns the key, which is kept nowhere."""
        _check_name(name)
        key = secrets.token_urlsafe(24)
        values: dict[str, Any] = {"kind": kind, "office": office, "key": hash_key(key)}
        async with self._registry.change(self._operator) as change:
            known = change.devices.get(name)
            if known is None:
                change.put(name, RegisteredDevice(origin="operator", **values), "add_device")
            elif known.in_force:
                raise AdministrationError(
                    f"there is a device {name} already: choose another name, or run python -m service device revoke "
                    f"{name} first"
                )
            else:
                change.put(name, known, "add_device", origin="operator", disabled=False, **values)
        return key

    async def revoke_device(self, name: str) -> None:
        """The device's key counts no more, whatever the access file says."""
        async with self._registry.change(self._operator) as change:
            change.put(name, _known(change.devices, name, "device", "device"), "revoke_device", disabled=True)

    async def _change_account(self, name: str, did: str, **values: Any) -> None:
        async with self._registry.change(self._operator) as change:
            change.put(name, _known(change.accounts, name, "account", "staff"), did, **values)


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise AdministrationError("a name has 1 to 64 characters, and no space and no colon")


def hash_password(password: str) -> str:
    """Its argon2 hash. Raises AdministrationError for a weak one."""
    if wrong := weakness(password):
        raise AdministrationError(f"this password is too weak: {wrong}. Take a longer one, such as four random words")
    return PasswordHasher().hash(password)


def _known(registered: dict[str, Known], name: str, what: str, command: str) -> Known:
    if name not in registered:
        raise AdministrationError(f"there is no {what} {name}: python -m service {command} list has all")
    return registered[name]

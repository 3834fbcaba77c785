"""Seeding: the access file's entries come into the registry, at a start and whenever the file has changed.

An entry overrides what the registry has only if the entry itself has changed since it was taken last. So a password
that an operator has set outlives a restart.
"""

import hashlib
import logging
from typing import Any

from service.domain.office import City
from service.domain.staff import SERVICE
from service.identity.access_file import AccessFile
from service.identity.accounts import Account
from service.identity.devices import Device
from service.identity.registry import Change, RegisteredAccount, RegisteredDevice, Registry

logger = logging.getLogger(__name__)


async def seed(registry: Registry, file: AccessFile, city: City) -> None:
    """Brings the registry to what the file says, in one transaction. Raises DatabaseAway."""
    async with registry.change(SERVICE) as change:
        for name, account in file.staff.items():
            _seed_account(change, name, account)
        for name, device in file.devices.items():
            _seed_device(change, name, device)
        for name, gone in list(change.accounts.items()):
            if gone.listed and name not in file.staff:
                change.put(name, gone, "disable_account", listed=False)
        for name, lost in list(change.devices.items()):
            if lost.listed and name not in file.devices:
                change.put(name, lost, "revoke_device", listed=False)
    for kind, entries in (("staff", file.staff), ("devices", file.devices)):
        for name, entry in entries.items():
            if entry.office is not None and city.find(entry.office) is None:
                logger.warning("the access file: %s.%s: the city has no office %r", kind, name, entry.office)


def _seed_account(change: Change, name: str, account: Account) -> None:
    seeded: dict[str, Any] = {"entry": _hash(account), "listed": True}
    known = change.accounts.get(name)
    if known is None:
        new = RegisteredAccount(origin="access_file", **account.model_dump())
        change.put(name, new, "add_account", **seeded)
    elif known.entry != seeded["entry"]:
        change.put(name, known, "change_account", origin="access_file", **account.model_dump(), **seeded)
    elif not known.listed:
        change.put(name, known, "enable_account", listed=True)


def _seed_device(change: Change, name: str, device: Device) -> None:
    seeded: dict[str, Any] = {"entry": _hash(device), "listed": True}
    known = change.devices.get(name)
    if known is None:
        new = RegisteredDevice(origin="access_file", **device.model_dump())
        change.put(name, new, "add_device", **seeded)
    elif known.entry != seeded["entry"]:
        # What was revoked is the key: with another one, the device counts again.
        revoked = known.disabled and device.key == known.key
        change.put(
            name, known, "change_device", origin="access_file", disabled=revoked, **device.model_dump(), **seeded
        )
    elif not known.listed:
        change.put(name, known, "enable_device", listed=True)


def _hash(entry: Account | Device) -> str:
    return hashlib.sha256(entry.model_dump_json().encode()).hexdigest()

"""Credentials: who may sign in, and which devices are known, at one moment."""

from dataclasses import dataclass
from typing import Self

from service.domain.office import City
from service.identity.accounts import Account, Accounts, demo_accounts
from service.identity.devices import Device, Devices, demo_devices
from service.identity.registry import Snapshot


@dataclass(frozen=True, slots=True)
class Credentials:
    accounts: Accounts
    devices: Devices

    @classmethod
    def of(cls, registry: Snapshot | None, demo: City | None = None) -> Self:
        """Those of the registry that are in force; with a `demo` city its well-known ones before them."""
        accounts: dict[str, Account] = {}
        devices: dict[str, Device] = {}
        if registry:
            accounts.update({name: account for name, account in registry.accounts.items() if account.in_force})
            devices.update({name: device for name, device in registry.devices.items() if device.in_force})
        if demo:
            accounts.update(demo_accounts(demo))
            devices.update(demo_devices())
        return cls(Accounts(accounts, demo=demo is not None), Devices(devices, demo=demo is not None))

"""Access files and registries for the tests of both."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table, select

from service.database.engine import Database, sqlite_url
from service.directory.loader import load_city
from service.domain.staff import Actor, DeviceKind, Role
from service.identity.access_file import AccessFile
from service.identity.accounts import Account
from service.identity.administration import Administration
from service.identity.devices import Device, hash_key
from service.identity.registry import Registry
from service.identity.seeding import seed
from tests.access import QUICK
from tests.support import StoppedClock

CITY = load_city(None)
OPERATOR = Actor("operator", "root")
HASH = QUICK.hash("four random words", salt=b"the salt of tests")
OTHER_HASH = QUICK.hash("another password", salt=b"the salt of tests")


def account(role: Role = Role.CLERK, office: str | None = "passport", password: str = HASH) -> Account:
    return Account(role=role, office=office, password=password)


def device(key: str = "a key", office: str = "passport", kind: DeviceKind = DeviceKind.KIOSK) -> Device:
    return Device(kind=kind, office=office, key=hash_key(key))


def file(staff: dict[str, Account] | None = None, devices: dict[str, Device] | None = None) -> AccessFile:
    return AccessFile(staff=staff or {}, devices=devices or {})


class Registered:
    """A registry: what an access file and an operator make of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StoppedClock()
        self.registry = Registry(database, self.clock)
        self.operator = Administration(self.registry, OPERATOR)

    async def seed(self, taken: AccessFile) -> None:
        """The access file, at a start or after a change."""
        await seed(self.registry, taken, CITY)

    async def version(self) -> int:
        return await self.registry.version()

    async def in_force(self) -> set[str]:
        """The names of the accounts and devices that count."""
        snapshot = await self.registry.read("")
        registered = {**snapshot.accounts, **snapshot.devices}
        return {name for name, each in registered.items() if each.in_force}

    async def password(self, name: str) -> str:
        return (await self.operator.accounts())[name].password

    async def rows(self, table: Table) -> Sequence[dict[str, Any]]:
        async with self.database.begin() as connection:
            found = await connection.execute(select(table).order_by(*table.primary_key))
            return [dict(row) for row in found.mappings()]


class Operator:
    """As `Administration`; each change has a connection of its own, as a command has."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._url = settings.get("database_url") or sqlite_url(settings["data_dir"])

    @asynccontextmanager
    async def registered(self) -> AsyncIterator[Registered]:
        database = Database(self._url)
        await database.prepare()
        yield Registered(database)
        await database.aclose()

    def __getattr__(self, name: str) -> Any:
        async def change(*args: Any) -> Any:
            async with self.registered() as registered:
                return await getattr(registered.operator, name)(*args)

        return change

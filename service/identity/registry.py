"""The registry: accounts of staff and devices in SQL, where the access file and operators change them.

Each change is one transaction. It counts the registry's version up, so that every process notices it, and is audited.
Nothing is removed: an account or a device that is disabled keeps its row, and its name.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from service.database import tables
from service.database.engine import Database
from service.database.upsert import insert_new, put
from service.domain.service_clock import Clock
from service.domain.staff import Actor
from service.identity.accounts import Account
from service.identity.devices import Device
from service.store.event_log import position
from service.store.keys import CITY

AUDIT_EPOCH = "registry"
"""Of the rows of the audit that no event of a log is the source of."""


class Registered(BaseModel):
    """Where an account or a device comes from, and whether it counts."""

    model_config = ConfigDict(frozen=True)

    origin: Literal["access_file", "operator"]
    entry: str | None = None
    """Hash of the access file's entry that was taken last."""
    listed: bool = False
    """The access file has it."""
    disabled: bool = False
    """By an operator."""
    changed_at: int = 0
    """Epoch milliseconds."""
    version: int = 0
    """Of the registry, at the last change."""

    @property
    def in_force(self) -> bool:
        """Whether it counts."""
        return not self.disabled and (self.listed or self.origin == "operator")


class RegisteredAccount(Account, Registered):
    """An account as SQL has it."""


class RegisteredDevice(Device, Registered):
    """A device as SQL has it."""


class Snapshot(BaseModel):
    """The whole registry, of one version."""

    model_config = ConfigDict(frozen=True)

    database: str
    """The id of the database that it is from: versions of different ones can't be compared."""
    version: int
    accounts: dict[str, RegisteredAccount]
    devices: dict[str, RegisteredDevice]


class Change:
    """The registry within one transaction: what it holds, and what `put` has changed."""

    def __init__(self, now: Snapshot, actor: Actor, at: int) -> None:
        self.accounts = dict(now.accounts)
        self.devices = dict(now.devices)
        self._version = now.version + 1
        self._actor = actor
        self._at = at
        self._rows: dict[Table, dict[str, dict[str, Any]]] = {tables.accounts: {}, tables.devices: {}}
        self._audit: list[dict[str, Any]] = []

    def put(self, name: str, registered: RegisteredAccount | RegisteredDevice, did: str, **values: Any) -> None:
        """Adds an account or a device, or replaces the one of this name, with these values; `did` names it in the
        audit, such as `add_account`."""
        changed = {**values, "changed_at": self._at, "version": self._version}
        new = type(registered).model_validate({**registered.model_dump(), **changed})
        if isinstance(new, RegisteredAccount):
            self.accounts[name] = new
            table, about = tables.accounts, {"user": name, **new.model_dump(mode="json", include={"role", "office"})}
        else:
            self.devices[name] = new
            table, about = tables.devices, {"device": name, **new.model_dump(mode="json", include={"kind", "office"})}
        self._rows[table][name] = _row(name, new)
        self._audit.append(
            {
                "source": CITY,
                "position": position(f"{self._version}-{len(self._audit)}"),
                "epoch": AUDIT_EPOCH,
                "at": self._at,
                "actor": str(self._actor),
                "kind": did,
                "about": {key: value for key, value in about.items() if value is not None},
            }
        )

    async def write(self, connection: AsyncConnection) -> None:
        """Writes what was changed, if anything was."""
        if self._audit:
            for table, rows in self._rows.items():
                await put(connection, table, list(rows.values()))
            await insert_new(connection, tables.audit, self._audit)
            await connection.execute(update(tables.registry).values(version=self._version))


class Registry:
    """Reads and changes the registry. Methods raise DatabaseAway."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def version(self) -> int:
        """The version now; 0 before the first change."""
        async with self._database.begin(reads_only=True) as connection:
            return (await connection.execute(select(tables.registry.c.version))).scalar_one_or_none() or 0

    async def read(self, database: str) -> Snapshot:
        """The whole registry; `database` is the id of the database."""
        async with self._database.begin(reads_only=True) as connection:
            return await _read(connection, database)

    @asynccontextmanager
    async def change(self, actor: Actor) -> AsyncIterator[Change]:
        """A transaction that changes the registry. One process does so at a time."""
        async with self._alone() as connection:
            change = Change(await _read(connection), actor, int(self._clock().timestamp() * 1000))
            yield change
            await change.write(connection)

    async def restore(self, snapshot: Snapshot) -> None:
        """Takes over the registry of another database, where this one has none yet."""
        async with self._alone() as connection:
            if (await _read(connection)).version == 0:
                await put(connection, tables.accounts, [_row(*named) for named in snapshot.accounts.items()])
                await put(connection, tables.devices, [_row(*named) for named in snapshot.devices.items()])
                await connection.execute(update(tables.registry).values(version=snapshot.version))

    async def raise_version(self, beyond: int) -> None:
        """Makes the version a higher one than `beyond`, which an older copy of this database has fallen behind."""
        async with self._alone() as connection:
            behind = tables.registry.c.version < beyond
            await connection.execute(update(tables.registry).where(behind).values(version=beyond + 1))

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[AsyncConnection]:
        async with self._database.begin() as connection:
            await insert_new(connection, tables.registry, [{"id": 1, "version": 0}])
            # PostgreSQL: whoever changes the registry waits here for others who do.
            await connection.execute(select(tables.registry).with_for_update())
            yield connection


async def _read(connection: AsyncConnection, database: str = "") -> Snapshot:
    # On PostgreSQL, the lock makes the version and the rows those of one moment.
    locked = select(tables.registry.c.version).with_for_update(read=True)
    version = (await connection.execute(locked)).scalar_one_or_none() or 0
    accounts, devices = [
        {row.pop("name"): row for row in map(dict, (await connection.execute(select(table))).mappings())}
        for table in (tables.accounts, tables.devices)
    ]
    return Snapshot.model_validate({"database": database, "version": version, "accounts": accounts, "devices": devices})


def _row(name: str, registered: RegisteredAccount | RegisteredDevice) -> dict[str, Any]:
    return {**registered.model_dump(mode="json"), "name": name}

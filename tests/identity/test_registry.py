"""The registry: each change counts its version up and is audited, or changes nothing."""

import json

import pytest

from service.database.engine import Database
from service.database.tables import accounts, audit, devices
from service.domain.staff import DeviceKind, Role
from service.identity.administration import AdministrationError
from tests.identity.registered import Registered, account, device, file

PASSWORD = "four random words"


@pytest.fixture
def registered(database: Database) -> Registered:
    return Registered(database)


async def test_every_change_of_an_operators_is_a_version_and_audited_without_secrets(registered: Registered) -> None:
    operator = registered.operator
    await operator.add_account("kim", Role.CLERK, "passport", PASSWORD)
    await operator.set_password("kim", "five quite random words")
    await operator.disable_account("kim")
    await operator.enable_account("kim")
    key = await operator.add_device("kiosk", DeviceKind.KIOSK, "passport")
    await operator.revoke_device("kiosk")
    assert await registered.version() == 6
    found = await registered.rows(audit)
    assert [(row["actor"], row["kind"], row["source"]) for row in found] == [
        ("operator:root", did, "*")
        for did in (
            "add_account",
            "change_password",
            "disable_account",
            "enable_account",
            "add_device",
            "revoke_device",
        )
    ]
    now = int(registered.clock().timestamp() * 1000)
    assert {row["at"] for row in found} == {now}
    kept = [*await registered.rows(accounts), *await registered.rows(devices)]
    assert {row["changed_at"] for row in kept} == {now}
    text = json.dumps(found)
    for secret in (PASSWORD, key, *(row.get("password") or row["key"] for row in kept)):
        assert secret not in text
    assert PASSWORD not in str(kept)
    assert key not in str(kept)


async def test_what_is_refused_changes_nothing(registered: Registered) -> None:
    operator = registered.operator
    await operator.add_account("kim", Role.CLERK, "passport", PASSWORD)
    await operator.add_account("gone", Role.CLERK, "passport", PASSWORD)
    await operator.disable_account("gone")
    await operator.add_device("kiosk", DeviceKind.KIOSK, "passport")
    refused = [
        (operator.add_account("kim", Role.ADMIN, None, PASSWORD), "choose another name"),
        (operator.add_account("gone", Role.ADMIN, None, PASSWORD), "staff enable gone"),
        (operator.add_account("lee", Role.CLERK, None, PASSWORD), "needs an office"),
        (operator.add_account("lee", Role.ADMIN, "passport", PASSWORD), "an admin has none"),
        (operator.add_account("lee", Role.ADMIN, None, "sunbeon1"), "demo's password"),
        (operator.add_account("two words", Role.ADMIN, None, PASSWORD), "no space"),
        (operator.add_account("staff:kim", Role.ADMIN, None, PASSWORD), "no colon"),
        (operator.add_account("", Role.ADMIN, None, PASSWORD), "1 to 64"),
        (operator.set_password("kim", "short"), "too weak"),
        (operator.set_password("nobody", PASSWORD), "staff list"),
        (operator.disable_account("nobody"), "staff list"),
        (operator.enable_account("nobody"), "staff list"),
        (operator.add_device("kiosk", DeviceKind.KIOSK, "passport"), "device revoke kiosk"),
        (operator.add_device("a kiosk", DeviceKind.KIOSK, "passport"), "no space"),
        (operator.revoke_device("nothing"), "device list"),
    ]
    before = await registered.registry.read("")
    for attempt, says in refused:
        with pytest.raises(AdministrationError, match=says) as found:
            await attempt
        assert "\n" not in str(found.value)
    assert await registered.registry.read("") == before
    assert len(await registered.rows(audit)) == before.version


async def test_an_account_that_was_disabled_and_enabled_is_another_one(registered: Registered) -> None:
    """So the sessions of before don't come back."""
    fingerprints = []
    await registered.operator.add_account("kim", Role.CLERK, "passport", PASSWORD)
    for change in (registered.operator.disable_account, registered.operator.enable_account):
        fingerprints.append((await registered.operator.accounts())["kim"].fingerprint)
        await change("kim")
    fingerprints.append((await registered.operator.accounts())["kim"].fingerprint)
    assert len(set(fingerprints)) == 3


async def test_a_new_database_takes_over_what_the_one_before_had(registered: Registered, database: Database) -> None:
    await registered.seed(file({"kim": account(), "lee": account()}, {"kiosk": device()}))
    await registered.operator.disable_account("lee")
    whole = await registered.registry.read("before")
    async with database.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM registry")
        await connection.exec_driver_sql("DELETE FROM accounts")
        await connection.exec_driver_sql("DELETE FROM devices")
    assert await registered.version() == 0
    await registered.registry.restore(whole)
    assert await registered.registry.read("before") == whole
    # Not where there is something already.
    await registered.registry.restore(whole.model_copy(update={"version": 9, "accounts": {}}))
    assert await registered.registry.read("before") == whole


async def test_the_version_is_raised_where_it_is_behind(registered: Registered) -> None:
    await registered.seed(file({"kim": account()}))
    for beyond, version in ((1, 1), (0, 1), (5, 6), (6, 6), (3, 6)):
        await registered.registry.raise_version(beyond)
        assert await registered.version() == version

"""Seeding: what an access file changes in the registry, and what an operator's changes outlive."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from service.database.engine import Database
from service.database.tables import audit
from service.domain.staff import Role
from service.identity.access_file import AccessFile
from tests.access import write_access
from tests.identity.registered import HASH, OTHER_HASH, Registered, account, device, file
from tests.support import ROOT

BOTH = {"kim": account(), "lee": account(Role.ADMIN, None)}
KIOSK = {"kiosk": device()}

A_PROCESS = """
import asyncio, sys
from pathlib import Path
from service.app import seoul_time
from service.database.engine import Database
from service.directory.loader import load_city
from service.identity.access_file import AccessFile
from service.identity.registry import Registry
from service.identity.seeding import seed

async def main():
    database, file, city = Database(sys.argv[1]), AccessFile.read(Path(sys.argv[2])), load_city(None)
    registry = Registry(database, seoul_time)
    print("ready", flush=True)
    sys.stdin.readline()
    await database.prepare()
    await seed(registry, file, city)
    print((await registry.read("")).model_dump_json())
    await database.aclose()

asyncio.run(main())
"""


@pytest.fixture
def registered(database: Database) -> Registered:
    return Registered(database)


async def test_the_same_file_changes_nothing_the_second_time(registered: Registered) -> None:
    for _ in range(2):
        await registered.seed(file(BOTH, KIOSK))
        assert await registered.version() == 1
        assert await registered.in_force() == {"kim", "lee", "kiosk"}
    assert len(await registered.rows(audit)) == 3


async def test_who_is_gone_from_the_file_is_disabled_and_who_comes_back_is_enabled(registered: Registered) -> None:
    await registered.seed(file(BOTH, KIOSK))
    await registered.seed(file({"lee": BOTH["lee"]}))
    assert await registered.in_force() == {"lee"}
    await registered.seed(file(BOTH, KIOSK))
    assert await registered.in_force() == {"kim", "lee", "kiosk"}
    assert await registered.version() == 3


async def test_an_operators_accounts_and_devices_are_not_the_files_business(registered: Registered) -> None:
    await registered.operator.add_account("park", Role.CLERK, "passport", "four random words")
    await registered.operator.add_device("screen", device().kind, "passport")
    await registered.seed(file(BOTH))
    await registered.seed(file(KIOSK and {"lee": BOTH["lee"]}))
    assert await registered.in_force() == {"lee", "park", "screen"}


async def test_a_password_of_the_operators_outlives_a_restart_and_not_a_changed_entry(registered: Registered) -> None:
    await registered.seed(file(BOTH))
    await registered.operator.set_password("kim", "five quite random words")
    operators = await registered.password("kim")
    await registered.seed(file(BOTH))
    assert await registered.password("kim") == operators != HASH
    # Not even the changed entry of another one.
    await registered.seed(file({**BOTH, "lee": account(Role.ADMIN, None, OTHER_HASH)}))
    assert [await registered.password(name) for name in ("kim", "lee")] == [operators, OTHER_HASH]
    # Nor its own, unchanged one that was away for a while.
    await registered.seed(file({"lee": BOTH["lee"]}))
    await registered.seed(file(BOTH))
    assert await registered.password("kim") == operators
    await registered.seed(file({**BOTH, "kim": account(password=OTHER_HASH)}))
    assert await registered.password("kim") == OTHER_HASH


async def test_who_was_disabled_by_the_operator_stays_so(registered: Registered) -> None:
    await registered.seed(file(BOTH))
    await registered.operator.disable_account("kim")
    for taken in (BOTH, {"lee": BOTH["lee"]}, BOTH, {**BOTH, "kim": account(Role.MANAGER, password=OTHER_HASH)}):
        await registered.seed(file(taken))
        assert await registered.in_force() == {"lee"}
    await registered.operator.enable_account("kim")
    assert await registered.in_force() == {"kim", "lee"}
    assert (await registered.operator.accounts())["kim"].role is Role.MANAGER


async def test_who_was_enabled_by_the_operator_stays_although_the_file_lacks_them(registered: Registered) -> None:
    await registered.seed(file(BOTH))
    await registered.seed(file({"lee": BOTH["lee"]}))
    await registered.operator.enable_account("kim")
    await registered.seed(file({"lee": BOTH["lee"]}))
    assert await registered.in_force() == {"kim", "lee"}


async def test_a_revoked_key_stays_revoked_and_another_one_counts(registered: Registered) -> None:
    await registered.seed(file(BOTH, KIOSK))
    await registered.operator.revoke_device("kiosk")
    for taken in (KIOSK, {}, KIOSK, {"kiosk": device(office="howon1")}):
        await registered.seed(file(BOTH, taken))
        assert "kiosk" not in await registered.in_force()
    await registered.seed(file(BOTH, {"kiosk": device("another key")}))
    assert "kiosk" in await registered.in_force()


async def test_a_new_key_of_the_operators_outlives_a_restart(registered: Registered) -> None:
    await registered.seed(file(BOTH, KIOSK))
    await registered.operator.revoke_device("kiosk")
    await registered.operator.add_device("kiosk", KIOSK["kiosk"].kind, "passport")
    new = (await registered.operator.devices())["kiosk"].key
    await registered.seed(file(BOTH, KIOSK))
    assert "kiosk" in await registered.in_force()
    assert (await registered.operator.devices())["kiosk"].key == new != KIOSK["kiosk"].key


async def test_an_office_that_the_city_lacks_is_told_and_its_staff_kept(
    registered: Registered, caplog: pytest.LogCaptureFixture
) -> None:
    """Offices come and go while the file stays."""
    await registered.seed(file({**BOTH, "park": account(office="atlantis")}, {"kiosk": device(office="atlantis")}))
    assert await registered.in_force() == {"kim", "lee", "park", "kiosk"}
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "the access file: staff.park: the city has no office 'atlantis'",
        "the access file: devices.kiosk: the city has no office 'atlantis'",
    ]


async def test_what_the_file_changes_is_audited(registered: Registered) -> None:
    await registered.seed(file(BOTH, KIOSK))
    await registered.seed(file({"kim": account(Role.MANAGER)}))
    assert [(row["actor"], row["kind"], row["about"]) for row in await registered.rows(audit)] == [
        ("service", "add_account", {"user": "kim", "role": "clerk", "office": "passport"}),
        ("service", "add_account", {"user": "lee", "role": "admin"}),
        ("service", "add_device", {"device": "kiosk", "kind": "kiosk", "office": "passport"}),
        ("service", "change_account", {"user": "kim", "role": "manager", "office": "passport"}),
        ("service", "disable_account", {"user": "lee", "role": "admin"}),
        ("service", "revoke_device", {"device": "kiosk", "kind": "kiosk", "office": "passport"}),
    ]


async def test_four_processes_that_start_at_once_come_to_the_same(database_url: str, tmp_path: Path) -> None:
    access = tmp_path / "access.toml"
    write_access(access, "admin", "clerk-passport", "manager-howon1")
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", A_PROCESS, database_url, str(access)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    try:
        async with asyncio.timeout(60):
            for process in processes:
                assert process.stdout
                assert await process.stdout.readline() == b"ready\n"
            answers = await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert [errors.decode() for _, errors in answers] == [""] * 4
    assert len({found for found, _ in answers}) == 1
    database = Database(database_url)
    registered = Registered(database)
    assert await registered.version() == 1
    assert await registered.in_force() == {*AccessFile.read(access).staff, "kiosk-0"}
    assert len(await registered.rows(audit)) == 4
    await database.aclose()

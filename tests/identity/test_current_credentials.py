"""Accounts and devices while services run: whoever changes them, and whatever is away, every process knows them."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.database.engine import sqlite_url
from service.domain.office import City
from service.domain.staff import DeviceKind, Role
from service.identity.current_credentials import NOBODY, CurrentCredentials
from service.identity.devices import hash_key
from service.identity.sessions import StartedSession
from service.maintenance import adopt
from service.settings import Settings
from tests.access import KEY, PASSWORD, real, write_access
from tests.identity.registered import CITY, OPERATOR, Operator
from tests.postgres import PostgresServer
from tests.support import SECRET, Running, running

SESSION = "/api/v1/session"
DEVICE = "/api/v1/device"
STAFF = ("admin", "clerk-passport", "clerk-howon1")
AWAY = "postgresql+asyncpg://127.0.0.1:1/nowhere"
"""A database that does not answer."""
KIOSK = {"Authorization": f"Bearer {KEY}"}


def its_own(tmp_path: Path, **settings: Any) -> dict[str, Any]:
    """Settings of services that are no demo, share a store and a data folder, and have no access file."""
    namespace = f"own-{tmp_path.name}".replace("_", "-").lower()
    data = {"data_dir": tmp_path / "data", "namespace": namespace}
    # A test tries to sign in until it succeeds.
    patient = {"login_attempts": 100_000}
    return {"demo": False, "secret": SECRET, "bootstrap_store": True, **data, **patient, **settings}


async def eventually(true: Callable[[], Awaitable[object]]) -> None:
    """The documented time is 2 s; this allows more, for a busy machine."""
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.02)


async def status(service: Running, path: str, headers: dict[str, str]) -> int:
    return (await service.http.get(path, headers=headers)).status_code


async def sign_in(service: Running, user: str, password: str = PASSWORD) -> httpx.Response:
    answer = await service.http.post(SESSION, json={"user": user, "password": password})
    service.http.cookies.clear()
    return answer


def until(service: Running, user: str, code: int, password: str = PASSWORD) -> Awaitable[None]:
    """Waits until a sign-in is answered so."""

    async def found() -> bool:
        return (await sign_in(service, user, password)).status_code == code

    return eventually(found)


async def test_an_account_and_a_key_are_taken_away_without_a_restart(store_url: str, tmp_path: Path) -> None:
    settings = real(tmp_path, *STAFF)
    async with running(store_url, **settings) as service:
        clerk, admin = [await service.http.sign_in(user, PASSWORD) for user in ("clerk-passport", "admin")]
        assert [await status(service, SESSION, headers) for headers in (clerk, admin)] == [200, 200]
        assert await status(service, DEVICE, KIOSK) == 200

        write_access(settings["access_file"], "admin", devices=("another key",))

        async def out() -> bool:
            return [await status(service, SESSION, clerk), await status(service, DEVICE, KIOSK)] == [401, 401]

        await eventually(out)
        assert await status(service, SESSION, admin) == 200
        assert (await sign_in(service, "clerk-passport")).status_code == 401
        assert await status(service, DEVICE, {"Authorization": "Bearer another key"}) == 200


async def test_who_was_taken_out_stays_out_after_a_restart(store_url: str, tmp_path: Path) -> None:
    settings = its_own(tmp_path, access_file=tmp_path / "access.toml")
    write_access(settings["access_file"], *STAFF)
    async with running(store_url, **settings) as service:
        clerk, admin = [await service.http.sign_in(user, PASSWORD) for user in ("clerk-passport", "admin")]
    write_access(settings["access_file"], "admin")
    async with running(store_url, **settings) as service:
        assert [await status(service, SESSION, headers) for headers in (clerk, admin)] == [401, 200]


async def test_an_operators_changes_are_taken_while_the_service_runs(
    store_url: str, tmp_path: Path, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """There is no access file, and at first nobody at all."""
    settings = its_own(tmp_path, database_url=database_url)
    async with running(store_url, **settings) as service:
        assert NOBODY in caplog.messages
        assert (await sign_in(service, "kim")).status_code == 401
        operator = Operator(settings)
        await operator.add_account("kim", Role.MANAGER, "passport", PASSWORD)
        key = {"Authorization": f"Bearer {await operator.add_device('lobby', DeviceKind.SCREEN, 'passport')}"}
        await until(service, "kim", 200)
        kim = await service.http.sign_in("kim", PASSWORD)

        async def known() -> bool:
            return await status(service, DEVICE, key) == 200

        await eventually(known)
        await operator.set_password("kim", "five quite random words")
        await operator.revoke_device("lobby")

        async def ended() -> bool:
            return [await status(service, SESSION, kim), await status(service, DEVICE, key)] == [401, 401]

        await eventually(ended)
        await until(service, "kim", 200, "five quite random words")
        await operator.disable_account("kim")
        await until(service, "kim", 401, "five quite random words")


async def test_a_session_does_not_come_back_with_its_account(store_url: str, tmp_path: Path) -> None:
    settings = its_own(tmp_path)
    operator = Operator(settings)
    await operator.add_account("kim", Role.ADMIN, None, PASSWORD)
    async with running(store_url, **settings) as service:
        kim = await service.http.sign_in("kim", PASSWORD)
        # So quickly that no process may see it.
        await operator.disable_account("kim")
        await operator.enable_account("kim")

        async def ended() -> bool:
            return await status(service, SESSION, kim) == 401

        await eventually(ended)
        await until(service, "kim", 200)
        redis, keys = service.app.state.context.sessions._topology, service.app.state.context.sessions._keys

        async def removed() -> bool:
            """The session itself is gone; that of the second sign-in is left."""
            left = await redis.connection("").send("ZCARD", keys.sessions_of("kim"))
            return int(left) == 1

        await eventually(removed)
        assert (await service.http.get(SESSION, headers=await service.http.sign_in("kim", PASSWORD))).status_code == 200


@pytest.mark.parametrize("database_url", [AWAY, "another"])
async def test_without_its_database_a_service_knows_what_the_others_know(
    store_url: str, tmp_path: Path, database_url: str
) -> None:
    """It starts while the database is away, or with a wrong one, and follows all changes."""
    settings = its_own(tmp_path, access_file=tmp_path / "access.toml")
    write_access(settings["access_file"], *STAFF)
    url = sqlite_url(tmp_path / "another") if database_url == "another" else database_url
    async with running(store_url, **settings) as first:
        clerk = await first.http.sign_in("clerk-passport", PASSWORD)
        async with running(store_url, **settings | {"database_url": url}) as second:
            assert await status(second, SESSION, clerk) == 200
            assert await status(second, DEVICE, KIOSK) == 200
            assert (await sign_in(second, "clerk-howon1")).status_code == 200
            await Operator(settings).disable_account("clerk-passport")
            await Operator(settings).add_account("kim", Role.ADMIN, None, PASSWORD)

            async def followed() -> bool:
                return await status(second, SESSION, clerk) == 401

            await eventually(followed)
            await until(second, "kim", 200)


async def test_while_the_database_is_away_sign_ins_and_presses_go_on(
    store_url: str, tmp_path: Path, postgres: PostgresServer
) -> None:
    settings = its_own(tmp_path, database_url=postgres.new_database())
    operator = Operator(settings)
    await operator.add_account("kim", Role.CLERK, "passport", PASSWORD)
    key = await operator.add_device("kiosk", DeviceKind.KIOSK, "passport")
    async with running(store_url, **settings) as service:
        kim = await service.http.sign_in("kim", PASSWORD)
        with postgres.frozen():
            assert await status(service, SESSION, kim) == 200
            assert (await sign_in(service, "kim")).status_code == 200
            answer = await service.http.post("/api/v1/offices/passport/windows/1/open", headers=kim)
            assert answer.status_code == 200
            assert await status(service, DEVICE, {"Authorization": f"Bearer {key}"}) == 200
        await operator.add_account("lee", Role.CLERK, "passport", PASSWORD)
        await until(service, "lee", 200)


async def test_where_nothing_is_known_yet_nobody_is_refused(store_url: str, tmp_path: Path) -> None:
    """A kiosk that was told that its key is unknown would ask for another one."""
    async with running(store_url, **its_own(tmp_path, database_url=AWAY)) as service:
        began = StartedSession(user="kim", role=Role.ADMIN, office=None)
        kim = {"Authorization": f"Bearer {await service.app.state.context.sessions.start(began)}"}
        for answer in (
            await service.http.get(DEVICE, headers=KIOSK),
            await service.http.get(SESSION, headers=kim),
            await sign_in(service, "kim"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "credentials_unknown")
        assert (await service.http.board("passport"))["office"] == "passport"


async def test_a_service_is_ready_when_accounts_were_read(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_look, look = asyncio.Event(), CurrentCredentials.look

    async def late(self: CurrentCredentials, *, reads: bool = True) -> None:
        await may_look.wait()
        await look(self, reads=reads)

    monkeypatch.setattr(CurrentCredentials, "look", late)
    monkeypatch.setattr("service.app.CREDENTIALS_SECONDS", 0)
    async with running(store_url, wait_ready=False, **its_own(tmp_path)) as service:
        while not service.app.state.context.relay.ready:
            await asyncio.sleep(0.01)
        answer = await service.http.get("/health/ready")
        assert (answer.status_code, answer.json()["code"]) == (503, "credentials_unknown")
        may_look.set()
        while (await service.http.get("/health/ready")).status_code != 200:
            await asyncio.sleep(0.01)


async def test_another_database_that_is_adopted_gets_the_accounts(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = its_own(tmp_path, access_file=tmp_path / "access.toml")
    write_access(settings["access_file"], *STAFF)
    moved = {**settings, "database_url": sqlite_url(tmp_path / "new")}
    async with running(store_url, **settings) as service:
        clerk = await service.http.sign_in("clerk-passport", PASSWORD)
        operator = Operator(settings)
        await operator.set_password("admin", "five quite random words")
        await operator.disable_account("clerk-howon1")
        await until(service, "admin", 200, "five quite random words")
        await until(service, "clerk-howon1", 401)
    await adopt(Settings(redis_url=store_url, **moved))
    async with running(store_url, **moved) as service:
        assert await status(service, SESSION, clerk) == 200
        assert (await sign_in(service, "admin", "five quite random words")).status_code == 200
        assert (await sign_in(service, "clerk-howon1")).status_code == 401
        await Operator(moved).enable_account("clerk-howon1")
        await until(service, "clerk-howon1", 200)
    async with running(store_url, **moved | {"database_url": AWAY}) as service:
        assert (await sign_in(service, "clerk-howon1")).status_code == 200
    assert "unexpected" not in caplog.text


async def test_a_service_notices_that_another_database_was_adopted(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What an operator changes in the database of before has no effect any more; the copy is followed."""
    settings = its_own(tmp_path)
    await Operator(settings).add_account("kim", Role.ADMIN, None, PASSWORD)
    moved = {**settings, "database_url": sqlite_url(tmp_path / "new")}
    async with running(store_url, **settings) as service:
        await until(service, "kim", 200)
        await adopt(Settings(redis_url=store_url, **moved))
        async with running(store_url, **moved):
            await Operator(settings).add_account("lee", Role.ADMIN, None, PASSWORD)
            async with asyncio.timeout(20):
                while "stay as they are: another database is the store's own" not in caplog.text:
                    await asyncio.sleep(0.02)
            await Operator(moved).add_account("park", Role.ADMIN, None, PASSWORD)
            await until(service, "park", 200)
            assert (await sign_in(service, "lee")).status_code == 401


async def test_an_older_copy_of_the_database_goes_on_past_what_the_store_has(store_url: str, tmp_path: Path) -> None:
    settings = its_own(tmp_path)
    operator = Operator(settings)
    await operator.add_account("kim", Role.ADMIN, None, PASSWORD)
    async with running(store_url, **settings) as service:
        await until(service, "kim", 200)
    database, copy = tmp_path / "data/sunbeon.db", tmp_path / "copy.db"
    shutil.copy(database, copy)
    async with running(store_url, **settings) as service:
        for password in ("five quite random words", "six really quite random words"):
            await Operator(settings).set_password("kim", password)
        await until(service, "kim", 200, "six really quite random words")
    shutil.copy(copy, database)
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
    async with running(store_url, **settings) as service:
        assert (await sign_in(service, "kim")).status_code == 200
        await Operator(settings).add_account("lee", Role.ADMIN, None, PASSWORD)
        await until(service, "lee", 200)
        # The copy in the store is not the newer one of before any more.
        async with running(store_url, **settings | {"database_url": AWAY}) as other:
            await until(other, "lee", 200)
            assert (await sign_in(other, "kim")).status_code == 200


async def test_in_a_demo_an_operators_accounts_count_beside_its_own(store_url: str, tmp_path: Path) -> None:
    async with running(store_url, data_dir=tmp_path) as service:
        operator = Operator({"data_dir": tmp_path})
        await operator.add_account("kim", Role.CLERK, "passport", PASSWORD)
        # The well-known ones come first.
        await operator.add_account("admin", Role.ADMIN, None, PASSWORD)
        key = await operator.add_device("kiosk", DeviceKind.KIOSK, "passport")
        await until(service, "kim", 200)

        async def known() -> bool:
            return await status(service, DEVICE, {"Authorization": f"Bearer {key}"}) == 200

        await eventually(known)
        for user in ("admin", "clerk-passport", "manager-howon1"):
            assert (await sign_in(service, user, "sunbeon")).status_code == 200
        assert (await sign_in(service, "admin")).status_code == 401
        assert await status(service, DEVICE, {"Authorization": "Bearer demo-device"}) == 200
        assert (await operator.accounts()).keys() == {"kim", "admin"}


async def test_the_demos_offices_come_and_go_with_the_city(store_url: str) -> None:
    async with running(store_url) as service:
        credentials, city = service.app.state.context.credentials, CITY

        def current() -> City:
            return city

        credentials._city = current
        before = credentials.now.accounts
        assert credentials.now.accounts is before
        assert "clerk-passport" in before.staff
        session = StartedSession(
            user="clerk-passport",
            role=Role.CLERK,
            office="passport",
            account=before.staff["clerk-passport"].fingerprint,
        )
        renamed = CITY.office("passport").model_copy(update={"id": "visas"})
        stay = tuple(office for office in CITY.offices if office.id != "passport")
        city = CITY.model_copy(update={"offices": (*stay, renamed)})
        after = credentials.now.accounts
        assert {"clerk-visas", "manager-visas", "clerk-howon1"} <= after.staff.keys()
        assert not {"clerk-passport", "manager-passport"} & after.staff.keys()
        assert before.admits(session)
        assert not after.admits(session)
        # The others go on.
        kept = before.staff["clerk-howon1"].fingerprint
        assert after.staff["clerk-howon1"].fingerprint == kept


async def test_the_demos_key_in_the_database_opens_nothing(store_url: str, tmp_path: Path) -> None:
    settings = its_own(tmp_path)
    operator = Operator(settings)
    await operator.add_device("kiosk", DeviceKind.KIOSK, "passport")
    async with operator.registered() as registered, registered.registry.change(OPERATOR) as change:
        change.put("kiosk", change.devices["kiosk"], "change_device", key=hash_key("demo-device"))
    async with running(store_url, **settings) as service:
        assert await status(service, DEVICE, {"Authorization": "Bearer demo-device"}) == 401


async def test_a_session_of_an_earlier_version_has_ended(service: Running) -> None:
    accounts = service.app.state.context.credentials.now.accounts
    assert not accounts.admits(StartedSession(user="admin", role=Role.ADMIN, office=None))
    now = accounts.staff["admin"].fingerprint
    assert accounts.admits(StartedSession(user="admin", role=Role.ADMIN, office=None, account=now))

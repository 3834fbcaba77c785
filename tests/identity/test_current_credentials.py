"""Changes of the access file while the service runs: a removed account loses access."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.directory.loader import load_city
from service.identity.credentials import AccessFileError
from service.identity.current_credentials import CurrentCredentials
from service.identity.sessions import StartedSession
from tests.access import KEY, PASSWORD, QUICK, real, write_access
from tests.support import Running, running

SESSION = "/api/v1/session"
STAFF = ("admin", "clerk-passport", "clerk-howon1")
CITY = load_city(None)


async def look_twice(access: CurrentCredentials) -> None:
    for _ in range(2):
        await access.refresh()


def session(access: CurrentCredentials, user: str) -> StartedSession:
    """One that has just begun."""
    account = access.now.accounts.staff[user]
    return StartedSession(user=user, role=account.role, office=account.office, account=account.fingerprint)


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    "edit",
    [
        lambda file: write_access(file, "admin"),
        lambda file: write_access(file, "admin", "clerk-passport", password="another password"),
        lambda file: edited(file, 'office = "passport"', 'office = "howon1"'),
        lambda file: edited(file, 'role = "clerk"\noffice = "passport"', 'role = "admin"'),
    ],
    ids=["taken out", "another password", "another office", "another role"],
)
async def test_a_session_counts_as_long_as_its_account_is_the_same(
    tmp_path: Path, edit: Callable[[Path], None]
) -> None:
    file = tmp_path / "access.toml"
    write_access(file, "admin", "clerk-passport")
    access = CurrentCredentials.of_file(file, CITY)
    clerk = session(access, "clerk-passport")
    assert access.now.accounts.admits(clerk)
    write_access(file, "clerk-howon1", "clerk-passport", "admin", devices=("x", "y"))
    await look_twice(access)
    assert access.now.accounts.admits(clerk)
    edit(file)
    await look_twice(access)
    assert not access.now.accounts.admits(clerk)


async def test_a_session_of_an_earlier_version_has_ended(tmp_path: Path) -> None:
    access = CurrentCredentials.demo(CITY)
    assert not access.now.accounts.admits(StartedSession(user="admin", role="admin", office=None))
    assert access.now.accounts.admits(session(access, "admin"))
    assert CurrentCredentials.demo(CITY).now.accounts.admits(session(access, "admin"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[staff", "not TOML"),
        ("", "names no staff"),
        ("# half a fi", "names no staff"),
        ('[staff.a]\nrole = "clerk"\npassword = "x"', "needs an office"),
        (f'[staff.a]\nrole = "clerk"\noffice = "atlantis"\npassword = "{QUICK.hash("x")}"', "atlantis"),
        ('[staff.a]\nrole = "admin"\npassword = "plain text"', "hash-password"),
        ('[staff.a]\nrole = "admin"\npassword = "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"', "hash-password"),
        ('[devices.a]\nkey = "sunbeon"\nkeys = 1', "keys"),
        (None, "No such file"),
    ],
)
async def test_a_broken_file_keeps_the_one_before_it_and_is_told_once(
    tmp_path: Path, content: str | None, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "access.toml"
    write_access(file, *STAFF)
    access = CurrentCredentials.of_file(file, CITY)
    before = access.now
    file.unlink() if content is None else file.write_text(content)
    for _ in range(3):
        await look_twice(access)
    assert access.now is before
    (told,) = caplog.records
    assert told.levelname == "ERROR"
    assert says in told.message
    with pytest.raises(AccessFileError, match=says):
        CurrentCredentials.of_file(file, CITY)

    write_access(file, "admin")
    await look_twice(access)
    assert access.now.accounts.staff.keys() == {"admin"}


async def test_a_file_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    write_access(file, *STAFF)
    whole = file.read_text()
    access = CurrentCredentials.of_file(file, CITY)
    before = access.now
    for length in (0, 200, 400, len(whole)):
        file.write_text(whole[:length])
        await access.refresh()
        assert access.now is before
    await access.refresh()
    assert access.now is before


async def eventually(true: Callable[[], Any]) -> None:
    """The documented time is 2 s; this allows more, for a busy machine."""
    async with asyncio.timeout(10):
        while not await true():
            await asyncio.sleep(0.02)


async def status(service: Running, path: str, headers: dict[str, str]) -> int:
    return (await service.http.get(path, headers=headers)).status_code


async def test_an_account_and_a_key_are_taken_away_without_a_restart(store_url: str, tmp_path: Path) -> None:
    settings = real(tmp_path, *STAFF)
    async with running(store_url, **settings) as service:
        clerk, admin = [await service.http.sign_in(user, PASSWORD) for user in ("clerk-passport", "admin")]
        kiosk = {"Authorization": f"Bearer {KEY}"}
        assert [await status(service, SESSION, headers) for headers in (clerk, admin)] == [200, 200]
        assert await status(service, "/api/v1/device", kiosk) == 200

        write_access(settings["access_file"], "admin", devices=("another key",))

        async def out() -> bool:
            return [await status(service, SESSION, clerk), await status(service, "/api/v1/device", kiosk)] == [401, 401]

        await eventually(out)
        assert await status(service, SESSION, admin) == 200
        answer = await service.http.post(SESSION, json={"user": "clerk-passport", "password": PASSWORD})
        assert answer.status_code == 401
        assert await status(service, "/api/v1/device", {"Authorization": "Bearer another key"}) == 200


async def test_who_was_taken_out_stays_out_after_a_restart(store_url: str, tmp_path: Path) -> None:
    settings = real(tmp_path, *STAFF, namespace=f"restarted-{tmp_path.name}".replace("_", "-").lower())
    async with running(store_url, **settings) as service:
        clerk, admin = [await service.http.sign_in(user, PASSWORD) for user in ("clerk-passport", "admin")]
    write_access(settings["access_file"], "admin")
    async with running(store_url, **settings) as service:
        assert [await status(service, SESSION, headers) for headers in (clerk, admin)] == [401, 200]

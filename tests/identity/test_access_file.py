"""The access file: what it says, what is refused, and that it is taken only when it is whole."""

from pathlib import Path

import pytest

from service.domain.staff import DeviceKind, Role
from service.identity.access_file import AccessFile, AccessFileError, WatchedAccessFile
from service.identity.devices import hash_key
from tests.access import QUICK, write_access

STAFF = ("admin", "clerk-passport", "manager-howon1")


async def look_twice(watched: WatchedAccessFile) -> AccessFile | None:
    return await watched.changed() or await watched.changed()


def test_it_says_who_works_where_and_which_devices_there_are(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    write_access(file, *STAFF)
    with file.open("a") as more:
        more.write(f'\n[devices.lobby]\nkind = "screen"\noffice = "howon1"\nkey = "{hash_key("x")}"\n')
    found = AccessFile.read(file)
    assert {name: (account.role, account.office) for name, account in found.staff.items()} == {
        "admin": (Role.ADMIN, None),
        "clerk-passport": (Role.CLERK, "passport"),
        "manager-howon1": (Role.MANAGER, "howon1"),
    }
    assert {name: (device.kind, device.office) for name, device in found.devices.items()} == {
        "kiosk-0": (DeviceKind.KIOSK, None),
        "lobby": (DeviceKind.SCREEN, "howon1"),
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[staff", "not TOML"),
        ("", "names no staff"),
        ("# half a fi", "names no staff"),
        ('[staff.a]\nrole = "clerk"\npassword = "x"', "needs an office"),
        ('[staff.a]\nrole = "manager"\npassword = "x"', "needs an office"),
        ('[staff.a]\nrole = "admin"\noffice = "passport"\npassword = "x"', "an admin has none"),
        ('[staff.a]\nrole = "chief"\npassword = "x"', "clerk"),
        ('[staff.a]\nrole = "admin"\npassword = "plain text"', "hash-password"),
        ('[staff.a]\nrole = "admin"\npassword = "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"', "hash-password"),
        ('[devices.a]\nkey = "sunbeon"\nkeys = 1', "keys"),
        ('[devices.a]\nkey = "sunbeon"\nkind = "toaster"', "screen"),
        (f'[devices.a]\nkey = "{hash_key("demo-device")}"', "demo's key"),
        (None, "No such file"),
    ],
)
async def test_a_broken_file_keeps_the_one_before_it_and_is_told_once(
    tmp_path: Path, content: str | None, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "access.toml"
    write_access(file, *STAFF)
    watched = WatchedAccessFile(file)
    assert await watched.changed()
    file.unlink() if content is None else file.write_text(content)
    for _ in range(3):
        assert await look_twice(watched) is None
    (told,) = caplog.records
    assert told.levelname == "ERROR"
    assert says in told.message
    with pytest.raises(AccessFileError, match=says):
        WatchedAccessFile(file)

    write_access(file, "admin")
    taken = await look_twice(watched)
    assert taken
    assert taken.staff.keys() == {"admin"}


def test_one_bad_hash_among_good_ones_is_found(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    write_access(file, *STAFF)
    with file.open("a") as more:
        more.write('\n[staff.bad]\nrole = "admin"\npassword = "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"\n')
    with pytest.raises(AccessFileError, match=r"staff\.bad: argon2 refuses this hash"):
        AccessFile.read(file)


async def test_a_file_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    write_access(file, *STAFF)
    whole = file.read_text()
    watched = WatchedAccessFile(file)
    assert await watched.changed()
    for length in (0, 200, 400, len(whole)):
        file.write_text(whole[:length])
        assert await watched.changed() is None
    # It is again as it was taken.
    assert await watched.changed() is None


def test_the_demos_password_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    file.write_text(f'[staff.kim]\nrole = "admin"\npassword = "{QUICK.hash("sunbeon")}"')
    with pytest.raises(AccessFileError, match=r"staff\.kim has the demo's password"):
        AccessFile.read(file).refuse_the_demos_password(file)
    write_access(file, *STAFF)
    AccessFile.read(file).refuse_the_demos_password(file)

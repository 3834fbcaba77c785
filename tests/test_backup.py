"""A backup of store and database, taken while the service runs, and what is restored from it."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from service.database.engine import Database, sqlite_url
from service.database.tables import audit, history
from tests.support import DEVICE, ServiceProcess, service_process


def command(service: ServiceProcess, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *args],
        env=service.environment,
        cwd=service.folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Office:
    """An office, by one window's clerk and a kiosk."""

    def __init__(self, url: str) -> None:
        self.api = f"{url}/api/v1"
        answer = httpx.post(f"{self.api}/session", json={"user": "clerk-howon1", "password": "sunbeon"})
        self.staff = {"Authorization": f"Bearer {answer.json()['token']}"}
        self.post("windows/1/open")

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = httpx.post(f"{self.api}/offices/howon1/{path}", json=body, headers=headers or self.staff)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def number(self, id: str) -> int:
        found: int = httpx.get(f"{self.api}/tickets/{id}").json()["number"]
        return found

    def take(self) -> dict[str, Any]:
        return self.post("counters/general/tickets", headers=DEVICE)

    def serve(self) -> None:
        """Someone takes a number, and is served at once."""
        number = self.take()["number"]
        assert self.post("windows/1/next", {"finished": None})["called"]["number"] == number
        self.post("windows/1/finish", {"number": number})


async def rows(data: Path, table: Any, of: int, *where: Any) -> list[Any]:
    """The rows of a table, once there are so many."""
    database = Database(sqlite_url(data))
    await database.prepare()
    found: list[Any] = []
    while len(found) < of:
        await asyncio.sleep(0.1)
        async with database.begin(reads_only=True) as connection:
            found = list(await connection.execute(select(table).where(*where)))
    await database.aclose()
    return found


async def test_store_and_database_are_restored_together(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    with service_process(tmp_path) as service:
        office = Office(service.url)
        for _ in range(3):
            office.serve()
        await rows(data, history, 3)
        waiting = office.take()
        done = command(service, "backup", str(copy))
        assert done.returncode == 0, done.stderr
        again = command(service, "backup", str(copy))
        assert (again.returncode, again.stderr) == (2, f"sunbeon: {copy} is there already: name a new folder\n")
    shutil.rmtree(data)
    shutil.copytree(copy, data)
    with service_process(tmp_path) as service:
        office = Office(service.url)
        assert office.number(waiting["id"]) == waiting["number"]
        assert office.take()["number"] == waiting["number"] + 1
        assert office.post("windows/1/next", {"finished": None})["called"]["number"] == waiting["number"]
        office.post("windows/1/finish", {"number": waiting["number"]})
        found = await rows(data, history, 4)
    assert sorted(row.number for row in found) == [waiting["number"] - 3 + n for n in range(4)]
    assert not any(row.lost_epoch for row in found)


async def test_a_store_that_is_older_than_the_database_loses_its_rows_and_goes_on(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy"
    with service_process(tmp_path) as service:
        office = Office(service.url)
        office.serve()
        assert command(service, "backup", str(copy)).returncode == 0
        office.serve()
        await rows(data, history, 2)
    shutil.rmtree(data / "store")
    shutil.copytree(copy / "store", data / "store")
    with service_process(tmp_path) as service:
        office = Office(service.url)
        office.serve()
        kept = await rows(data, history, 2, history.c.lost_epoch == "")
        lost = await rows(data, history, 1, history.c.lost_epoch != "")
        marked = await rows(data, audit, 1, audit.c.lost)
    first = min(row.number for row in kept)
    assert sorted(row.number for row in kept) == [first, first + 1]
    assert [row.number for row in lost] == [first + 1]
    assert {row.kind for row in marked} >= {"issue", "call", "finish"}


def reports(service: ServiceProcess) -> list[str]:
    """What is answered of what is read from the database."""
    paths = ("waits/quality", "offices/passport/quiet-hours")
    return [httpx.get(f"{service.url}/api/v1/{path}").json().get("code") for path in paths]


async def test_another_database_is_refused_until_it_is_adopted(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with service_process(tmp_path) as service:
        Office(service.url).serve()
        await rows(data, history, 1)
    for file in data.glob("sunbeon.db*"):
        file.unlink()
    with service_process(tmp_path) as service:
        # The queue goes on without it.
        Office(service.url).serve()
        said = b"is not this store's own: name its own in SUNBEON_DATABASE_URL"
        while said not in service.output.read_bytes():
            await asyncio.sleep(0.1)
        # Nor is anything read from it.
        assert reports(service) == ["history_unavailable", "history_unavailable"]
    assert service.output.read_bytes().count(said) == 1
    done = command(service, "database", "adopt")
    assert done.returncode == 0, done.stderr
    with service_process(tmp_path):
        await rows(data, history, 2)
        # The file holds names of staff.
        assert (data / "sunbeon.db").stat().st_mode & 0o777 == 0o600


async def test_a_projection_is_made_anew_while_the_service_runs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with service_process(tmp_path) as service:
        office = Office(service.url)
        for _ in range(3):
            office.serve()
        before = await rows(data, history, 3)
        recorded = await rows(data, audit, 1)
        for name in ("history", "audit"):
            done = command(service, "projections", "rebuild", name)
            assert done.returncode == 0, done.stderr
            assert done.stdout.startswith(f"{name}: ")
        assert await rows(data, history, 3) == before
        rebuilt = await rows(data, audit, len(recorded))
        assert [row for row in recorded if row not in rebuilt] == []
        refused = command(service, "projections", "rebuild", "nothing")
        assert refused.returncode == 2
        assert "invalid choice" in refused.stderr

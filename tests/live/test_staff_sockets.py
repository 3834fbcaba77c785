"""A staff socket stays open exactly as long as its session is valid."""

import asyncio
import logging
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from service.web.staff_sockets import StaffSockets
from tests.access import PASSWORD, real, write_access
from tests.store.servers import KEEPS, server
from tests.support import SECRET, Running, ServiceProcess, running, service_process

DESK = "/offices/passport/desk/live"


async def closed_with(socket: ClientConnection) -> int | None:
    """The documented time is 2 s; this allows more, for a busy machine."""
    await asyncio.wait_for(socket.wait_closed(), 10)
    return socket.close_code


async def heard(socket: ClientConnection, wanted: str) -> None:
    """Returns when a frame has said it. A busy machine sends other frames before: that the facts are old, or fresh."""
    async with asyncio.timeout(10):
        while wanted not in str(await socket.recv()):
            pass


async def test_a_socket_ends_with_its_session(service: Running) -> None:
    first, second = [await service.http.sign_in("clerk-passport") for _ in range(2)]
    async with (
        connect(service.live + DESK, additional_headers=first) as gone,
        connect(service.live + DESK, additional_headers=first) as gone_too,
        connect(service.live + DESK, additional_headers=second) as stays,
        connect(f"{service.live}/live?office=passport") as screen,
    ):
        for socket in (gone, gone_too, stays, screen):
            await socket.recv()
        await service.http.delete("/api/v1/session", headers=first)
        assert [await closed_with(socket) for socket in (gone, gone_too)] == [4401, 4401]
        await service.http.take("passport", "apply")
        await heard(stays, '"number":101')
        await heard(screen, '"waiting":1')


async def test_a_socket_ends_with_its_account(store_url: str, tmp_path: Path) -> None:
    settings = real(tmp_path, "admin", "clerk-passport")
    async with running(store_url, **settings) as service:
        clerk, admin = [await service.http.sign_in(user, PASSWORD) for user in ("clerk-passport", "admin")]
        async with (
            connect(service.live + DESK, additional_headers=clerk) as gone,
            connect(service.live + DESK, additional_headers=admin) as stays,
        ):
            for socket in (gone, stays):
                await socket.recv()
            write_access(settings["access_file"], "admin")
            assert await closed_with(gone) == 4401
            await service.http.delete("/api/v1/session", headers=admin)
            assert await closed_with(stays) == 4401


async def test_sockets_of_all_workers_end_with_the_session(tmp_path: Path) -> None:
    with service_process(tmp_path, SUNBEON_WORKERS="2") as service:
        live = service.url.replace("http", "ws", 1) + "/api/v1"
        wanted = {"user": "clerk-passport", "password": "sunbeon"}
        async with httpx.AsyncClient(base_url=service.url, timeout=10) as http, AsyncExitStack() as stack:
            token = (await http.post("/api/v1/session", json=wanted)).raise_for_status().json()["token"]
            staff = {"Authorization": f"Bearer {token}"}
            sockets = [
                await stack.enter_async_context(connect(live + DESK, additional_headers=staff)) for _ in range(12)
            ]
            for socket in sockets:
                await asyncio.wait_for(socket.recv(), 10)
            (await http.delete("/api/v1/session", headers=staff)).raise_for_status()
            assert {await closed_with(socket) for socket in sockets} == {4401}


def manage(service: ServiceProcess, *command: str, says: str = "") -> None:
    """An operator's command, beside the service."""
    subprocess.run(
        (sys.executable, "-m", "service", *command), env=service.environment, input=says, text=True, check=True
    )


async def test_sessions_and_sockets_of_all_workers_end_with_whatever_changes_the_account(tmp_path: Path) -> None:
    """Each user signs in, listens in every worker, and is changed in another way."""
    access = tmp_path / "access.toml"
    offices = ("passport", "howon1", "howon2", "songsan1", "songsan2")
    disabled, password, role, office, signs_out = users = [f"clerk-{office}" for office in offices]
    write_access(access, "admin", *users)
    real = {"SUNBEON_DEMO": "0", "SUNBEON_SECRET": SECRET, "SUNBEON_ACCESS_FILE": str(access)}
    with service_process(tmp_path, **real, SUNBEON_BOOTSTRAP_STORE="1", SUNBEON_WORKERS="2") as service:
        live = service.url.replace("http", "ws", 1) + "/api/v1"
        staff: dict[str, dict[str, str]] = {}
        sockets: dict[str, list[ClientConnection]] = {}

        async def answers(user: str) -> set[int]:
            """Of both workers: each request has a connection of its own."""
            found = set()
            for _ in range(12):
                async with httpx.AsyncClient(base_url=service.url, timeout=10) as http:
                    found.add((await http.get("/api/v1/session", headers=staff[user])).status_code)
            return found

        async def all_end(user: str) -> None:
            assert {await closed_with(socket) for socket in sockets[user]} == {4401}
            assert await answers(user) == {401}

        async with httpx.AsyncClient(base_url=service.url, timeout=10) as http, AsyncExitStack() as stack:
            for user, place in zip(users, offices, strict=True):
                answer = await http.post("/api/v1/session", json={"user": user, "password": PASSWORD})
                staff[user] = {"Authorization": f"Bearer {answer.raise_for_status().json()['token']}"}
                desk = f"{live}/offices/{place}/desk/live"
                sockets[user] = [
                    await stack.enter_async_context(connect(desk, additional_headers=staff[user])) for _ in range(12)
                ]
                for socket in sockets[user]:
                    await asyncio.wait_for(socket.recv(), 10)
            http.cookies.clear()
            await asyncio.to_thread(manage, service, "staff", "disable", disabled)
            await all_end(disabled)
            await asyncio.to_thread(manage, service, "staff", "password", password, says="five quite random words\n")
            await all_end(password)
            changed = access.read_text().replace('"clerk"\noffice = "howon2"', '"manager"\noffice = "howon2"')
            access.write_text(changed.replace('office = "songsan1"', 'office = "passport"'))
            await all_end(role)
            await all_end(office)
            assert await answers(signs_out) == {200}
            (await http.delete("/api/v1/session", headers=staff[signs_out])).raise_for_status()
            await all_end(signs_out)


async def test_while_the_store_is_away_sockets_stay_and_newcomers_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with server(tmp_path, **KEEPS) as store:
        assert store.process
        async with running(store.url) as service:
            staff = await service.http.sign_in("clerk-passport")
            async with connect(service.live + DESK, additional_headers=staff) as stays:
                await stays.recv()
                store.process.send_signal(signal.SIGSTOP)
                try:
                    async with connect(service.live + DESK, additional_headers=staff) as newcomer:
                        assert await closed_with(newcomer) == 4013
                finally:
                    store.process.send_signal(signal.SIGCONT)
                while (await service.http.get("/health/ready")).status_code != 200:
                    await asyncio.sleep(0.02)
                await service.http.take("passport", "apply")
                await heard(stays, '"number":101')
    assert "unexpected" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_closed_socket_is_forgotten(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[StaffSockets] = []
    init = StaffSockets.__init__
    monkeypatch.setattr(StaffSockets, "__init__", lambda self, *args: made.append(self) or init(self, *args))
    async with running(store_url) as service:
        staff = await service.http.sign_in("clerk-passport")
        (sockets,) = made
        async with connect(service.live + DESK, additional_headers=staff) as socket:
            await socket.recv()
            assert len(sockets._tokens) == 1
        async with connect(service.live + DESK, additional_headers={"Authorization": "Bearer made-up"}) as socket:
            assert await closed_with(socket) == 4401
        async with asyncio.timeout(10):
            while sockets._tokens:
                await asyncio.sleep(0.01)

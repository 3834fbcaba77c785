"""python -m service as a process: it is started, stopped and killed, and its store keeps the data."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.identity.devices import hash_key
from service.store.driver.bundled_server import BundledServer, BundledServerError
from tests.access import PASSWORD, write_access
from tests.support import DEVICE, ROOT, SECRET, ServiceProcess, service_process

TICKETS = "/api/v1/offices/passport/counters/apply/tickets"


def take(service: ServiceProcess) -> dict[str, Any]:
    answer = httpx.post(service.url + TICKETS, headers=DEVICE, timeout=5)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true: Any, within: float = 10) -> None:
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_what_was_acknowledged_outlives_a_clean_stop(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        first, store = take(service), service.store_pid()
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 5
        wait_until(lambda: not alive(store))
        service.start()
        assert httpx.get(f"{service.url}/api/v1/tickets/{first['id']}").json() == first
        assert take(service)["number"] == first["number"] + 1


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        first, store = take(service), service.store_pid()
        service.stop(signal.SIGKILL)
        wait_until(lambda: not alive(store))
        service.start()
        assert httpx.get(f"{service.url}/api/v1/tickets/{first['id']}").json() == first
        assert take(service)["number"] == first["number"] + 1


def test_a_killed_store_comes_back_with_its_data(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        first, store = take(service), service.store_pid()
        os.kill(store, signal.SIGKILL)

        def served() -> bool:
            answer = httpx.post(service.url + TICKETS, headers=DEVICE, timeout=5)
            assert answer.status_code in (201, 503)
            assert answer.status_code == 201 or answer.headers["retry-after"]
            return answer.status_code == 201 and bool(answer.json()["number"] == first["number"] + 1)

        wait_until(served)
        assert service.store_pid() != store


def test_two_workers_share_one_store_and_one_queue(tmp_path: Path) -> None:
    with service_process(tmp_path, SUNBEON_WORKERS="2") as service:
        numbers = [take(service)["number"] for _ in range(30)]
        assert numbers == list(range(101, 131))
        # The metrics of both workers add up.
        found = httpx.get(f"{service.url}/metrics").text
        issued = [line for line in found.splitlines() if "requests_total" in line and "tickets" in line]
        assert sum(float(line.rsplit(" ", 1)[1]) for line in issued) == 30
        assert service.stop() == 0


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    with service_process(tmp_path, SUNBEON_WORKERS="2") as service:
        assert service.process
        children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
        assert len(children) >= 2
        service.stop(signal.SIGKILL)
        wait_until(lambda: not any(alive(int(pid)) for pid in children))


def life_of(service: ServiceProcess) -> list[int]:
    """The processes of the demo's simulated people, as children of the service."""
    assert service.process
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children").read_text().split()
    return [int(pid) for pid in children if "clients.python.life" in Path(f"/proc/{pid}/cmdline").read_text()]


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_a_demo_lives_by_itself_and_its_people_end_with_it(tmp_path: Path, with_signal: int) -> None:
    with service_process(tmp_path, SUNBEON_DEMO_LIFE="1") as service:
        (life,) = life_of(service)

        def is_lively() -> bool:
            return bool(httpx.get(f"{service.url}/api/v1/offices/passport/board").json()["calls"])

        wait_until(is_lively, within=60)
        service.stop(with_signal)
        wait_until(lambda: not alive(life))
        assert "Traceback" not in service.output.read_text()
        assert (tmp_path / "data/life.json").stat().st_mode & 0o777 == 0o600


def test_where_nobody_is_simulated_nothing_runs_for_it(tmp_path: Path) -> None:
    write_access(tmp_path / "access.toml")
    real = {
        "SUNBEON_DEMO": "0",
        "SUNBEON_SECRET": SECRET,
        "SUNBEON_ACCESS_FILE": str(tmp_path / "access.toml"),
        "SUNBEON_BOOTSTRAP_STORE": "1",
        "SUNBEON_DEMO_LIFE": "1",
    }
    for environment in ({"SUNBEON_DEMO_LIFE": "0"}, real):
        with service_process(tmp_path / str(len(environment)), **environment) as service:
            assert life_of(service) == []
            assert "demo-life" not in httpx.get(service.url).text


def test_one_folder_has_one_store(tmp_path: Path) -> None:
    first, second = BundledServer(tmp_path), BundledServer(tmp_path)
    first.start()
    try:
        with pytest.raises(BundledServerError, match="another service uses"):
            second.start(lock_within=0.3)
    finally:
        first.stop()
    second.start()
    second.stop()


def test_a_request_that_is_open_at_the_stop_is_answered(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        host, port = service.url.removeprefix("http://").split(":")
        body = b'{"channel": "walk_in"}'
        with socket.create_connection((host, int(port)), 5) as connection:
            connection.sendall(
                f"POST {TICKETS} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {DEVICE['Authorization']}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            )
            connection.sendall(body[:5])
            # An answered request of another connection proves that the head was read.
            assert httpx.get(f"{service.url}/health/live").status_code == 200
            assert service.process
            service.process.send_signal(signal.SIGTERM)
            wait_until(lambda: not is_listening(int(port)))
            connection.sendall(body[5:])
            assert connection.recv(12) == b"HTTP/1.1 201"
        assert service.stop() == 0


def test_stops_with_five_hundred_open_sockets(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        host, port = service.url.removeprefix("http://").split(":")
        opened = []
        for _ in range(500):
            connection = socket.create_connection((host, int(port)))
            connection.sendall(
                f"GET /api/v1/live?office=passport HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            assert connection.recv(12) == b"HTTP/1.1 101"
            opened.append(connection)
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 5
        for connection in opened:
            connection.close()


def serve(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A service that is expected to refuse to start."""
    service = ServiceProcess(folder, **environment)
    return subprocess.run(
        [sys.executable, "-m", "service"], env=service.environment, capture_output=True, text=True, timeout=20
    )


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"SUNBEON_HOST": "0.0.0.0"}, "SUNBEON_DEMO=0"),
        ({"SUNBEON_REDIS_URL": "redis://10.0.0.1:6379"}, "SUNBEON_DEMO=0"),
        ({"SUNBEON_DEMO": "0"}, "SUNBEON_SECRET is missing"),
        ({"SUNBEON_DEMO": "0", "SUNBEON_SECRET": "a" * 32}, "SUNBEON_SECRET: has fewer than 8 different characters"),
        ({"SUNBEON_PUBLIC_URL": "https://queue.example.kr:https"}, "SUNBEON_PUBLIC_URL: Port"),
        ({"SUNBEON_PORT": "eighty"}, "SUNBEON_PORT"),
        ({"SUNBEON_CITY": "/nowhere.toml"}, "/nowhere.toml"),
    ],
)
def test_refuses_to_start_and_says_the_mend(tmp_path: Path, environment: dict[str, str], says: str) -> None:
    ended = serve(tmp_path, **environment)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("access", "says"),
    [
        ('[staff.a]\nrole = "admin"\npassword = "{demo_password}"', "demo's password"),
        ('[devices.k]\nkey = "{demo_key}"', "demo's key"),
        ('[staff.a]\nrole = "admin"\npassword = "sunbeon"', "hash-password"),
        ('[staff.a]\nrole = "clerk"\npassword = "x"', "needs an office"),
        ("[staff", "not TOML"),
        (None, "must name a readable file"),
    ],
)
def test_the_real_thing_refuses_the_demos_secrets(tmp_path: Path, access: str | None, says: str) -> None:
    from argon2 import PasswordHasher

    file = tmp_path / "access.toml"
    if access is not None:
        password = PasswordHasher().hash("sunbeon")
        file.write_text(access.replace("{demo_password}", password).replace("{demo_key}", hash_key("demo-device")))
    real = {"SUNBEON_DEMO": "0", "SUNBEON_SECRET": SECRET, "SUNBEON_ACCESS_FILE": str(file)}
    ended = serve(tmp_path, **real)
    assert ended.returncode == 2
    assert says in ended.stderr


def test_every_worker_takes_a_changed_access_file(tmp_path: Path) -> None:
    access = tmp_path / "access.toml"
    write_access(access, "admin", "clerk-howon1")
    real = {"SUNBEON_DEMO": "0", "SUNBEON_SECRET": SECRET, "SUNBEON_ACCESS_FILE": str(access)}
    with service_process(tmp_path, **real, SUNBEON_BOOTSTRAP_STORE="1", SUNBEON_WORKERS="2") as service:
        path, wanted = f"{service.url}/api/v1/session", {"user": "clerk-howon1", "password": PASSWORD}
        token = httpx.post(path, json=wanted).raise_for_status().json()["token"]

        def answers() -> set[int]:
            """Of both workers: each request has a connection of its own."""
            return {httpx.get(path, headers={"Authorization": f"Bearer {token}"}).status_code for _ in range(20)}

        assert answers() == {200}
        write_access(access, "admin")
        wait_until(lambda: answers() == {401})
        # Nobody could work with the console without it.
        assert "SUNBEON_PUBLIC_URL is not set" in service.output.read_text()


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = serve(tmp_path, SUNBEON_PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 2
    assert "SUNBEON_PORT" in ended.stderr


def test_a_lost_volume_is_not_begun_again(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        take(service)
        service.stop()
        for file in (tmp_path / "data/store/appendonlydir").iterdir():
            file.unlink()
        with pytest.raises(AssertionError, match="did not get ready"):
            service.start(within=6)


def test_the_log_is_json_names_routes_and_holds_no_ticket(tmp_path: Path) -> None:
    with service_process(tmp_path) as service:
        ticket = take(service)
        path = f"{service.url}/api/v1/tickets/{ticket['id']}"
        httpx.get(path)
        httpx.get(path + "x")
        httpx.post(service.url + TICKETS, content=b"{", headers=DEVICE)
        service.stop()
        text = service.output.read_text()
    assert ticket["id"] not in text
    assert "Traceback" not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert all(line["demo"] for line in lines)
    seen = [(line["route"], line["status"], line.get("code")) for line in lines if line["message"] == "request"]
    assert ("/api/v1/tickets/{id}", 200, None) in seen
    assert ("/api/v1/tickets/{id}", 404, "unknown_ticket") in seen
    assert ("/api/v1/offices/{office}/counters/{counter}/tickets", 422, "invalid_request") in seen


def test_importing_does_nothing(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", "import service.app, service.__main__"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=True,
    )
    assert not list(tmp_path.iterdir())


def test_a_data_folder_that_was_open_is_closed(tmp_path: Path) -> None:
    data, shared = tmp_path / "data", tmp_path / "shared"
    for folder in (data / "store", shared / "store", shared / "others"):
        folder.mkdir(parents=True)
    for folder in (data, data / "store", shared, shared / "store"):
        folder.chmod(0o755)
    for folder in (data, shared):
        store = BundledServer(folder / "store")
        store.start()
        store.stop()
    assert [folder.stat().st_mode & 0o777 for folder in (data, data / "store", shared / "store")] == [0o700] * 3
    assert shared.stat().st_mode & 0o777 == 0o755

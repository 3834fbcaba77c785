"""Debian's nginx on another host before the service: callers count under their real address, not a claimed one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from tests.machine import Network, NotHereError
from tests.nginx import configured
from tests.support import ROOT, ServiceProcess

CONFIG = """
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen {address}:80;
    location / {{
      proxy_pass http://{service};
      proxy_http_version 1.1;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }}
  }}
"""
PASSWORD = "long enough for this test"
SERVICE, PROXY, CITIZEN, ANOTHER = range(4)


@dataclass
class Town:
    """A service on one host, nginx before it on another, and people on two more."""

    network: Network
    url: str

    def ask(self, who: int, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers to `who`, one request after another; `path` is the proxy's, and a JSON body is read."""
        wanted = [{"method": "GET", "headers": {}, **request} for request in requests]
        for request in wanted:
            request["url"] = self.url + request.pop("path")
        done = subprocess.run(
            [*self.network.prefix(who), sys.executable, "-m", "tests.web.citizen"],
            input=json.dumps(wanted),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=120,
            check=True,
        )
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers


class HostedService(ServiceProcess):
    """On a host of its own."""

    def __init__(self, network: Network, folder: Path, **environment: str) -> None:
        super().__init__(folder, **environment)
        self.command = (*network.prefix(SERVICE), *self.command)


@contextmanager
def town(folder: Path, **environment: str) -> Iterator[Town]:
    try:
        network = Network(4)
    except NotHereError as error:
        pytest.skip(str(error))
    host, proxy = network.hosts[SERVICE], network.hosts[PROXY]
    (folder / "access.toml").write_text(
        f'[staff.kim]\nrole = "admin"\npassword = "{PasswordHasher().hash(PASSWORD)}"\n'
    )
    settings = {
        "SUNBEON_DEMO": "0",
        "SUNBEON_HOST": host,
        "SUNBEON_PORT": "8000",
        "SUNBEON_SECRET": "0123456789abcdef0123456789abcdef",
        "SUNBEON_ACCESS_FILE": str(folder / "access.toml"),
        "SUNBEON_BOOTSTRAP_STORE": "1",
        "SUNBEON_TRUSTED_PROXIES": proxy,
        "SUNBEON_PUBLIC_URL": f"http://{proxy}",
        **environment,
    }
    service = HostedService(network, folder / "service", **settings)
    nginx = None
    try:
        service.start()
        command = configured(folder, CONFIG.format(address=proxy, service=f"{host}:8000"))
        nginx = subprocess.Popen([*network.prefix(PROXY), *command])
        yield Town(network, f"http://{proxy}")
    finally:
        if nginx:
            nginx.terminate()
            nginx.wait(10)
        if service.process and service.process.poll() is None:
            service.stop()
        network.close()


def statuses(answers: list[dict[str, Any]]) -> list[int]:
    return [answer["status"] for answer in answers]


def socket(**headers: str) -> dict[str, Any]:
    return {"path": "/api/v1/live?office=passport", "hold": True, "headers": headers}


def closes(answers: list[dict[str, Any]]) -> list[int | None]:
    return [answer["close"] for answer in answers]


INVENTED = [socket(**{"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)]


def test_caps_are_each_citizens_own(tmp_path: Path) -> None:
    with town(tmp_path, SUNBEON_SOCKETS_PER_ADDRESS="2") as here:
        assert closes(here.ask(CITIZEN, *[socket()] * 3)) == [None, None, 4029]
        assert closes(here.ask(ANOTHER, *INVENTED)) == [None, None, 4029]


def test_staff_sign_in_though_nginx_names_another_host(tmp_path: Path) -> None:
    with town(tmp_path) as here:
        page = {"Origin": here.url, "Sec-Fetch-Site": "same-origin"}
        session = {"path": "/api/v1/session", "headers": page}
        wanted = {"user": "kim", "password": PASSWORD}
        (signed_in,) = here.ask(CITIZEN, {**session, "method": "POST", "json": wanted})
        assert signed_in["status"] == 200, signed_in
        cookie = signed_in["headers"]["set-cookie"].split(";")[0]
        assert cookie.startswith("__Host-")
        opening = {"method": "POST", "path": "/api/v1/offices/passport/windows/1/open"}
        desk = {"path": "/api/v1/offices/passport/desk/live", "hold": True}
        asked = here.ask(
            CITIZEN,
            {**session, "headers": {**page, "Cookie": cookie}},
            {**opening, "headers": {**page, "Cookie": cookie}},
            {**opening, "headers": {"Origin": "http://evil.example", "Cookie": cookie}},
            {**desk, "headers": {"Origin": here.url, "Cookie": cookie}},
            {**desk, "headers": {"Origin": "http://evil.example", "Cookie": cookie}},
        )
        assert statuses(asked[:3]) == [200, 200, 401]
        assert closes(asked[3:]) == [None, 4401]


def test_a_direct_callers_word_is_not_taken(tmp_path: Path) -> None:
    with town(tmp_path, SUNBEON_SOCKETS_PER_ADDRESS="2") as here:
        around = Town(here.network, f"http://{here.network.hosts[SERVICE]}:8000")
        assert closes(around.ask(CITIZEN, *INVENTED)) == [None, None, 4029]

"""The wheel, which the container installs, has everything that the service needs."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from service.identity.devices import hash_key
from tests.support import DEVICE, ROOT, SECRET, service_process


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the Dockerfile builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], check=True)
    (built,) = folder.glob("sunbeon-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that has the wheel, and not the checkout."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--no-deps", "--no-index", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True)
    return {"PYTHONPATH": str(folder)}


def test_it_has_every_file_of_the_checkout(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    kept = {
        str(file.relative_to(ROOT))
        for folder in ("service", "clients", "display")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert inside == kept | {"openapi/asyncapi.yaml"}


def test_it_runs_from_an_empty_folder(installed: dict[str, str], tmp_path: Path) -> None:
    with service_process(tmp_path, **installed) as service, httpx.Client(base_url=service.url) as http:
        for page in (
            "/",
            "/booking",
            "/t/x",
            "/console",
            "/display/passport",
            "/kiosk/passport",
            "/docs",
            "/widget.js",
        ):
            assert http.get(page).status_code == 200, page
        linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', http.get("/docs").text + http.get("/").text)
        assert linked
        for file in linked:
            assert http.get(file).status_code == 200, file
        assert len(http.get("/api/v1/offices").json()["offices"]) == 16
        assert http.get("/api/v1/openapi.json").json() == json.loads((ROOT / "openapi/openapi.json").read_text("utf-8"))
        assert http.get("/api/v1/asyncapi.yaml").text == (ROOT / "openapi/asyncapi.yaml").read_text("utf-8")
        answer = http.post("/api/v1/offices/passport/counters/apply/tickets", json={}, headers=DEVICE)
        assert answer.status_code == 201


def test_it_runs_as_the_container_runs_it(installed: dict[str, str], tmp_path: Path) -> None:
    """The Dockerfile's settings and health check, on a port and folders of the test's own."""
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    settings = dict(re.findall(r"^\s+(SUNBEON_\w+)=(\S+)", dockerfile, re.MULTILINE))
    assert settings.keys() >= {"SUNBEON_DEMO", "SUNBEON_HOST", "SUNBEON_PORT", "SUNBEON_DATA_DIR"}
    assert settings["SUNBEON_DEMO"] == "0"
    access = tmp_path / "access.toml"
    access.write_text(
        f'[staff.kim]\nrole = "admin"\npassword = "{PasswordHasher(1, 8, 1).hash("a long one")}"\n'
        f'[devices.kiosk]\noffice = "passport"\nkey = "{hash_key("another long one")}"\n'
    )
    settings |= {
        "SUNBEON_HOST": "127.0.0.1",
        "SUNBEON_PORT": "0",
        "SUNBEON_DATA_DIR": str(tmp_path / "data"),
        "SUNBEON_ACCESS_FILE": str(access),
        "SUNBEON_SECRET": SECRET,
        "SUNBEON_BOOTSTRAP_STORE": "1",
    }
    health_check = json.loads(re.findall(r"HEALTHCHECK [^[]+(\[.+\])", dockerfile)[0])
    health_check[0] = sys.executable
    with service_process(tmp_path, **installed, **settings) as service:
        environment = {**os.environ, "SUNBEON_PORT": service.url.rpartition(":")[2]}
        assert subprocess.run(health_check, env=environment).returncode == 0
        assert "demo" not in httpx.get(f"{service.url}/").text
        answer = httpx.post(f"{service.url}/api/v1/session", json={"user": "kim", "password": "a long one"})
        assert answer.status_code == 200
    assert subprocess.run(health_check, env=environment, stderr=subprocess.DEVNULL).returncode != 0

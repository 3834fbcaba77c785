"""The build of the lobby board: what its pages say, and what its service worker keeps."""

import re
from pathlib import Path

import pytest

from service.web import display_files
from service.web.display_files import SHELL, display_build
from tests.support import Running


async def test_the_page_its_worker_and_the_service_say_the_same_build(service: Running) -> None:
    build = (await service.http.get("/display/build.json")).json()["build"]
    for path in ("/display/passport", "/display/howon1", SHELL):
        assert f'<meta name="build" content="{build}">' in (await service.http.get(path)).text
    worker = await service.http.get("/display/service-worker.js")
    assert f'const BUILD = "{build}";' in worker.text
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"


async def test_the_worker_keeps_all_that_the_page_names_and_every_file_is_there(service: Running) -> None:
    files = display_files.display_files()
    for file in files:
        assert (await service.http.get(file)).status_code == 200, file
    page = (await service.http.get(SHELL)).text
    assert set(re.findall(r'(?:href|src)="(/static/display/[^"]+|/static/clients/lib/[^"]+)"', page)) <= set(files)
    assert not any("/api/" in file or "service-worker" in file for file in files)


async def test_other_pages_do_not_name_the_worker(service: Running) -> None:
    for path in ("/", "/console", "/kiosk/passport", "/booking"):
        page = (await service.http.get(path)).text
        assert "service-worker" not in page
        assert 'name="build"' not in page


def test_another_page_or_another_file_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "display").mkdir()
    file = tmp_path / "display/lobby.js"
    file.write_text("one")
    monkeypatch.setattr(display_files, "ROOT", tmp_path)
    first = display_build("page")
    assert display_build("page") == first
    assert display_build("another page") != first
    file.write_text("another")
    second = display_build("page")
    assert second != first
    (tmp_path / "display/report.js").write_text("")
    assert display_build("page") not in (first, second)

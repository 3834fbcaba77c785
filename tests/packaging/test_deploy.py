"""The systemd unit of a lobby screen, as far as a machine without a screen can try it."""

import asyncio
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.support import CHROMIUM
from tests.support import ROOT, Running

UNIT = ROOT / "deploy/sunbeon-screen.service"


def chromium_command(text: str) -> list[str]:
    """Chromium's words in the unit's ExecStart."""
    found = re.search(r"^ExecStart=(.*?[^\\])$", text, re.MULTILINE | re.DOTALL)
    assert found
    words = shlex.split(found[1].replace("\\\n", " "))
    return words[words.index("--") + 1 :]


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd here")
    # The compositor and the browser are not on the machine of the tests: something that is stands for them.
    text = re.sub(r"/usr/bin/(cage|chromium)", "/bin/true", UNIT.read_text("utf-8"))
    unit = tmp_path / UNIT.name
    unit.write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_chromium_shows_the_board_with_the_unit_s_flags(service: Running, tmp_path: Path) -> None:
    program, *words = chromium_command(UNIT.read_text("utf-8"))
    assert program == CHROMIUM
    assert words.pop() == "${ADDRESS}"
    flags = [word for word in words if not word.startswith(("--user-data-dir=", "--ozone-platform="))]
    shot = tmp_path / "board.png"
    # Tests run as root and without a display; the rest is as on a wall.
    here = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'browser'}"]
    asked = [f"--screenshot={shot}", "--window-size=1280,720", "--virtual-time-budget=3000"]
    address = f"{service.url}/display/passport"
    browser = await asyncio.create_subprocess_exec(
        program, *flags, *here, *asked, address, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(90):
            _, said = await browser.communicate()
    finally:
        if browser.returncode is None:
            browser.kill()
            await browser.wait()
    assert shot.read_bytes().startswith(b"\x89PNG"), said

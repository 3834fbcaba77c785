"""Browsers of other processes and changes of the machine's network keep out of each other's way."""

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from tests import network_lock
from tests.support import ROOT

BROWSER = """
import sys
from pathlib import Path
from tests import network_lock
network_lock._TURN, network_lock._USE = Path(sys.argv[1]), Path(sys.argv[2])
with network_lock.unchanged():
    print("has it", flush=True)
    sys.stdin.read()
    Path(sys.argv[3]).touch()
"""


@pytest.fixture(autouse=True)
def _locks_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_lock, "_TURN", tmp_path / "turn")
    monkeypatch.setattr(network_lock, "_USE", tmp_path / "use")


def test_a_change_waits_for_the_browsers_of_other_processes(tmp_path: Path) -> None:
    over = tmp_path / "over"
    command = [sys.executable, "-c", BROWSER, tmp_path / "turn", tmp_path / "use", over]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as browser:
        assert browser.stdin
        assert browser.stdout
        assert browser.stdout.readline() == b"has it\n"
        seen: list[bool] = []

        def change() -> None:
            with network_lock.changing():
                seen.append(over.exists())

        changer = Thread(target=change)
        changer.start()
        browser.stdin.close()
        changer.join(60)
    assert seen == [True]


def test_a_second_browser_of_a_process_does_not_wait_for_who_waits_for_the_first() -> None:
    with network_lock.unchanged():
        changer = Thread(target=lambda: network_lock.changing().__enter__(), daemon=True)
        changer.start()
        with network_lock.unchanged():
            pass
    changer.join(60)
    assert not changer.is_alive()

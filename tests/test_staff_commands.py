"""Commands for staff and devices: beside a running service, or before any; each mistake is one line."""

import io
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from service.__main__ import main
from tests.access import PASSWORD
from tests.support import ROOT, SECRET, service_process

REAL = {"SUNBEON_DEMO": "0", "SUNBEON_SECRET": SECRET}


class Shell:
    """Runs commands in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def set(self, **environment: str) -> None:
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def run(self, command: str, says: str = PASSWORD) -> str:
        """What a command that succeeds prints."""
        self._monkeypatch.setattr(sys, "argv", ["sunbeon", *command.split()])
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(f"{says}\n"))
        main()
        return self._capsys.readouterr().out

    def refused(self, command: str, says: str = PASSWORD) -> str:
        """The one line of a command that fails."""
        with pytest.raises(SystemExit, match="2"):
            self.run(command, says)
        told = self._capsys.readouterr()
        assert told.out == ""
        (line,) = told.err.splitlines()
        return line

    def noted(self, command: str) -> str:
        """What a command that succeeds says beside what it prints."""
        self._monkeypatch.setattr(sys, "argv", ["sunbeon", *command.split()])
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
        main()
        return self._capsys.readouterr().err


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    """On a database in a data folder that is not there yet."""
    found = Shell(monkeypatch, capsys)
    found.set(**REAL, SUNBEON_DATA_DIR=str(tmp_path / "data"))
    return found


def test_what_commands_say(shell: Shell, database_url: str) -> None:
    shell.set(SUNBEON_DATABASE_URL=database_url)
    assert shell.run("staff list").split() == ["user", "role", "office", "from", "state", "changed"]
    assert shell.run("staff add kim --role clerk --office howon1") == "kim may sign in\n"
    assert shell.run("staff add lee --role admin") == "lee may sign in\n"
    assert shell.run("staff password kim", "five quite random words") == "kim has another password\n"
    assert shell.run("staff disable lee") == "lee may not sign in any more\n"
    rows = shell.run("staff list").splitlines()
    assert [re.split(r"  +", row)[:-1] for row in rows[1:]] == [
        ["kim", "clerk", "howon1", "operator", "in force"],
        ["lee", "admin", "all", "operator", "disabled"],
    ]
    assert shell.run("staff enable lee") == "lee may sign in again\n"
    told = shell.run("device add lobby --office howon1 --kind screen")
    assert (key := told.removeprefix("key of lobby, shown this once: ").strip()) != told.strip()
    assert len(key) >= 32
    assert shell.run("device revoke lobby") == "the key of lobby counts no more\n"
    (_, row) = shell.run("device list").splitlines()
    assert re.split(r"  +", row)[:-1] == ["lobby", "screen", "howon1", "operator", "disabled"]
    assert key not in row


def test_the_commands_of_the_docs_work_in_their_order(shell: Shell) -> None:
    text = (ROOT / "docs/operations.md").read_text("utf-8")
    commands = re.findall(r"^    python -m service ((?:staff|device) .+)$", text, re.MULTILINE)
    assert {tuple(command.split()[:2]) for command in commands} == {
        *(("staff", what) for what in ("add", "password", "disable", "enable", "list")),
        *(("device", what) for what in ("add", "revoke", "list")),
    }
    for command in commands:
        assert shell.run(command)


def test_a_mistake_is_one_line_that_says_the_mend(shell: Shell, tmp_path: Path) -> None:
    shell.run("staff add kim --role clerk --office howon1")
    assert "choose another name" in shell.refused("staff add kim --role admin")
    assert "needs an office" in shell.refused("staff add lee --role manager")
    assert "too weak" in shell.refused("staff add lee --role admin", "1234567")
    assert "too weak" in shell.refused("staff password kim", "")
    assert "staff list" in shell.refused("staff disable lee")
    assert "device list" in shell.refused("device revoke kiosk")
    shell.set(SUNBEON_CITY=str(tmp_path / "nowhere.toml"))
    assert "nowhere.toml" in shell.refused("device add kiosk --office howon1")
    shell.set(SUNBEON_DATABASE_URL="postgresql+asyncpg://kim:four-words@127.0.0.1:1/nowhere")
    line = shell.refused("staff list")
    assert "127.0.0.1:1/nowhere" in line
    assert "four-words" not in line


def test_an_office_that_the_citys_file_lacks_is_noted(shell: Shell) -> None:
    """An edit of the city may have added it, which the command can't know."""
    assert shell.noted("staff add kim --role clerk --office howon1") == ""
    assert "the city's file has no office atlantis" in shell.noted("staff add lee --role clerk --office atlantis")


def test_the_demos_own_accounts_are_not_an_operators(shell: Shell) -> None:
    shell.set(SUNBEON_DEMO="1")
    os.environ.pop("SUNBEON_SECRET")
    for name in ("admin", "clerk-passport", "manager-howon1"):
        assert "the demo has" in shell.refused(f"staff add {name} --role admin")
        assert "the demo has" in shell.refused(f"staff disable {name}")
    shell.run("staff add kim --role admin")


def test_a_first_start_with_nobody_says_what_to_do_and_needs_no_other_start(tmp_path: Path) -> None:
    # The test tries to sign in until it succeeds.
    with service_process(tmp_path, **REAL, SUNBEON_BOOTSTRAP_STORE="1", SUNBEON_LOGIN_ATTEMPTS="1000") as service:
        assert "run python -m service staff add" in service.output.read_text()
        command = (sys.executable, "-m", "service", "staff", "add", "kim", "--role", "admin")
        subprocess.run(command, env=service.environment, input=PASSWORD, text=True, check=True)
        path, wanted = f"{service.url}/api/v1/session", {"user": "kim", "password": PASSWORD}
        until = time.monotonic() + 20
        while httpx.post(path, json=wanted).status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_password_is_asked_for_twice_at_a_terminal_and_not_shown(tmp_path: Path) -> None:
    def ask(*answers: str) -> tuple[int, str]:
        """The exit code and all that the terminal shows."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(ROOT)
            os.environ.update(REAL, SUNBEON_DATA_DIR=str(tmp_path / "data"))
            os.execv(sys.executable, [sys.executable, "-m", "service", *["staff", "add", "kim", "--role", "admin"]])
        shown = b""
        left = list(answers)
        try:
            while more := os.read(terminal, 1000):
                shown += more
                if left and shown.endswith((b"Password: ", b"Again: ")):
                    os.write(terminal, f"{left.pop(0)}\n".encode())
        except OSError:
            # The terminal of a process that has ended.
            pass
        finally:
            os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()

    code, shown = ask(PASSWORD, "another password")
    assert (code, "not the same" in shown) == (2, True)
    code, shown = ask(PASSWORD, PASSWORD)
    assert (code, "kim may sign in" in shown) == (0, True)
    assert PASSWORD not in shown

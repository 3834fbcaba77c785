"""The scripts and the lock files that they use."""

import json
import os
import re
import signal
import subprocess
import time
import tomllib
from pathlib import Path

import pytest

from tests.machine import wait_for
from tests.support import ROOT

SCRIPTS = sorted(file for file in (ROOT / "scripts").iterdir() if file.is_file())
installed = pytest.mark.skipif(
    not (ROOT / ".venv/installed-dev").exists(), reason="scripts/install dev did not make this environment"
)


def normal(name: str) -> str:
    """A package's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    """Package and version of a lock, which must give hashes and nothing of where a package comes from."""
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    entries = [entry.replace("\\\n", " ") for entry in re.split(r"\n(?=\S)", text)]
    found = {}
    for entry in entries:
        matched = re.fullmatch(r"([\w.-]+)==(\S+)( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", entry)
        assert matched, entry
        found[normal(matched[1])] = matched[2]
    return found


@pytest.mark.parametrize("script", [*SCRIPTS, ROOT / ".ci/run"], ids=lambda script: script.name)
def test_a_script_can_be_run_and_says_what_it_does(script: Path) -> None:
    assert os.access(script, os.X_OK)
    shebang, comment, *_ = script.read_text("utf-8").splitlines()
    assert shebang in ("#!/bin/sh", "#!/usr/bin/env bash")
    assert comment.startswith("# ")
    subprocess.run([shebang.split()[-1].split("/")[-1], "-n", str(script)], check=True)


def test_the_locks_have_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = {
        "run": project["project"]["dependencies"],
        "build": groups["build"],
        "dev": [
            *project["project"]["dependencies"],
            *groups["build"],
            *(g for g in groups["dev"] if isinstance(g, str)),
        ],
    }
    locks = {name: locked(name) for name in wanted}
    for name, requirements in wanted.items():
        assert {normal(re.split(r"[\[<>=!~; ]", r)[0]) for r in requirements} <= locks[name].keys(), name
    assert locks["run"].items() | locks["build"].items() <= locks["dev"].items()


def test_the_npm_lock_has_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert packages.pop("")["devDependencies"] == json.loads((ROOT / "package.json").read_text())["devDependencies"]
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


@installed
def test_installing_again_takes_no_time() -> None:
    started = time.monotonic()
    for what in ("run", "dev"):
        done = subprocess.run([ROOT / "scripts/install", what], capture_output=True, text=True)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert time.monotonic() - started < 2


def test_an_unknown_word_is_refused() -> None:
    done = subprocess.run([ROOT / "scripts/install", "everything"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "usage: scripts/install [run|dev]\n")


@installed
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_run_gets_ready_stops_cleanly_and_keeps_the_data(tmp_path: Path, stop: signal.Signals) -> None:
    """How fast it does is measured by `scripts/bench speed start`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUNBEON_")}
    environment = {**kept, "SUNBEON_PORT": "0", "SUNBEON_DATA_DIR": str(tmp_path)}
    output = tmp_path / "output"
    with output.open("wb") as out:
        running = subprocess.Popen([ROOT / "scripts/run"], env=environment, stdout=out, stderr=out)
    try:
        wait_for(lambda: "store ready" in output.read_text() or running.poll() is not None, within=120)
        running.send_signal(stop)
        assert running.wait(120) == 0, output.read_text()
    finally:
        # A service that was left here would load the machine for the tests that follow.
        running.kill()
    assert (tmp_path / "store/appendonlydir").is_dir()

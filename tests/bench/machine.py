"""Processes on a core of their own, and their CPU and memory."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = {CORES[0]}
CLIENT_CORE = {CORES[-1]}

SOCKETS = 20_000
"""Descriptors that a server or a load generator may need."""


def compiled(name: str, folder: Path) -> Path:
    """The program of tests/bench/<name>.c. Raises FileNotFoundError without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise FileNotFoundError("no C compiler: apt-get install gcc libc6-dev")
    program = folder / name
    subprocess.run(
        [compiler, "-O2", "-Wall", "-D_GNU_SOURCE", "-o", program, HERE / f"{name}.c"], check=True, text=True
    )
    return program


def python_with(*packages: str) -> dict[str, str]:
    """An environment in which these packages can be imported; they are kept in build/bench and nowhere else."""
    target = ROOT / "build" / "bench" / sysconfig.get_python_version()
    for package in packages:
        if not list(target.glob(package.replace("-", "_") + "*")):
            pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            subprocess.run([*pip, "--target", target, package], check=True, capture_output=True, text=True)
    return {"PYTHONPATH": f"{ROOT}:{target}"}


def debian_package(name: str) -> None:
    """Installs it if possible. Raises subprocess.CalledProcessError or OSError if not."""
    apt = ["apt-get", "-qq", "--no-install-recommends", "-y"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], check=True, capture_output=True, env=quiet)
    subprocess.run([*apt, "install", name], check=True, capture_output=True, env=quiet)


class Process:
    """A server under test and all its children, on one core."""

    def __init__(self, command: list[str | Path], output: Path, environment: dict[str, str] | None = None) -> None:
        with output.open("ab") as out:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *command] if shutil.which("setpriv") else command,
                cwd=output.parent,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self.output = output
        self.pid = self._process.pid
        os.sched_setaffinity(self.pid, SERVER_CORE)

    def wait_for(self, port: int, within: float = 20) -> None:
        """Waits until it listens there. Raises TimeoutError with its output."""
        until = time.monotonic() + within
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(f"nothing listens on {port}: {self.output.read_text()[-2000:]}")

    def pids(self) -> list[int]:
        """The pids of the process and its descendants."""
        found = [self.pid]
        for pid in found:
            # The embedded store is started by a thread: only that thread's list has it.
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found.extend(int(child) for child in children.read_text().split())
        return found

    def cpu(self) -> float:
        """Seconds used so far, user and system."""
        return cpu_of(self.pids())

    def memory(self) -> int:
        """Bytes, shared pages counted by share (PSS)."""
        return sum(_pss(pid) for pid in self.pids())

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def cpu_of(pids: Iterable[int]) -> float:
    """Seconds that processes have used, all their threads counted."""
    spent = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            spent += int((task / "schedstat").read_text().split()[0])
    return spent / 1e9


def _pss(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("\nPss:")[1].split()[0]) * 1024


def pin(pid: int, cores: set[int]) -> None:
    """All of a process's threads."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), cores)


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Iterable[float]) -> float:
    return statistics.median(values)

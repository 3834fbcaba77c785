"""The simulated power cut: compiles powercut.c, and reads what it did."""

import shutil
import struct
import subprocess
from pathlib import Path

from tests.machine import NotHereError

SOURCE = Path(__file__).with_name("powercut.c")


class PowerCut:
    """Start the store with `environment`: each start then loses the bytes that had not been synced."""

    def __init__(self, folder: Path, store: Path) -> None:
        """Builds in `folder`; `store` is the store's data folder. Raises NotHereError where there is no cc."""
        compiler = shutil.which("cc")
        if compiler is None:
            raise NotHereError("there is no C compiler to build the power cut with")
        folder.mkdir(parents=True, exist_ok=True)
        self._table = folder / "powercut.table"
        library = folder / "powercut.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-Wall", "-o", library, SOURCE, "-ldl"], check=True)
        self.environment = {
            "LD_PRELOAD": str(library),
            "POWERCUT_TABLE": str(self._table),
            "POWERCUT_FOLDER": str(store / "appendonlydir"),
        }

    @property
    def dropped(self) -> int:
        """Bytes that were written, not synced, and lost so far."""
        _, dropped = struct.unpack_from("=QQ", self._table.read_bytes())
        return int(dropped)

"""What the life knows of its own people and windows, kept in a file so that it continues with them after a restart."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

Kept = Mapping[str, Any]

MEMBERS = {"day", "seats", "guests"}
"""Of what a scene wants kept."""


class Memory:
    """What each office's scene has kept. Without it, every open window counts as a person's and is left alone."""

    def __init__(self, file: Path | None) -> None:
        """`file`: None keeps nothing. It holds ids of a demo's tickets, and only its owner may read it."""
        self._file = file
        self._offices: dict[str, Kept] = self._read()

    def of(self, office: str) -> Kept | None:
        """What was kept of an office."""
        return self._offices.get(office)

    def keep(self, office: str, kept: Kept) -> None:
        """Writes the file before it returns, so that a kill loses nothing."""
        if self._offices.get(office) == kept:
            return
        self._offices[office] = kept
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._file.with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(json.dumps(self._offices), "utf-8")
            new.replace(self._file)
        except OSError as error:
            logger.warning("nothing will be remembered over a restart: %s", error)
            self._file = None

    def _read(self) -> dict[str, Kept]:
        try:
            found = json.loads(self._file.read_text("utf-8")) if self._file else {}
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {office: kept for office, kept in found.items() if isinstance(kept, dict) and kept.keys() >= MEMBERS}

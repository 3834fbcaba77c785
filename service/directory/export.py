"""Writes a city's document as a file that `loader.load_document` reads."""

from datetime import date
from typing import Any

import tomli_w

from service.directory.document import Document


def toml_of(document: Document) -> str:
    """The document as TOML, which writes dates bare and has no null."""
    tables: dict[str, Any] = _without_null(document)
    holidays = tables["holidays"]
    for day in holidays.get("closed", []):
        day["date"] = date.fromisoformat(day["date"])
    if "open" in holidays:
        holidays["open"] = [date.fromisoformat(day) for day in holidays["open"]]
    for office in tables["offices"]:
        for exception in office.get("exceptions", []):
            exception["date"] = date.fromisoformat(exception["date"])
    return tomli_w.dumps(tables)


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(part) for name, part in value.items() if part is not None}
    return [_without_null(part) for part in value] if isinstance(value, list) else value

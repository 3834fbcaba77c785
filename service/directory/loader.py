"""Reads a city's file into its document, or says in one line what to correct. uijeongbu.toml shows every field."""

import tomllib
from pathlib import Path
from typing import Any

from service.directory.document import CityMistake, Document, city_of_tables, json_of, lists_to_tuples
from service.domain.office import City

BUNDLED = Path(__file__).with_name("uijeongbu.toml")


class CityFileError(Exception):
    """The city's file can't be used. Its text is one line: the file, the place, what is wrong, the correction."""


def load_city(path: Path | None = None) -> City:
    """The city in `path`; None: Uijeongbu. CityFileError if the file can't be read or breaks a rule."""
    path = path or BUNDLED
    try:
        return city_of_tables(_read(path))
    except CityMistake as mistake:
        raise CityFileError(f"{path.name}: {mistake}") from None


def load_document(path: Path | None = None) -> Document:
    """The same city's document in its JSON form. Raises CityFileError."""
    load_city(path)
    return json_of(_read(path or BUNDLED))


def _read(path: Path) -> dict[str, Any]:
    try:
        # Windows editors put a byte order mark before UTF-8; tomllib doesn't take it.
        text = path.read_text(encoding="utf-8-sig")
        tables: dict[str, Any] = lists_to_tuples(tomllib.loads(text))
    except OSError as error:
        raise CityFileError(
            f"{path}: {error.strerror}: SUNBEON_CITY must name a city's file that the service may read"
        ) from None
    except UnicodeDecodeError as error:
        raise CityFileError(f"{path.name}: byte {error.start} is not UTF-8: save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise CityFileError(f"{path.name}: {error}: mend the TOML there") from None
    return tables

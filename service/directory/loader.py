"""Reads a city's file into a City, or says in one line what to correct. uijeongbu.toml shows every field."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

import holidays
from pydantic import AfterValidator, Field, ValidationError, model_validator

from service.directory.mistakes import explain
from service.domain.fields import Id, Model, Name, check_unique
from service.domain.hours import CalendarDate, Hours, Lunch, SpecialDay
from service.domain.office import (
    City,
    Counter,
    Counters,
    Holidays,
    Kind,
    Location,
    Office,
    Rules,
    Window,
    Windows,
    check_service,
)

BUNDLED = Path(__file__).with_name("uijeongbu.toml")


class CityFileError(Exception):
    """The city's file can't be used. Its text is one line: the file, the place, what is wrong, the correction."""


def _check_country(code: str) -> str:
    try:
        holidays.country_holidays(code)
    except NotImplementedError:
        raise ValueError(f"no holidays are known for {code!r}: use an ISO 3166 code, like 'KR'") from None
    return code


class _DayOff(Model):
    date: CalendarDate
    name: Name


class _Holidays(Model):
    country: Annotated[str, AfterValidator(_check_country)]
    closed: tuple[_DayOff, ...] = ()
    open: tuple[CalendarDate, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_unique((*(day.date for day in self.closed), *self.open), "date")
        return self

    def names(self) -> Holidays:
        """The country's public holidays and the city's own days off, except those on which the city works."""
        korean = holidays.country_holidays(self.country, language="ko")
        english = holidays.country_holidays(self.country, language="en_US")
        own = {day.date: day.name for day in self.closed}

        def name(day: date) -> Name | None:
            if day in own:
                return own[day]
            if day in self.open or day not in korean:
                return None
            return Name(ko=korean[day], en=english[day])

        return name


class _KindDefaults(Model):
    """What the offices of a kind have unless they say otherwise, field by field."""

    hours: Hours | None = None
    lunch: Lunch = None
    counters: Counters | None = None
    windows: Windows | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.hours:
            self.hours.check_lunch(self.lunch)
        if self.counters and self.windows:
            check_service(self.counters, self.windows)
        return self


class _Head(Model):
    id: Id
    name: Name


class _File(Model):
    city: _Head
    rules: Rules = Rules()
    holidays: _Holidays
    kinds: dict[Kind, _KindDefaults] = Field(default_factory=dict)
    offices: tuple[dict[str, Any], ...]


_MODELS = (_File, _Head, _Holidays, _DayOff, _KindDefaults, Office, Rules, Name, Location, Hours, SpecialDay)
_FIELDS = {field for model in (*_MODELS, Counter, Window) for field in model.model_fields}


def load_city(path: Path | None = None) -> City:
    """The city in `path`; None: Uijeongbu. CityFileError if the file can't be read or breaks a rule."""
    path = path or BUNDLED
    tables = _read(path)
    try:
        file = _File.model_validate(tables)
        # A kind's defaults are checked above, so that a mistake in them is named once, where it is.
        defaults = tables.get("kinds", {})
        tables["offices"] = tuple(defaults.get(str(office.get("kind")), {}) | office for office in file.offices)
        return City.model_validate(
            {
                "id": file.city.id,
                "name": file.city.name,
                "rules": file.rules,
                "holidays": file.holidays.names(),
                "offices": tables["offices"],
            }
        )
    except ValidationError as error:
        raise CityFileError(f"{path.name}: {explain(error.errors()[0], tables, _FIELDS)}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        # Windows editors put a byte order mark before UTF-8; tomllib doesn't take it.
        text = path.read_text(encoding="utf-8-sig")
        tables: dict[str, Any] = _lists_to_tuples(tomllib.loads(text))
    except OSError as error:
        raise CityFileError(
            f"{path}: {error.strerror}: SUNBEON_CITY must name a city's file that the service may read"
        ) from None
    except UnicodeDecodeError as error:
        raise CityFileError(f"{path.name}: byte {error.start} is not UTF-8: save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise CityFileError(f"{path.name}: {error}: mend the TOML there") from None
    return tables


def _lists_to_tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists_to_tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(_lists_to_tuples(part) for part in value)
    return value

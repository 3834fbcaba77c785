"""The city's document: its configuration as the city's file has it, and as JSON.

The JSON form has the same members. Dates are texts there, and lists may be empty where TOML has none. uijeongbu.toml
shows every field.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

import holidays
from pydantic import AfterValidator, Field, ValidationError, model_validator

from service.directory.mistakes import explain
from service.domain.fields import Id, Model, Name, check_unique
from service.domain.hours import AS_JSON, CalendarDate, Hours, Lunch, SpecialDay
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

Document = dict[str, Any]
"""A city's configuration in its JSON form."""


class CityMistake(Exception):
    """The document breaks a rule. Its text is one line: the place, what is wrong, the correction."""


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


class _Document(Model):
    city: _Head
    rules: Rules = Rules()
    holidays: _Holidays
    kinds: dict[Kind, _KindDefaults] = Field(default_factory=dict)
    offices: tuple[dict[str, Any], ...]


_MODELS = (_Document, _Head, _Holidays, _DayOff, _KindDefaults, Office, Rules, Name, Location, Hours, SpecialDay)
_FIELDS = {field for model in (*_MODELS, Counter, Window) for field in model.model_fields}


def city_of_tables(tables: Mapping[str, Any], context: Mapping[str, str] | None = None) -> City:
    """The city of a document whose lists are tuples. `context`: AS_JSON where dates are texts. Raises CityMistake."""
    given = dict(tables)
    try:
        document = _Document.model_validate(given, context=context)
        # A kind's defaults are checked above, so that a mistake in them is named once, where it is.
        defaults = given.get("kinds", {})
        given["offices"] = tuple(defaults.get(str(office.get("kind")), {}) | office for office in document.offices)
        return City.model_validate(
            {
                "id": document.city.id,
                "name": document.city.name,
                "rules": document.rules,
                "holidays": document.holidays.names(),
                "offices": given["offices"],
            },
            context=context,
        )
    except ValidationError as error:
        raise CityMistake(explain(error.errors()[0], given, _FIELDS)) from None


def city_of(document: Document) -> City:
    """The city of a document in its JSON form. Raises CityMistake."""
    return city_of_tables(lists_to_tuples(document), AS_JSON)


def json_of(tables: Mapping[str, Any]) -> Document:
    """The JSON form of a file's tables."""
    found: Document = json.loads(json.dumps(tables, default=date.isoformat))
    return found


def lists_to_tuples(value: Any) -> Any:
    """The same value with tuples for lists, as strict models take them."""
    if isinstance(value, dict):
        return {key: lists_to_tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(lists_to_tuples(part) for part in value)
    return value

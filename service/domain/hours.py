"""When an office is open: its week, its lunch, its special days. Every time of day here is Korean time."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationInfo,
    model_validator,
)

from service.domain.fields import Model, Name, check_unique

KST = timezone(timedelta(hours=9), "KST")
"""Asia/Seoul, by its offset: Korea has no summer time, and the machine's zone data may be missing."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)

TimeOfDay = Annotated[time, PlainSerializer(lambda clock: f"{clock:%H:%M}", return_type=str)]
"""A time of day to the minute; `HH:MM` when it is dumped."""


def korean(at: datetime) -> datetime:
    """The same moment in Korean time. ValueError for a naive `at`, which would be taken for a time in the machine's
    zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its UTC offset")
    return at.astimezone(KST)


def business_day(at: datetime) -> date:
    """The Korean calendar day that `at` falls on: numbers start anew with it."""
    return korean(at).date()


class Span(Model):
    """From `open` until just before `close`, within one day. Validates from `"09:00-18:00"`."""

    open: TimeOfDay
    close: TimeOfDay

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, cls | dict):
            return value
        found = _SPAN.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"{value!r} is not a span of time: write it like '09:00-18:00'")
        hours = [int(part) for part in found.groups()]
        return {"open": time(hours[0], hours[1]), "close": time(hours[2], hours[3])}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.close <= self.open:
            raise ValueError(f"'{self}' closes before it opens: give the earlier time first")
        return self

    def __contains__(self, clock: time) -> bool:
        return self.open <= clock < self.close

    def __str__(self) -> str:
        return f"{self.open:%H:%M}-{self.close:%H:%M}"

    def covers(self, other: "Span") -> bool:
        return self.open <= other.open and other.close <= self.close

    def meets(self, other: "Span") -> bool:
        """Whether the two have a minute in common."""
        return self.open < other.close and other.open < self.close


Lunch = Annotated[Span | None, BeforeValidator(lambda value: None if value == "none" else value)]
"""When an office closes for lunch. A file says "none" to undo the lunch of the office's kind."""


@dataclass(frozen=True, slots=True)
class Day:
    """What an office keeps on one day: its hours, and its lunch if that falls within them."""

    hours: Span
    lunch: Span | None

    def at(self, clock: time) -> Literal["open", "lunch", "closed"]:
        if clock not in self.hours:
            return "closed"
        return "lunch" if self.lunch and clock in self.lunch else "open"


class HoursToday(BaseModel):
    """A day's hours for the wire: `{"open": "09:00", "close": "18:00", "lunch": ["12:00", "13:00"]}`."""

    model_config = ConfigDict(frozen=True)

    open: TimeOfDay
    close: TimeOfDay
    lunch: tuple[TimeOfDay, TimeOfDay] | None

    @classmethod
    def of(cls, day: Day) -> "HoursToday":
        lunch = (day.lunch.open, day.lunch.close) if day.lunch else None
        return cls(open=day.hours.open, close=day.hours.close, lunch=lunch)


class Hours(Model):
    """An ordinary week. A weekday that is not given is closed."""

    mon: Span | None = None
    tue: Span | None = None
    wed: Span | None = None
    thu: Span | None = None
    fri: Span | None = None
    sat: Span | None = None
    sun: Span | None = None

    def on(self, day: date) -> Span | None:
        """The hours of that date's weekday, holidays aside; None: closed."""
        span: Span | None = getattr(self, WEEKDAYS[day.weekday()])
        return span

    def check_lunch(self, lunch: Span | None) -> None:
        """ValueError unless `lunch` lies inside the hours of some weekday and straddles those of none.

        A short day may end before lunch. A lunch that is partly inside the hours is a mistake.
        """
        if lunch is None:
            return
        week = {name: span for name in WEEKDAYS if (span := getattr(self, name)) is not None}
        for name, span in week.items():
            if span.meets(lunch) and not span.covers(lunch):
                raise ValueError(f"lunch {lunch} is partly outside {name} {span}: mend the one or the other")
        if not any(span.covers(lunch) for span in week.values()):
            raise ValueError(f"lunch {lunch} is outside every day's hours: mend it, or say lunch = 'none'")


AS_JSON = {"dates": "JSON"}
"""The validation context of a document in JSON, where dates are texts. A file in TOML writes them bare."""


def _check_date(value: object, info: ValidationInfo) -> object:
    if info.context == AS_JSON:
        with suppress(TypeError, ValueError):
            return date.fromisoformat(value)  # type: ignore[arg-type]
        raise ValueError(f"'{value}' is not a date: write it like \"2026-11-23\"")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"'{value}' is not a date: write it bare, like 2026-11-23")
    return value


CalendarDate = Annotated[date, BeforeValidator(_check_date)]


class SpecialDay(Model):
    """One date on which an office keeps other hours than its week and the holidays say.

    It states the whole day: `closed`, or `hours` and, if the office closes for it, `lunch`.
    """

    date: CalendarDate
    reason: Name
    closed: bool = False
    hours: Span | None = None
    lunch: Lunch = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.closed == (self.hours is not None):
            raise ValueError("give either closed = true or the day's hours, like hours = '10:00-15:00'")
        if self.lunch and not (self.hours and self.hours.covers(self.lunch)):
            raise ValueError(f"lunch {self.lunch} is outside the day's hours: mend the one or the other")
        return self


def _check_special_days(days: tuple[SpecialDay, ...]) -> tuple[SpecialDay, ...]:
    check_unique((day.date for day in days), "date")
    return days


SpecialDays = Annotated[tuple[SpecialDay, ...], AfterValidator(_check_special_days)]

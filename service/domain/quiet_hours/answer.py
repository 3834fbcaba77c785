"""Quiet hours for the wire: how long people usually wait, by weekday and half-hour."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from service.domain.hours import WEEKDAYS, Day, TimeOfDay
from service.domain.quiet_hours.chart import Chart, HalfHour, Waits
from service.domain.quiet_hours.day import clock

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class UsualWait(_Model):
    """A half-hour of the week. Minutes."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    weekday: Weekday
    since: TimeOfDay = Field(serialization_alias="from", description='When the half-hour begins, as "09:30".')
    minutes: int = Field(ge=0, description="The usual mean wait of those who take a number at the office then.")
    low: int | None = Field(
        ge=0,
        description="On one of five days the mean wait is lower; null where too few days are known for a band.",
    )
    high: int | None = Field(ge=0, description="On one of five days the mean wait is higher; null as `low` is.")
    quiet: bool = Field(
        description="Surely better than the middle of this day: `high` is below the day's median, and the wait 5 "
        "minutes or more."
    )


class TodaysWait(_Model):
    """A half-hour of today. Minutes."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    since: TimeOfDay = Field(serialization_alias="from")
    minutes: int = Field(ge=0, description="The mean wait so far of those who took a number in it.")


class Weekhours(_Model):
    """When the office is open on an ordinary day of the week."""

    weekday: Weekday
    open: TimeOfDay
    close: TimeOfDay
    lunch: tuple[TimeOfDay, TimeOfDay] | None


class Today(_Model):
    date: date
    weekday: Weekday
    slots: tuple[TodaysWait, ...] = Field(
        description="Those half-hours of which nearly all tickets are finished: of others only short waits are known."
    )


class QuietHours(_Model):
    """How long people usually wait, by weekday and half-hour, and how sure that is."""

    office: str
    counter: str | None = Field(description="Null: of all counters of the office together.")
    days: int = Field(ge=0, description="On how many days of the past it stands.")
    last: date | None = Field(description="The last one of them; null where there is none.")
    provisional: bool = Field(description="Too few days to tell weekdays apart: all are the same, without a band.")
    simulated: bool = Field(description="Some of these days were made up for a demo.")
    week: tuple[Weekhours, ...] = Field(description="When the office is open; a weekday that is missing is closed.")
    slots: tuple[UsualWait, ...] = Field(description="Empty where there are too few days to say anything.")
    today: Today


def quiet_hours(
    office: str, counter: str | None, chart: Chart, week: Mapping[int, Day], today: date, so_far: Waits, simulated: bool
) -> QuietHours:
    """The answer. `so_far`: today's waits, by half-hour."""
    return QuietHours(
        office=office,
        counter=counter,
        days=chart.days,
        last=chart.last,
        provisional=chart.provisional,
        simulated=simulated,
        week=tuple(_hours(weekday, day) for weekday, day in sorted(week.items())),
        slots=tuple(_usual(each) for each in chart.half_hours),
        today=Today(
            date=today,
            weekday=_weekday(today.weekday()),
            slots=tuple(TodaysWait(since=clock(each), minutes=round(wait)) for each, wait in sorted(so_far.items())),
        ),
    )


def _usual(each: HalfHour) -> UsualWait:
    return UsualWait(
        weekday=_weekday(each.weekday),
        since=clock(each.half_hour),
        minutes=round(each.minutes),
        low=None if each.low is None else math.floor(each.low),
        high=None if each.high is None else math.ceil(each.high),
        quiet=each.is_quiet,
    )


def _hours(weekday: int, day: Day) -> Weekhours:
    lunch = (day.lunch.open, day.lunch.close) if day.lunch else None
    return Weekhours(weekday=_weekday(weekday), open=day.hours.open, close=day.hours.close, lunch=lunch)


def _weekday(number: int) -> Weekday:
    return cast(Weekday, WEEKDAYS[number])

"""How long people usually wait at an office, as the service answers it."""

from datetime import date

from pydantic import Field

from .models import Model


class UsualWait(Model):
    """A half-hour of the week, in minutes; `since`: when it begins, as "09:30". `low` and `high`: its band."""

    weekday: str
    since: str = Field(alias="from")
    minutes: int
    low: int | None
    high: int | None
    quiet: bool


class TodaysWait(Model):
    """A half-hour of today, in minutes."""

    since: str = Field(alias="from")
    minutes: int


class WeekdayHours(Model):
    """When an office is open on a day of the week: mon to sun."""

    weekday: str
    open: str
    close: str
    lunch: tuple[str, str] | None


class Today(Model):
    """The waits of today that are known already."""

    date: date
    weekday: str
    slots: tuple[TodaysWait, ...]


class QuietHours(Model):
    """The usual waits of an office. `days`, `last`: the days of the past that it stands on. `simulated`: some of these
    were made up for a demo."""

    office: str
    counter: str | None
    days: int
    last: date | None
    provisional: bool
    simulated: bool
    week: tuple[WeekdayHours, ...]
    slots: tuple[UsualWait, ...]
    today: Today

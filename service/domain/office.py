"""The city: its offices (민원실), their counters (업무 창구) and windows (창구), and when each is open.

All of it is data from the city's file. Contradictions, such as two counters that give the same numbers, are refused.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from service.domain.errors import UnknownCounter, UnknownOffice, UnknownWindow
from service.domain.fields import CounterId, Id, Model, Name, Text, check_unique
from service.domain.hours import KST, Day, Hours, HoursToday, Lunch, SpecialDays, korean

Status = Literal["open", "lunch", "closed", "holiday"]
Kind = Literal["city_hall", "passport", "dong"]

DAYS_AHEAD = 30
"""How many days ahead an opening is looked for: more than any row of holidays."""

HIGHEST_NUMBER = 9999
"""Paper tickets and lobby boards are laid out for four digits."""


def _check_band(band: object) -> object:
    match band:
        case (int(first), int(last)) if 1 <= first <= last <= HIGHEST_NUMBER:
            return band
    raise ValueError(f"give the band as [first, last], in this order, between 1 and {HIGHEST_NUMBER}")


Holidays = Callable[[date], Name | None]
"""The name of the city-wide holiday on a date; None on every other day. Answers for any year."""


class Location(Model):
    """Where the office is, in degrees (WGS 84)."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Counter(Model):
    """A kind of business with its own sequence of tickets for the day."""

    id: CounterId
    name: Name
    online: bool = False
    numbers: Annotated[tuple[int, int], BeforeValidator(_check_band)]
    """First and last number of its band; both are given out."""
    max_waiting: int | None = Field(default=None, ge=1)
    """As many of one channel may wait at once; None: as many as there are numbers."""


class Window(Model):
    """A numbered desk, and the counters that it may serve."""

    id: int = Field(ge=1, le=999)
    counters: tuple[CounterId, ...]

    @model_validator(mode="after")
    def _check_counters(self) -> Self:
        if not self.counters:
            raise ValueError("serves no counter: name one at least, or take the window out")
        check_unique(self.counters, "counter")
        return self


def _check_ids(things: tuple[Any, ...]) -> tuple[Any, ...]:
    if not things:
        raise ValueError("there are none: give at least one")
    check_unique((thing.id for thing in things), "id")
    return things


def _check_bands(counters: tuple[Counter, ...]) -> tuple[Counter, ...]:
    for lower, upper in pairwise(sorted(counters, key=lambda counter: counter.numbers)):
        if upper.numbers[0] <= lower.numbers[1]:
            below, above = ("{}-{}".format(*counter.numbers) for counter in (lower, upper))
            raise ValueError(
                f'"{upper.id}": numbers {above} overlap "{lower.id}" {below}: give each counter its own band'
            )
    return counters


Counters = Annotated[tuple[Counter, ...], AfterValidator(_check_ids), AfterValidator(_check_bands)]
Windows = Annotated[tuple[Window, ...], AfterValidator(_check_ids)]


def check_service(counters: tuple[Counter, ...], windows: tuple[Window, ...]) -> None:
    """ValueError unless windows serve only counters that exist, and each counter has a window."""
    known = [counter.id for counter in counters]
    for window in windows:
        for wanted in window.counters:
            if wanted not in known:
                raise ValueError(
                    f'window {window.id} serves "{wanted}", no such counter: choose from {", ".join(known)}'
                )
    for id in known:
        if not any(id in window.counters for window in windows):
            raise ValueError(f'no window serves counter "{id}": name it in a window, or take it out')


class Office(Model):
    """One place with a queue. `address`, `phone` and `location` are None where they are not known."""

    id: Id
    kind: Kind
    name: Name
    address: Text | None = None
    phone: Text | None = None
    location: Location | None = None
    hours: Hours
    lunch: Lunch = None
    exceptions: SpecialDays = ()
    counters: Counters
    windows: Windows
    _revision: int = PrivateAttr(default=0)

    @model_validator(mode="after")
    def _check(self) -> Self:
        self.hours.check_lunch(self.lunch)
        check_service(self.counters, self.windows)
        return self

    @property
    def revision(self) -> int:
        """The revision of the city's configuration that this is of; 0 where nobody has said so."""
        return self._revision

    def of_revision(self, revision: int) -> Self:
        """The same office, as that revision has it."""
        found = self.model_copy()
        found._revision = revision
        return found

    def counter(self, id: str) -> Counter:
        for counter in self.counters:
            if counter.id == id:
                return counter
        raise UnknownCounter()

    def window(self, id: int) -> Window:
        for window in self.windows:
            if window.id == id:
                return window
        raise UnknownWindow()

    def ordinary_day(self, on: date) -> Day | None:
        """What it keeps on that date's weekday, holidays and exceptions aside; None: closed all day."""
        hours = self.hours.on(on)
        if hours is None:
            return None
        return Day(hours, self.lunch if self.lunch and hours.covers(self.lunch) else None)


class Rules(Model):
    """How the city's queues are run."""

    priority_in_a_row: int = Field(default=2, ge=1, le=20)
    """At most so many priority (우선배려) calls in a row while others wait."""
    arrival_minutes: int = Field(default=20, ge=1, le=240)
    """How long past its turn the holder of an online ticket may still arrive."""


class City(Model):
    id: Id
    name: Name
    rules: Rules = Rules()
    holidays: Holidays = Field(default=lambda day: None, exclude=True, repr=False)
    offices: Annotated[tuple[Office, ...], AfterValidator(_check_ids)]

    @cached_property
    def _by_id(self) -> dict[str, Office]:
        return {office.id: office for office in self.offices}

    def find(self, id: str) -> Office | None:
        """The office with this id; None where there is none."""
        return self._by_id.get(id)

    def office(self, id: str) -> Office:
        """The same. Raises UnknownOffice."""
        if office := self.find(id):
            return office
        raise UnknownOffice()

    def day(self, office: Office, on: date) -> Day | None:
        """What `office` keeps on a date; None: closed all day. Its own exceptions come before holidays."""
        for special in office.exceptions:
            if special.date == on:
                return Day(special.hours, special.lunch) if special.hours else None
        return None if self.holidays(on) else office.ordinary_day(on)

    def status(self, office: Office, at: datetime) -> Status:
        """Whether `office` is open at that moment; `holiday`: all day, when it keeps a city-wide holiday."""
        now = korean(at)
        day = self.day(office, now.date())
        if day:
            return day.at(now.time())
        return "holiday" if self.holidays(now.date()) else "closed"

    def opens_at(self, office: Office, at: datetime) -> datetime | None:
        """When `office`, which is not open at that moment, opens next; None: not within DAYS_AHEAD."""
        now = korean(at)
        for days in range(DAYS_AHEAD):
            on = now.date() + timedelta(days=days)
            if (day := self.day(office, on)) is None:
                continue
            for clock in (day.hours.open, day.lunch and day.lunch.close):
                if clock and (opens := datetime.combine(on, clock, KST)) > now and day.at(clock) == "open":
                    return opens
        return None

    def hours_today(self, office: Office, at: datetime) -> HoursToday | None:
        """The hours of the Korean day that `at` falls on; None when the office is closed all day."""
        day = self.day(office, korean(at).date())
        return HoursToday.of(day) if day else None

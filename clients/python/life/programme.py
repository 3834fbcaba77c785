"""Who comes to an office when, and which windows are staffed, by the wall clock.

On working days from 9:00 to 17:30, Korean time, it is the simulated day of that date itself. At any other time it is
an endless rush hour, made of the mornings of other Mondays of the same office. So there is life at every hour.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from operator import attrgetter

from ..simulation.city import SimulatedOffice
from ..simulation.course import standing
from ..simulation.demo import number_of
from ..simulation.draw import Draw
from ..simulation.parameters import WEEKDAYS
from ..simulation.people import OPENS, Person

BEGINS, ENDS = 10 * 3600, 11 * 3600 + 1800
"""The morning's rush hour, in seconds of a day. When it is over, that of another day begins."""

EVENING = 17 * 3600 + 1800
"""The second of a working day from which on hardly anybody comes."""

LOOKS = 900
"""Seconds between the moments of a rush hour at which it is looked whether people stand there."""

KST = timezone(timedelta(hours=9))

OTHER_DAYS = 10**7
"""Numbers of days from here on are no dates': the mornings of their Mondays are played at night and at weekends."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a simulated day that is played from `begins` until `ends`, seconds since the epoch."""

    begins: float
    ends: float
    day: int
    """Its number."""
    since: float
    """The second of the day with which the part begins."""

    def second(self, now: float) -> float:
        """The second of the simulated day."""
        return self.since + now - self.begins

    def time(self, second: float) -> float:
        """When a second of the simulated day is."""
        return self.begins + second - self.since


class Programme:
    """The programme of one office. The same office gives the same at the same time, so that a restart continues it."""

    def __init__(self, office: SimulatedOffice) -> None:
        self.windows = office.layout.windows
        # The offices' breaks are at different times.
        self._ahead = Draw(office.seed, office.layout.id, "ahead").between(0, ENDS - BEGINS)
        self._day = lru_cache(2)(office.day)

    def next_person(self, after: float) -> tuple[float, Person] | None:
        """Who comes next after a time (seconds since the epoch), and when; None where nobody would be served."""
        while any(self.windows.values()):
            part = self._part(after)
            people = self._day(part.day).people
            index = bisect_right(people, part.second(after), key=attrgetter("at"))
            if index < len(people) and part.time(people[index].at) < part.ends:
                return part.time(people[index].at), people[index]
            after = part.ends
        return None

    def standing(self, now: float) -> list[Person]:
        """Who is there when the life begins, at the windows or in line: as people who take their numbers then.

        These are the people who are there at that time of the simulated day. If the office is empty then, those of a
        moment of its rush hour are taken, since nobody wants to look at an empty office.
        """
        part = self._part(now)
        lines = [(moment, standing(self._day(part.day), moment)) for moment in _moments(int(part.second(now)))]
        enough = 2 + len(self.windows)
        at, people = next((line for line in lines if len(line[1]) >= enough), max(lines, key=lambda line: len(line[1])))
        return [
            replace(person, at=at, arrives=None if person.arrives is None else max(at, person.arrives))
            for person in people
        ]

    def staffed(self, window: int, now: float) -> bool:
        """Whether the clerk of this window sits there."""
        part = self._part(now)
        second = part.second(now)
        return any(s.window == window and s.opens <= second < s.closes for s in self._day(part.day).shifts)

    def next_change(self, now: float) -> float:
        """When a clerk comes or goes next."""
        part = self._part(now)
        times = {part.time(second) for shift in self._day(part.day).shifts for second in (shift.opens, shift.closes)}
        return min((time for time in times if now < time < part.ends), default=part.ends)

    def _part(self, now: float) -> Part:
        """What is played at a time."""
        today = datetime.fromtimestamp(now, KST).date()
        opens, evening = _at(today, OPENS), _at(today, EVENING)
        working = today.weekday() < 5
        if working and opens <= now < evening:
            return Part(opens, evening, number_of(today), OPENS)
        length = ENDS - BEGINS
        rush = int((now + self._ahead) // length)
        begins = rush * float(length) - self._ahead
        # A working day that begins interrupts the rush hour, and after it, the next one begins in its middle.
        ends = min(begins + length, _at(today + timedelta(days=1), 0))
        if working and now < opens:
            ends = min(ends, opens)
        return Part(begins, ends, OTHER_DAYS + rush * len(WEEKDAYS), BEGINS)


def _at(day: date, second: int) -> float:
    """The second of a date, since the epoch."""
    return datetime(day.year, day.month, day.day, tzinfo=KST).timestamp() + second


def _moments(second: int) -> Iterator[int]:
    """A second of the day, then those of the rush hour from there on and from its beginning."""
    yield second
    for later in range(LOOKS, ENDS - BEGINS, LOOKS):
        yield BEGINS + (second - BEGINS + later) % (ENDS - BEGINS)

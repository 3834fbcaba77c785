"""An oracle: it knows every parameter of the simulated city, and nothing of how the dice will fall.

It plays the rest of the day many times from the office as it stands, with drawn times for all that is still open, and
says the median. How far it is off is the noise that no estimator can be without.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from random import Random
from statistics import median

from clients.python.simulation.city import SimulatedOffice
from clients.python.simulation.course import RECALL_EVERY, RECALLS
from clients.python.simulation.people import CLOSES, OPENS, Person

PLAYS = 40
TARGET = -1
NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Standing:
    """A window: since when a person is there, or since when nobody is; `open`: the clerk sits there."""

    open: bool
    since: float
    person: Person | None


class Oracle:
    """Of one office. Moments are seconds of the day."""

    def __init__(self, office: SimulatedOffice, seed: str) -> None:
        self._office = office
        self._random = Random(seed)
        self._rates = office.rates()
        self._places = {window: place for place, window in enumerate(office.layout.windows)}

    def wait(
        self,
        now: float,
        person: Person,
        ahead: Sequence[tuple[int, Person]],
        windows: Mapping[int, Standing],
    ) -> float:
        """The median of the person's wait, in seconds. `ahead`: who is in the office and came before, with a number
        that counts them."""
        return median(self._play(now, person, ahead, windows) for _ in range(PLAYS))

    def _play(
        self, now: float, person: Person, ahead: Sequence[tuple[int, Person]], windows: Mapping[int, Standing]
    ) -> float:
        pauses = {window: self._pauses(window, now, windows[window]) for window in windows}
        free = [
            (self._from(pauses[window], self._free(window, standing, now)), window)
            for window, standing in windows.items()
        ]
        heapify(free)
        lanes: dict[tuple[bool, str], deque[tuple[int, Person]]] = {}
        for number, other in [*ahead, (1 << 30, person)]:
            lanes.setdefault((other.priority == "none", other.counter), deque()).append((number, other))
        coming = self._coming(now)
        while free:
            at, window = heappop(free)
            if at == NEVER:
                continue
            while coming and coming[0][0] <= at:
                _, counter = heappop(coming)
                lanes.setdefault((False, counter), deque()).append((1 << 31, self._someone(counter)))
                heappush(coming, self._next(counter, at))
            first = min(
                (
                    (not_first, lane[0][0], counter)
                    for (not_first, counter), lane in lanes.items()
                    if lane and counter in self._office.layout.windows[window]
                ),
                default=None,
            )
            if first is None:
                continue
            _, called = lanes[first[0], first[2]].popleft()
            if called is person:
                return max(0.0, at - now)
            heappush(free, (self._from(pauses[window], at + self._stay(called, window)), window))
        return CLOSES + self._office.parameters.clerks.overtime - now

    def _coming(self, now: float) -> list[tuple[float, str]]:
        """When those with priority come next, who go before the person."""
        coming = [self._next(counter, now) for counter in self._rates]
        heapify(coming)
        return coming

    def _next(self, counter: str, now: float) -> tuple[float, str]:
        parameters = self._office.parameters
        rate = self._rates[counter] * parameters.arrivals.busy(now) * parameters.people.priority
        return (now + self._random.expovariate(rate) * 60 if rate > 0 else NEVER), counter

    def _someone(self, counter: str) -> Person:
        return Person(0, counter, "walk_in", "elderly", "ko", 0, 0, 0, None)

    def _stay(self, person: Person, window: int, longer_than: float = 0.0) -> float:
        """A drawn time at the window, of those that are longer than this."""
        people = self._office.parameters.people
        spread = self._office.parameters.service(person.counter).spread
        mean = 60 * self._office.minutes[person.counter] * (1 + people.each_more * (person.people - 1))
        variance = math.log(1 + spread**2)
        for _ in range(30):
            if self._random.random() < people.absent:
                drawn = (RECALLS + 1.0) * RECALL_EVERY
            else:
                drawn = self._office.pace[window] * self._random.lognormvariate(
                    math.log(mean) - variance / 2, math.sqrt(variance)
                )
                if self._random.random() < people.slow_to_answer:
                    drawn += RECALL_EVERY
            if drawn > longer_than:
                return drawn
        return longer_than * 1.2

    def _free(self, window: int, standing: Standing, now: float) -> float:
        if standing.person is None:
            return now
        return standing.since + self._stay(standing.person, window, now - standing.since)

    def _pauses(self, window: int, now: float, standing: Standing) -> list[tuple[float, float]]:
        """When the clerk is away from now on."""
        found: list[tuple[float, float]] = []
        clerks, draw = self._office.parameters.clerks, self._random
        away = not standing.open
        if away and standing.since < OPENS:
            away = False
            found.append((0.0, self._comes(now)))
        for begin, least, most in self._office.pauses(self._places[window]):
            if away and begin <= standing.since <= begin + 120 + most:
                found.append((0.0, self._comes_back(now, begin, least, most)))
                away = False
            elif begin + 120 > now or (standing.person and standing.since <= begin + 120):
                begins = begin + draw.uniform(0, 120)
                found.append((begins, begins + draw.uniform(least, most)))
        found.append((CLOSES + clerks.overtime, NEVER))
        return found

    def _comes(self, now: float) -> float:
        """When a window opens at which nobody was yet today: its clerk is late, or absent."""
        clerks = self._office.parameters.clerks
        late, absent = ((OPENS + latest - now) / latest for latest in (clerks.opens_late, clerks.replaced_in))
        late, absent = max(0.0, min(1.0, late)) * (1 - clerks.absent), max(0.0, min(1.0, absent)) * clerks.absent
        latest = clerks.opens_late if self._random.random() * (late + absent) < late else clerks.replaced_in
        return max(now + 1, self._random.uniform(max(now, OPENS), OPENS + latest))

    def _comes_back(self, now: float, begin: float, least: float, most: float) -> float:
        """When a clerk who is in a pause comes back."""
        for _ in range(30):
            back = begin + self._random.uniform(0, 120) + self._random.uniform(least, most)
            if back > now:
                return back
        return now + 1

    def _from(self, pauses: Sequence[tuple[float, float]], at: float) -> float:
        """When a clerk who is free at `at` calls next."""
        for begin, end in pauses:
            if begin <= at < end:
                at = end
        return at

"""A simulated city: its offices, and any of their days, drawn from a seed and `parameters.toml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from .day import Day, Shift
from .draw import Draw
from .layout import Layout
from .parameters import WEEKDAYS, Parameters
from .people import CLOSES, LANGUAGES, OPENS, PRIORITIES, Person


@dataclass(frozen=True)
class SimulatedOffice:
    """An office of the simulated city. `lunch`: the seconds of the day between which it is closed for lunch, or None.

    All its attributes are the truth that an oracle knows and an estimator has to find out.
    """

    layout: Layout
    lunch: tuple[int, int] | None
    parameters: Parameters
    seed: str | int

    @cached_property
    def size(self) -> float:
        """How busy it is, as a factor."""
        return Draw(self.seed, self.layout.id, "size").around(1.0, self.parameters.arrivals.office_spread)

    @cached_property
    def minutes(self) -> Mapping[str, float]:
        """How long one person takes at each counter on average."""
        draw = Draw(self.seed, self.layout.id, "minutes")
        spread = self.parameters.clerks.office_spread
        return {
            counter: self.parameters.service(counter).minutes * draw.around(1.0, spread)
            for counter in self.layout.counters
        }

    @cached_property
    def pace(self) -> Mapping[int, float]:
        """How much longer than others each window's clerk takes, as a factor."""
        draw = Draw(self.seed, self.layout.id, "pace")
        return {window: draw.around(1.0, self.parameters.clerks.pace_spread) for window in self.layout.windows}

    def capacity(self, windows: Mapping[int, tuple[str, ...]]) -> dict[str, float]:
        """How many tickets a minute these windows can serve at each counter of this office."""
        tickets = dict.fromkeys(self.layout.counters, 0.0)
        each = sum(
            share * (1 + self.parameters.people.each_more * (people - 1))
            for people, share in self.parameters.people.groups.items()
        )
        for counters in windows.values():
            whole = sum(self.parameters.service(counter).weight for counter in counters)
            for counter in counters:
                service = self.parameters.service(counter)
                tickets[counter] = tickets.get(counter, 0.0) + service.weight / whole / (
                    self.minutes.get(counter, service.minutes) * each
                )
        return tickets

    def rates(self) -> dict[str, float]:
        """How many tickets a minute each counter gives at the peak of an ordinary day.

        Offices have as many windows as their services need: where these take longer, fewer people come.
        """
        load = self.parameters.arrivals.load * self.size
        return {counter: load * rate for counter, rate in self.capacity(self.layout.windows).items()}

    def day(self, number: int) -> Day:
        """The working day with this number; day 0 is a Monday."""
        weekday = self.parameters.arrivals.weekdays[WEEKDAYS[number % len(WEEKDAYS)]]
        draw = Draw(self.seed, self.layout.id, "day", number)
        busy = weekday * draw.around(1.0, self.parameters.arrivals.day_spread)
        people = [
            person
            for counter, rate in self.rates().items()
            for person in self._people(counter, busy * rate, Draw(self.seed, self.layout.id, number, counter))
        ]
        return Day(
            tuple(sorted(people, key=attrgetter("at"))),
            tuple(self._shifts(Draw(self.seed, self.layout.id, "shifts", number))),
            self.layout.windows,
            self.pace,
        )

    def _people(self, counter: str, per_minute: float, draw: Draw) -> Iterator[Person]:
        at, arrivals = float(OPENS), self.parameters.arrivals
        while True:
            at += draw.interval(60 / per_minute)
            if at >= CLOSES:
                return
            if draw.chance(arrivals.busy(at)):
                yield self._person(counter, int(at), draw)

    def _person(self, counter: str, at: int, draw: Draw) -> Person:
        habits, service = self.parameters.people, self.parameters.service(counter)
        online = self.layout.counters[counter] and draw.chance(habits.online)
        people = draw.pick(habits.groups)
        mean = 60 * self.minutes[counter] * (1 + habits.each_more * (people - 1))
        return Person(
            at=at,
            counter=counter,
            channel="online" if online else "walk_in",
            priority=draw.pick(PRIORITIES) if draw.chance(habits.priority) else "none",
            lang=draw.pick(LANGUAGES),
            service=max(10, round(draw.around(mean, service.spread))),
            arrives=self._arrival(at, draw) if online else at,
            answers=None if draw.chance(habits.absent) else int(draw.chance(habits.slow_to_answer)),
            gives_up=at + int(draw.between(600, 2400)) if draw.chance(habits.impatient) else None,
            people=people,
        )

    def _arrival(self, at: int, draw: Draw) -> int | None:
        if draw.chance(self.parameters.people.never_come):
            return None
        low, high = (1500, 3000) if draw.chance(self.parameters.people.late) else (120, 600)
        return at + int(draw.between(low, high))

    def _shifts(self, draw: Draw) -> Iterator[Shift]:
        for place, window in enumerate(self.layout.windows):
            clerks = self.parameters.clerks
            late = self.replaced_in(window) if draw.chance(clerks.absent) else clerks.opens_late
            opens = OPENS + int(draw.between(0, late))
            for begins, least, most in self.pauses(place):
                begins += int(draw.between(0, 120))
                back = begins + int(draw.between(least, most))
                if begins > opens:
                    yield Shift(window, opens, begins)
                    opens = back
                elif back > opens:
                    # Whoever comes for an absent clerk comes after the pause.
                    opens = back
            yield Shift(window, opens, CLOSES + clerks.overtime)

    def replaced_in(self, window: int) -> int:
        """The seconds at most until somebody comes for the clerk of this window. No counter is left without windows for
        long."""
        counters = [counter for served in self.layout.windows.values() for counter in served]
        alone = any(counters.count(counter) == 1 for counter in self.layout.windows[window])
        return self.parameters.clerks.alone_replaced_in if alone else self.parameters.clerks.replaced_in

    def pauses(self, place: int) -> list[tuple[int, int, int]]:
        """When the clerk of the window in this place plans to pause: when, and how long at least and at most."""
        clerks = self.parameters.clerks
        shortest, longest = clerks.break_seconds
        pauses = [(begin + place * clerks.between, shortest, longest) for begin in clerks.breaks]
        if self.lunch:
            begin, end = self.lunch
            # The last call is before lunch, and the first one after it.
            pauses.append((begin - 120, end - begin + 120, end - begin + 180))
        else:
            pauses.append((clerks.lunches[place % len(clerks.lunches)], *clerks.lunch_seconds))
        planned: list[tuple[int, int, int]] = []
        back = OPENS
        for begin, least, most in sorted(pauses):
            # Nobody has a break shortly after another.
            if begin > back + 1200:
                planned.append((begin, least, most))
                back = begin + most
        return planned

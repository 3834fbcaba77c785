"""Simulated office-days, played to the fold as the service's events will be, beside an oracle and the peers' rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from statistics import median
from time import perf_counter

from clients.python.simulation.city import SimulatedOffice
from clients.python.simulation.course import Event, Kind, course
from clients.python.simulation.day import Day
from clients.python.simulation.draw import Draw
from clients.python.simulation.layout import Layout
from clients.python.simulation.parameters import parameters
from clients.python.simulation.people import CLOSES, OPENS, Person
from service.directory.loader import load_city
from service.domain.wait.city import MINUTES, Mean, merged
from service.domain.wait.estimation import estimate, expect, served_today
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.model import kind_of
from tests.bench.waits.oracle import Oracle, Standing
from tests.bench.waits.scores import Scored

BY_WINDOWS = "n x mean / windows"

BUSY = 0.7
"""How busy an office is on average, relative to its peak."""
A_DAY = 12
"""About so many tickets of each counter and day the oracle is asked about."""


def offices(seed: str | int) -> list[SimulatedOffice]:
    """The city's sixteen offices, with people and clerks of this seed."""
    found = []
    for office in load_city(None).offices:
        lunch = office.lunch and tuple(
            clock.hour * 3600 + clock.minute * 60 for clock in (office.lunch.open, office.lunch.close)
        )
        layout = Layout(
            office.id,
            {counter.id: counter.online for counter in office.counters},
            {window.id: window.counters for window in office.windows},
        )
        found.append(SimulatedOffice(layout, (lunch[0], lunch[1]) if lunch else None, parameters(), seed))
    return found


@dataclass
class OfficePlayer:
    """Plays an office's days to its `OfficeWaits`."""

    office: SimulatedOffice
    asks: bool = True
    """Whether the oracle is asked."""
    waits: OfficeWaits = field(init=False)

    def __post_init__(self) -> None:
        layout = self.office.layout
        self.waits = OfficeWaits({window: list(counters) for window, counters in layout.windows.items()})
        self._oracle = Oracle(self.office, f"{self.office.seed} {layout.id} oracle")
        self._shared = {
            counter: {other for served in layout.windows.values() if counter in served for other in served}
            for counter in layout.counters
        }
        self._every = {
            counter: max(1, round(rate * (CLOSES - OPENS) / 60 * BUSY / A_DAY))
            for counter, rate in self.office.rates().items()
        }
        self._times = {counter: Mean(MINUTES) for counter in layout.counters}

    def play(self, number: int, day: Day) -> Iterator[tuple[float, Scored | None]]:
        """The day, event by event: the second, and the ticket that was taken."""
        self._day = day
        lunch = self.office.lunch
        closures = [(lunch[0] / 60, lunch[1] / 60)] if lunch else []
        self.waits.begin_day(closures, OPENS / 60, CLOSES / 60)
        self._here: dict[int, Person] = {}
        self._windows = {window: Standing(False, 0.0, None) for window in self.office.layout.windows}
        self._last_wait: dict[str, float] = {}
        forgets = Draw(self.office.seed, self.office.layout.id, "forgets", number)
        told: dict[int, Scored] = {}
        happened = list(course(day))
        skipped: set[int] = set()
        for i, event in enumerate(happened):
            at, person = event.at / 60, event.person
            following = happened[i + 1] if i + 1 < len(happened) else None
            ticket = None
            if event.kind is Kind.CAME and person is not None:
                ticket = self._comes(number, person, event)
                if ticket:
                    told[person] = ticket
            elif event.kind is Kind.ARRIVED and person is not None:
                self._here[person] = day.people[person]
                self.waits.arrived(person, at)
            elif event.kind is Kind.GAVE_UP and person is not None:
                self._here.pop(person, None)
                told.pop(person, None)
                self.waits.gone(person, at)
            elif event.kind is Kind.CALLED and person is not None and event.window is not None:
                called = self._here.pop(person)
                self._windows[event.window] = Standing(True, event.at, called)
                self._last_wait[called.counter] = (event.at - called.at) / 60
                if person in told:
                    told[person].wait = at - told[person].minute
                self.waits.called(person, called.counter, event.window, at, called.people)
            elif event.kind is Kind.DONE and event.window is not None:
                self._learn_mean(event)
                self._windows[event.window] = Standing(True, event.at, None)
                leaves = following and following.kind is Kind.CLOSED and following.window == event.window
                if (
                    leaves
                    and following
                    and following.at < CLOSES
                    and forgets.chance(self.office.parameters.clerks.forgets)
                ):
                    skipped.add(i + 1)
                else:
                    self.waits.freed(event.window, at)
            elif event.kind is Kind.CLOSED and event.window is not None:
                self._windows[event.window] = Standing(False, event.at, None)
                if i not in skipped:
                    self.waits.closed(event.window, at)
            elif event.kind is Kind.OPENED and event.window is not None:
                self._windows[event.window] = Standing(True, event.at, None)
                self.waits.freed(event.window, at)
                self.waits.opened(event.window, self.office.layout.windows[event.window], at)
            yield event.at, ticket
        self.waits.end_day()

    def _comes(self, number: int, id: int, event: Event) -> Scored | None:
        person, at = self._day.people[id], event.at / 60
        if person.arrives != person.at:
            self.waits.issued(id, person.counter, at, here=False)
            return None
        shared = self._shared[person.counter]
        before = [
            (n, other)
            for n, other in self._here.items()
            if other.counter in shared and not (other.priority == "none" and person.priority != "none")
        ]
        self._here[id] = person
        ahead: dict[str, int] = {}
        for _, other in before:
            kind = kind_of(other.counter, other.people)
            ahead[kind] = ahead.get(kind, 0) + 1
        model = self.waits.model(person.counter, at)
        expected = expect(model, ahead, at)
        said = estimate(model, ahead, at, expected)
        ticket = Scored(
            place=f"{self.office.layout.id}/{person.counter}",
            day=f"{number:03}",
            minute=at,
            ahead=len(before),
            windows=model.outlook.windows,
            word=said.word,
            minutes=said.minutes,
            low=said.low,
            high=said.high,
            rules=self._rules(person, len(before)),
            served=served_today(model, ahead, at, expected),
        )
        if self.asks and said.word != "now" and id % self._every[person.counter] == 0:
            ticket.stands_for = self._every[person.counter]
            order = sorted(self._here.items())
            ticket.oracle = (
                self._oracle.wait(event.at, person, [(n, p) for n, p in order if n != id], self._windows) / 60
            )
        self.waits.issued(id, person.counter, at, ahead)
        return ticket

    def _rules(self, person: Person, ahead: int) -> dict[str, float]:
        """n x mean / windows, the wait of whoever was called last, and the elapsed wait of whoever is first in line."""
        mean, served = self._times[person.counter].value, self.office.layout.windows
        there = [window for window, at in self._windows.items() if at.open and person.counter in served[window]]
        by_windows = ahead * mean / max(1, len(there))
        mine = [other.at for id, other in self._here.items() if other.counter == person.counter]
        first = min(mine, default=person.at)
        return {
            BY_WINDOWS: by_windows,
            "last to enter": self._last_wait.get(person.counter, by_windows),
            "head of line": (person.at - first) / 60,
        }

    def _learn_mean(self, event: Event) -> None:
        assert event.window is not None
        standing = self._windows[event.window]
        if standing.person:
            self._times[standing.person.counter].learn((event.at - standing.since) / 60)


def estimate_ms(office: SimulatedOffice) -> float:
    """The median time that an estimate takes for the counters of an office after a day, with up to 60 tickets ahead."""
    player = OfficePlayer(office, asks=False)
    for _ in player.play(0, office.day(0)):
        pass
    noon, took = 720.0, []
    for counter in office.layout.counters:
        model = player.waits.model(counter, noon)
        for ahead in range(61):
            began = perf_counter()
            estimate(model, {counter: ahead}, noon)
            took.append(perf_counter() - began)
    return 1000 * median(took)


def play(city_offices: Sequence[SimulatedOffice], days: int, *, asks: bool = True) -> Iterator[Scored]:
    """So many days of the offices at the same time; every ticket that was taken, when its day is over."""
    players = [OfficePlayer(office, asks) for office in city_offices]
    for number in range(days):
        # As in the service, offices learn from each other from one day to the next.
        city = merged(player.waits.own for player in players)
        for player in players:
            player.waits.join(city)
        plays = [player.play(number, player.office.day(number)) for player in players]
        tickets = [ticket for _, ticket in merge(*plays, key=itemgetter(0)) if ticket]
        yield from tickets

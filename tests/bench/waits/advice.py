"""What the city gains when some people come at quieter hours: the same people, on the same days, with other times.

Everybody has a time at which they would come. Those who follow the advice know the mean wait of each half-hour of some
weeks before, and come in the best half-hour within two hours of their time, if it is five minutes better or more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, quantiles

from clients.python.simulation.city import SimulatedOffice
from clients.python.simulation.course import Kind, course
from clients.python.simulation.day import Day
from clients.python.simulation.draw import Draw
from clients.python.simulation.people import Person

SHARES = (0.0, 0.1, 0.3, 0.5)
PAST_DAYS = 15
SLOT = 1800
WITHIN = 4
"""Half-hours by which people move their visit at most."""
BETTER = 5.0
"""Minutes by which it must be better."""
FEWEST = 20
"""Tickets of the past that a half-hour's mean needs."""


@dataclass(frozen=True)
class Effect:
    """Of all people of the city; waits in minutes."""

    share: float
    mean: float
    ninetieth: float
    followers: float | None
    """The mean of those who follow the advice, whether or not it moved them; None where nobody does."""
    others: float
    not_called: float
    """The share of people whom nobody called: they gave up, never came, or the day was over."""


def measure(offices: Sequence[SimulatedOffice], days: int, *, around_lunch: bool = True) -> list[Effect]:
    """The effect on so many days, by the share of people who follow the advice.

    Without `around_lunch`, nobody who would come about an office's lunch is moved: much of the effect is theirs, and in
    a real city many of them know when it closes.
    """
    usual = {office.layout.id: _usual(office) for office in offices}
    found = []
    for share in SHARES:
        followers: list[float] = []
        others: list[float] = []
        came = 0
        for office in offices:
            for number in range(PAST_DAYS, PAST_DAYS + days):
                day = office.day(number)
                draw = Draw(office.seed, office.layout.id, "advice", number)
                # One draw decides for all shares, so that a larger share has the followers of a smaller one too.
                marks = [draw.between(0, 1) for _ in day.people]
                people = [
                    (
                        _moved(person, usual[office.layout.id], draw)
                        if mark < share and (around_lunch or not _about_lunch(office, person))
                        else person,
                        mark < share,
                    )
                    for person, mark in zip(day.people, marks, strict=True)
                ]
                people.sort(key=lambda each: each[0].at)
                came += len(people)
                changed = replace(day, people=tuple(person for person, _ in people))
                for number_of, wait in _waits(changed):
                    (followers if people[number_of][1] else others).append(wait)
        everybody = followers + others
        found.append(
            Effect(
                share,
                fmean(everybody),
                quantiles(everybody, n=10)[-1],
                fmean(followers) if followers else None,
                fmean(others),
                1 - len(everybody) / came,
            )
        )
    return found


def _about_lunch(office: SimulatedOffice, person: Person) -> bool:
    return office.lunch is not None and office.lunch[0] - SLOT <= person.at < office.lunch[1]


def _waits(day: Day) -> Iterator[tuple[int, float]]:
    """The people who were called, by their place in the day, and their waits in the office."""
    for event in course(day):
        if event.kind is Kind.CALLED and event.person is not None:
            person = day.people[event.person]
            yield event.person, (event.at - max(person.at, person.arrives or 0)) / 60


def _usual(office: SimulatedOffice) -> Mapping[int, float]:
    """The mean wait in each half-hour of the past, where enough people came."""
    waits: dict[int, list[float]] = defaultdict(list)
    for number in range(PAST_DAYS):
        day = office.day(number)
        for person, wait in _waits(day):
            waits[day.people[person].at // SLOT].append(wait)
    return {slot: fmean(found) for slot, found in waits.items() if len(found) >= FEWEST}


def _moved(person: Person, usual: Mapping[int, float], draw: Draw) -> Person:
    own = person.at // SLOT
    near = [slot for slot in usual if abs(slot - own) <= WITHIN]
    if own not in usual or not near:
        return person
    best = min(near, key=lambda slot: usual[slot])
    if usual[own] - usual[best] < BETTER:
        return person
    at = int(best * SLOT + draw.between(0, SLOT))
    later = at - person.at
    return replace(
        person,
        at=at,
        arrives=None if person.arrives is None else person.arrives + later,
        gives_up=None if person.gives_up is None else person.gives_up + later,
    )

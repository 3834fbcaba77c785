"""The course of the line over a day, if every clerk calls the person who has waited longest."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count

from .day import Day
from .people import Person

RECALLS = 2
"""How often a person who doesn't come to the window is recalled before they are a no-show."""

RECALL_EVERY = 45
"""Seconds."""


class Kind(StrEnum):
    """What happened. DONE: served, or given up as a no-show."""

    CAME = "came"
    ARRIVED = "arrived"
    CALLED = "called"
    DONE = "done"
    GAVE_UP = "gave up"
    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: second of the day. `person` counts the day's people from 0."""

    at: int
    kind: Kind
    person: int | None = None
    window: int | None = None


def stay(person: Person, pace: float = 1.0) -> int:
    """How long the person takes a window, from the call until they are served or given up as a no-show."""
    if person.answers is None:
        return (RECALLS + 1) * RECALL_EVERY
    return person.answers * RECALL_EVERY + round(person.service * pace)


def course(day: Day) -> Iterator[Event]:
    """All that happens in the day, in order."""
    return _Office(day).run()


def standing(day: Day, second: int) -> list[Person]:
    """The people who have a number at that second and aren't done: those at the windows first, then the line."""
    called: dict[int, None] = {}
    waiting: dict[int, None] = {}
    for event in course(day):
        if event.at > second:
            break
        if event.person is None:
            continue
        if event.kind is Kind.CAME:
            waiting[event.person] = None
        elif event.kind is Kind.CALLED:
            del waiting[event.person]
            called[event.person] = None
        elif event.kind is Kind.DONE:
            del called[event.person]
        elif event.kind is Kind.GAVE_UP:
            del waiting[event.person]
    return [day.people[number] for number in (*called, *waiting)]


class _Office:
    def __init__(self, day: Day) -> None:
        self._day = day
        self._order = count()
        self._due: list[tuple[int, int, Event]] = []
        self._waiting: dict[int, bool] = {}
        """The people with a number who weren't called yet, the longest waiting first; the value: are they in the
        office?"""
        self._at_window: dict[int, int | None] = {}
        """Who is at each open window."""
        self._closing: set[int] = set()
        """Windows that close as soon as nobody is there."""
        for shift in day.shifts:
            self._expect(Event(shift.opens, Kind.OPENED, window=shift.window))
            self._expect(Event(shift.closes, Kind.CLOSED, window=shift.window))
        for number, person in enumerate(day.people):
            self._expect(Event(person.at, Kind.CAME, number))

    def run(self) -> Iterator[Event]:
        while self._due:
            *_, event = heappop(self._due)
            if self._happens(event):
                yield event
            yield from self._closes(event.at)
            yield from self._calls(event.at)

    def _expect(self, event: Event) -> None:
        heappush(self._due, (event.at, next(self._order), event))

    def _happens(self, event: Event) -> bool:
        """Whether what was expected does happen."""
        match event:
            case Event(kind=Kind.CAME, person=int(number)):
                self._comes(number, self._day.people[number])
            case Event(kind=Kind.ARRIVED, person=int(number)):
                if number not in self._waiting:
                    return False
                self._waiting[number] = True
            case Event(kind=Kind.GAVE_UP, person=int(number)):
                return self._waiting.pop(number, None) is not None
            case Event(kind=Kind.DONE, window=int(window)):
                self._at_window[window] = None
            case Event(kind=Kind.OPENED, window=int(window)):
                self._closing.discard(window)
                if window in self._at_window:
                    return False
                self._at_window[window] = None
            case Event(kind=Kind.CLOSED, window=int(window)):
                self._closing.add(window)
                return False
        return True

    def _closes(self, at: int) -> Iterator[Event]:
        for window in [w for w in self._closing if self._at_window.get(w, -1) is None]:
            del self._at_window[window]
            yield Event(at, Kind.CLOSED, window=window)

    def _comes(self, number: int, person: Person) -> None:
        self._waiting[number] = person.arrives == person.at
        if person.arrives is not None and person.arrives > person.at:
            self._expect(Event(person.arrives, Kind.ARRIVED, number))
        if person.gives_up is not None:
            self._expect(Event(person.gives_up, Kind.GAVE_UP, number))

    def _calls(self, at: int) -> Iterator[Event]:
        for window, there in self._at_window.items():
            if there is None and window not in self._closing:
                number = self._first(self._day.windows[window])
                if number is not None:
                    del self._waiting[number]
                    self._at_window[window] = number
                    yield Event(at, Kind.CALLED, number, window)
                    self._expect(
                        Event(
                            at + stay(self._day.people[number], self._day.pace.get(window, 1.0)),
                            Kind.DONE,
                            number,
                            window,
                        )
                    )

    def _first(self, counters: tuple[str, ...]) -> int | None:
        present = [n for n, there in self._waiting.items() if there and self._day.people[n].counter in counters]
        return min(present, key=lambda n: (self._day.people[n].priority == "none", n), default=None)

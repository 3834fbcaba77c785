"""Scored tickets, and the figures that come of them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from rich.console import Console
from rich.table import Table


@dataclass
class Scored:
    """A ticket: what was said when it was taken, and how long it waited. Minutes."""

    place: str
    """Office and counter."""
    day: str
    minute: float
    """Of the day."""
    ahead: int
    windows: int
    word: str
    minutes: float
    low: float
    high: float
    rules: dict[str, float] = field(default_factory=dict)
    """What other rules say."""
    served: float | None = None
    """The probability that was said of being called before the office closes."""
    oracle: float | None = None
    """None where the oracle was not asked."""
    stands_for: int = 1
    """How many tickets of its counter there are for each that the oracle is asked about."""
    wait: float | None = None
    """None for those who gave up."""

    @property
    def error(self) -> float:
        return abs(self.minutes - self.true)

    @property
    def true(self) -> float:
        assert self.wait is not None
        return self.wait


@dataclass(frozen=True)
class Figures:
    """Of some scored tickets. Shares are fractions."""

    tickets: int
    wait: float
    error: float
    coverage: float
    below: float
    above: float
    width: float
    ratio: float | None
    """Our error divided by the oracle's, on the tickets that it was asked about."""


def figures(tickets: Sequence[Scored]) -> Figures:
    """Of at least one ticket. A call within the range, its ends included, is covered."""
    asked = [ticket for ticket in tickets if ticket.oracle is not None]
    noise = _noise(asked)
    below = fmean([ticket.true < ticket.low for ticket in tickets])
    above = fmean([ticket.true > ticket.high for ticket in tickets])
    return Figures(
        len(tickets),
        fmean([ticket.true for ticket in tickets]),
        fmean([ticket.error for ticket in tickets]),
        1 - below - above,
        below,
        above,
        fmean([ticket.high - ticket.low for ticket in tickets]),
        sum(ticket.stands_for * ticket.error for ticket in asked) / noise if noise else None,
    )


def _noise(asked: Iterable[Scored]) -> float:
    """What the errors of the oracle add up to."""
    return sum(t.stands_for * abs(t.oracle - t.true) for t in asked if t.oracle is not None)


def grouped(tickets: Iterable[Scored], key: Callable[[Scored], str]) -> dict[str, Figures]:
    """The figures by a property of the tickets."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for ticket in tickets:
        groups[key(ticket)].append(ticket)
    return {name: figures(groups[name]) for name in sorted(groups)}


def by_hour(tickets: Iterable[Scored]) -> dict[str, Figures]:
    return grouped(tickets, lambda ticket: f"{int(ticket.minute) // 60:02}h")


def by_place(tickets: Iterable[Scored]) -> dict[str, Figures]:
    return grouped(tickets, lambda ticket: ticket.place)


def rules(tickets: Sequence[Scored]) -> dict[str, tuple[float, float | None]]:
    """The error of each other rule in minutes, of the tickets of which it says something, and its ratio to the
    oracle's."""
    asked = [ticket for ticket in tickets if ticket.oracle is not None]
    noise = _noise(asked)
    found = {}
    for rule in dict.fromkeys(rule for ticket in tickets for rule in ticket.rules):
        errors = [abs(ticket.rules[rule] - ticket.true) for ticket in tickets if rule in ticket.rules]
        noisy = sum(t.stands_for * abs(t.rules[rule] - t.true) for t in asked if rule in t.rules)
        found[rule] = fmean(errors), noisy / noise if noise else None
    return found


def show(console: Console, title: str, groups: Mapping[str, Figures]) -> None:
    """Prints a table of these groups."""
    table = Table(
        "",
        "tickets",
        "wait",
        "error",
        "x oracle",
        "coverage",
        "below",
        "above",
        "width",
        title=title,
        title_justify="left",
    )
    for name, found in groups.items():
        table.add_row(
            name,
            f"{found.tickets:,}",
            f"{found.wait:.1f}",
            f"{found.error:.2f}",
            "" if found.ratio is None else f"{found.ratio:.2f}",
            f"{found.coverage:.3f}",
            f"{found.below:.3f}",
            f"{found.above:.3f}",
            f"{found.width:.1f}",
        )
    console.print(table)


def as_json(tickets: Sequence[Scored], published: str) -> dict[str, float | int | None]:
    """The figures that others compare. `published`: the rule whose error stands for what a city publishes."""
    found, theirs = figures(tickets), rules(tickets).get(published)
    return {
        "tickets": found.tickets,
        "mae_minutes": round(found.error, 3),
        "coverage": round(found.coverage, 4),
        "below": round(found.below, 4),
        "above": round(found.above, 4),
        "published_mae_minutes": None if theirs is None else round(theirs[0], 3),
    }

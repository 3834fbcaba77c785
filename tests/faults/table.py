"""What the long run found, as tables for a terminal."""

from rich.console import Console
from rich.table import Table

from tests.faults.cost import Cost
from tests.faults.parts import Part
from tests.faults.trial import Outcome

COLUMNS = ["part", "faults", "tickets", "a second", "no answer", "lost", "twice", "other", "back", "worst", "target"]
"""`back` and `worst` are seconds, `back` the median; `no answer` counts requests whose answer was lost."""
VIOLATIONS_SHOWN = 5

Found = Outcome | str
"""The outcome, or the reason why there is none."""


def show_parts(found: list[tuple[Part, Found]], console: Console) -> None:
    table = Table(*COLUMNS)
    for part, outcome in found:
        if isinstance(outcome, str):
            table.add_row(part.name, *[""] * (len(COLUMNS) - 2), outcome)
            continue
        for violation in outcome.violations[:VIOLATIONS_SHOWN]:
            console.print(f"{part.name}: {violation}")
        table.add_row(part.name, *_counts(outcome), verdict(part, outcome))
    console.print(table)


def verdict(part: Part, outcome: Outcome) -> str:
    if not part.is_met_by(outcome):
        return "MISSED"
    if part.loss_free:
        return "kept"
    return "none: not loss-free" if part.back_within is None else "back in time"


def _counts(outcome: Outcome) -> list[str]:
    lost, twice = outcome.count("lost"), outcome.count("twice")
    other = len(outcome.violations) - lost - twice
    back = sorted(outcome.back)
    return [
        *map(str, (outcome.faults, outcome.tickets, round(outcome.rate), outcome.lost_answers, lost, twice, other)),
        f"{back[len(back) // 2]:.2f}" if back else "",
        f"{back[-1]:.2f}" if back else "",
    ]


def show_costs(costs: list[Cost], console: Console) -> None:
    table = Table("set-up", "clients", "tickets a second", "p50 (ms)", "p99 (ms)", "refused")
    for cost in costs:
        milliseconds = [f"{seconds * 1000:.1f}" for seconds in (cost.p50, cost.p99)]
        table.add_row(cost.name, str(cost.clients), f"{cost.rate:.0f}", *milliseconds, str(cost.refused))
    console.print(table)

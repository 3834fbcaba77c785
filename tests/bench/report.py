"""The figures of a benchmark, as a table and as JSON."""

import json
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

Figures = dict[str, dict[str, list[float]]]
"""Name of the figure -> peer -> one value for each round."""


@dataclass(frozen=True)
class Target:
    """A target: the ratio of Sunbeon's `figure` to that of `base` in the same round, at most or at least."""

    figure: str
    base: str
    times: float
    at_most: bool = True

    def met(self, ratio: float) -> bool:
        return ratio <= self.times if self.at_most else ratio >= self.times


@dataclass
class Report:
    title: str
    targets: tuple[Target, ...] = ()
    figures: Figures = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    ratios: dict[str, dict[str, float]] = field(default_factory=dict)
    facts: list[tuple[str, str, bool | None]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def add(self, figure: str, whose: str, value: float) -> None:
        self.figures[figure][whose].append(value)

    def fact(self, what: str, value: str, met: bool | None = None) -> None:
        """Adds a fact without peers; `met` says whether it met its target, if there is one."""
        self.facts.append((what, value, met))

    def say(self, line: str) -> None:
        self.said.append(line)
        Console(stderr=True).print(f"  {line}", style="yellow")

    def ratio(self, figure: str, whose: str, base: str) -> float | None:
        """The median over the rounds of `whose` divided by `base` of the same round."""
        ours, theirs = self.figures.get(figure, {}).get(whose), self.figures.get(figure, {}).get(base)
        if not ours or not theirs:
            return None
        return statistics.median(a / b for a, b in zip(ours, theirs, strict=False) if b)

    def add_ratios(self, base: str) -> None:
        """Adds the ratio of every figure of every peer to `base`."""
        for figure, of in self.figures.items():
            for whose in of:
                ratio = self.ratio(figure, whose, base)
                if ratio is not None:
                    self.ratios.setdefault(figure, {})[whose] = ratio

    def print(self, console: Console) -> None:
        console.rule(self.title)
        for figure, of in self.figures.items():
            table = Table("", "median", "lowest", "highest", "ratio", title=figure, title_justify="left")
            for whose, values in of.items():
                ratio = self.ratios.get(figure, {}).get(whose)
                table.add_row(
                    whose,
                    *(f"{value:,.4g}" for value in (statistics.median(values), min(values), max(values))),
                    "" if ratio is None else f"{ratio:.2f}",
                )
            console.print(table)
        for what, value, met in [*self.facts, *self._targets()]:
            mark = "" if met is None else "[green]met[/]" if met else "[red]not met[/]"
            console.print(f"  {what}: {value} {mark}")
        for line in self.said:
            console.print(f"  {line}", style="yellow")

    def _targets(self) -> list[tuple[str, str, bool | None]]:
        rows: list[tuple[str, str, bool | None]] = []
        for target in self.targets:
            ratio = self.ratio(target.figure, "Sunbeon", target.base)
            wanted = f"{'at most' if target.at_most else 'at least'} {target.times} x {target.base}"
            found = "not measured" if ratio is None else f"{ratio:.2f} x"
            rows.append((f"{target.figure}: {wanted}", found, None if ratio is None else target.met(ratio)))
        return rows

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "figures": self.figures,
            "ratios": self.ratios,
            "facts": [{"what": what, "value": value, "met": met} for what, value, met in self.facts],
            "targets": [{"what": what, "value": value, "met": met} for what, value, met in self._targets()],
            "said": self.said,
        }


def write_json(reports: list[Report], path: Path) -> None:
    path.write_text(json.dumps([report.as_json() for report in reports], indent=1, ensure_ascii=False) + "\n")

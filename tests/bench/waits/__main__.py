"""scripts/bench waits: the estimator on recorded queues (--data), on simulated days (--simulate), and what its advice
would do (--advice)."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from tests.bench.waits import advice, recorded, scores, simulated
from tests.bench.waits.picture import Bar, draw
from tests.bench.waits.scores import Scored

DAYS = 25
"""Of each of the sixteen offices: 400 office-days."""


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench waits", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="a CSV of recorded queues, gzipped or not")
    what.add_argument("--simulate", metavar="SEED", help="simulate days of the city")
    what.add_argument("--advice", metavar="SEED", help="simulate people who come at quieter hours")
    parser.add_argument("--history", type=Path, help="recorded days that are read first and not scored")
    parser.add_argument("--without", action="store_true", help="score each day with all the other ones as its history")
    parser.add_argument("--days", type=int, default=DAYS, help="simulated days of each office (%(default)d)")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--svg", type=Path, help="draw the pictures in this folder")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    asked, console, began = parsed(arguments), Console(width=110), time.monotonic()
    if asked.advice is not None:
        written = _advise(asked, console)
    elif asked.simulate is not None:
        written = _simulate(asked, console)
    else:
        written = _replay(asked, console)
    if asked.json:
        asked.json.write_text(json.dumps(written, indent=1) + "\n")
    console.print(f"({time.monotonic() - began:.0f} s)")
    return 0


def _replay(asked: argparse.Namespace, console: Console) -> object:
    days = recorded.read(asked.data)
    history = recorded.read(asked.history) if asked.history else {}
    if asked.without:
        tickets = [
            ticket
            for date in days
            for ticket in recorded.play({date: days[date]}, {other: days[other] for other in days if other != date})
        ]
    else:
        tickets = list(recorded.play(days, history))
    if not tickets:
        sys.exit("there is no row that could be scored")
    _print(console, tickets)
    scores.show(console, "by day", scores.grouped(tickets, lambda ticket: ticket.day))
    if asked.svg:
        bars = [Bar(rule, error, f"{error:.1f} min", ours=False) for rule, (error, _) in scores.rules(tickets).items()]
        error = scores.figures(tickets).error
        draw(
            asked.svg / "waits-recorded.svg",
            "Mean error on recorded queues, minutes",
            [Bar("Sunbeon", error, f"{error:.1f} min"), *bars],
        )
    return scores.as_json(tickets, recorded.PUBLISHED)


def _simulate(asked: argparse.Namespace, console: Console) -> object:
    offices = simulated.offices(asked.simulate)
    console.print(f"an estimate takes {simulated.estimate_ms(offices[0]):.3f} ms; at most 1 ms is meant")
    told = list(simulated.play(offices, asked.days))
    at_once = [ticket for ticket in told if ticket.word == "now" and ticket.wait is not None]
    tickets = [ticket for ticket in told if ticket.word != "now" and ticket.wait is not None]
    _print(console, tickets)
    places, found = scores.by_place(tickets), scores.figures(tickets)
    first = scores.figures([ticket for ticket in tickets if ticket.day == tickets[0].day])
    scores.show(console, "the first day", {"": first})
    within = sum((place.ratio or 0) <= 1.35 for place in places.values()) / len(places)
    covered = sum(abs(place.coverage - 0.8) <= 0.05 for place in places.values()) / len(places)
    console.print(f"{len(at_once):,} were told to come at once: {_late(at_once):.4f} of them waited a minute or more")
    console.print(
        f"counters with at most 1.35 x the oracle's error: {within:.2f}; with a coverage of .80 +- .05: {covered:.2f}"
    )
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        group = [ticket for ticket in told if ticket.served is not None and low <= ticket.served < high]
        if group:
            true = sum(t.wait is not None and t.minute + t.wait <= simulated.CLOSES / 60 for t in group) / len(group)
            console.print(
                f"called before closing, said {low:.1f} to {min(1, high):.1f}: true of {true:.2f} of {len(group):,}"
            )
    if asked.svg:
        _draw(asked.svg, tickets)
    return {**scores.as_json(tickets, simulated.BY_WINDOWS), "oracle_ratio": round(found.ratio or 0.0, 4)}


def _late(tickets: Sequence[Scored]) -> float:
    return sum(ticket.true >= 1 for ticket in tickets) / max(1, len(tickets))


def _draw(folder: Path, tickets: Sequence[Scored]) -> None:
    ratio = scores.figures(tickets).ratio or 0.0
    draw(
        folder / "waits-simulated.svg",
        "Mean error on simulated days, as a multiple of the oracle's",
        [
            Bar("an oracle", 1.0, "1.00 x", ours=False),
            Bar("Sunbeon", ratio, f"{ratio:.2f} x"),
            *(Bar(rule, r or 0.0, f"{r:.2f} x", ours=False) for rule, (_, r) in scores.rules(tickets).items()),
        ],
    )
    draw(
        folder / "waits-coverage.svg",
        "Calls within the range, by the hour in which the number was taken, percent",
        [
            Bar(hour, 100 * found.coverage, f"{100 * found.coverage:.0f} %")
            for hour, found in scores.by_hour(tickets).items()
        ],
        aim=(75, 85),
    )


def _advise(asked: argparse.Namespace, console: Console) -> object:
    offices = simulated.offices(asked.advice)
    effects, apart = (advice.measure(offices, asked.days, around_lunch=lunch) for lunch in (True, False))
    for title, found in (("everybody may be moved", effects), ("nobody about lunch is moved", apart)):
        console.print(title)
        for effect in found:
            followers = "" if effect.followers is None else f", followers {effect.followers:.1f}"
            console.print(
                f"  {effect.share:.0%} follow the advice: mean {effect.mean:.1f} min, 90th percentile "
                f"{effect.ninetieth:.1f}{followers}, others {effect.others:.1f}, not called {effect.not_called:.3f}"
            )
    if asked.svg:
        draw(
            asked.svg / "waits-advice.svg",
            "Mean wait in the city, by how many follow the advice, minutes",
            [
                Bar(f"{e.share:.0%} follow it", e.mean, f"{e.mean:.1f} min (90th percentile {e.ninetieth:.0f})")
                for e in effects
            ],
        )
    return {"all": [asdict(effect) for effect in effects], "not_about_lunch": [asdict(effect) for effect in apart]}


def _print(console: Console, tickets: Sequence[Scored]) -> None:
    scores.show(console, "overall", {"": scores.figures(tickets)})
    for rule, (error, ratio) in scores.rules(tickets).items():
        console.print(f"  {rule}: {error:.2f} min" + ("" if ratio is None else f", {ratio:.2f} x the oracle"))
    scores.show(console, "by hour", scores.by_hour(tickets))
    scores.show(console, "by counter", scores.by_place(tickets))


if __name__ == "__main__":
    sys.exit(main())

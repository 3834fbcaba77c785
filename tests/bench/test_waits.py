"""scripts/bench waits scores as it says, and estimates are nearer than the rules that other systems use."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from clients.python.simulation.city import SimulatedOffice
from clients.python.simulation.layout import Layout
from clients.python.simulation.parameters import parameters
from tests.bench.waits import advice, recorded, scores, simulated
from tests.bench.waits.__main__ import main
from tests.bench.waits.picture import Bar, draw
from tests.bench.waits.recorded import Row
from tests.recordings import RECORDINGS, needs_recordings

COLUMNS = "office,queue,queue_name,date,time,called,waiting,windows,published_minutes"


def row(minute: float, called: int, waiting: int, windows: int = 1) -> Row:
    return Row(minute, called, waiting, windows, 7.0)


def test_a_ticket_is_called_when_the_called_number_reaches_its_own() -> None:
    rows = [row(500, 10, 2), row(505, 11, 2), row(510, 15, 0), row(515, 15, 1)]
    # Number 13 is halfway between 11 and 15. Number 14 is taken at 505. The last one is never called.
    assert recorded.waits(rows) == {0: 500 + 5 + 2.5 - 500, 1: 505 + 3.75 - 505}


def test_rows_before_ten_past_eight_and_without_line_or_windows_are_not_scored() -> None:
    rows = [row(489, 1, 1), row(490, 1, 1), row(495, 2, 0), row(500, 2, 1, windows=0), row(505, 9, 0)]
    assert list(recorded.waits(rows)) == [1]


def recording(path: Path, days: int, seed: int) -> Path:
    """Days of one queue, whose window takes 3 to 6 minutes for each of those who came in the morning and at noon."""
    draw, lines = Random(seed), [COLUMNS]
    for day in range(days):
        calls, at = [], 480.0
        arrivals = sorted([draw.uniform(480, 600) for _ in range(40)] + [draw.uniform(690, 750) for _ in range(20)])
        for arrival in arrivals:
            at = max(at, arrival)
            calls.append(at)
            at += draw.uniform(3, 6)
        for minute in range(480, 900, 5):
            called, issued = (sum(time <= minute for time in times) for times in (calls, arrivals))
            clock = f"{minute // 60:02}:{minute % 60:02}"
            lines.append(f"Office,1,Passports,2026-11-{day + 2:02},{clock},{called},{issued - called},1,10")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_command_writes_the_figures_that_others_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, history = recording(tmp_path / "data.csv", 2, 1), recording(tmp_path / "history.csv", 6, 2)
    found = []
    for more in ([], ["--history", str(history)]):
        assert main(["--data", str(data), "--json", str(tmp_path / "out.json"), "--svg", str(tmp_path), *more]) == 0
        found.append(json.loads((tmp_path / "out.json").read_text()))
        assert found[-1].keys() == {
            "tickets",
            "mae_minutes",
            "coverage",
            "below",
            "above",
            "published_mae_minutes",
        }
    alone, after = found
    # History is learnt from and not scored.
    assert alone["tickets"] == after["tickets"] > 50
    assert after["mae_minutes"] < alone["mae_minutes"] < alone["published_mae_minutes"]
    assert after["coverage"] + after["below"] + after["above"] == pytest.approx(1, abs=0.001)
    assert "by hour" in capsys.readouterr().out
    assert (tmp_path / "waits-recorded.svg").read_text().startswith("<svg")


def test_odd_rows_of_a_recording_are_left_out_and_files_may_be_zipped(tmp_path: Path) -> None:
    plain = recording(tmp_path / "plain.csv", 1, 1)
    head, *rows = plain.read_text().splitlines()
    odd = [
        "Office,1,Passports,2026-11-02,,3,1,1,10",
        "Office,1,Passports,2026-11-02,10:02,,1,1,10",
        "Office,1,Passports,2026-11-02,10:02,many,1,1,10",
        "Office,1,Passports,2026-11-02,10:02,-3,1,1,10",
        "Office,,Passports,2026-11-02,10:02,3,1,1,10",
        "Office,1,Passports,2026-11-02,10:02",
        "",
    ]
    # Windows-made files begin with a mark; the rows of a queue need not be in order, nor their times differ.
    text = "\ufeff" + "\n".join([head, *odd, *reversed(rows), rows[-1]]) + "\n"
    zipped = tmp_path / "zipped"
    zipped.write_bytes(gzip.compress(text.encode()))
    (queue, read), (_, expected) = (next(iter(recorded.read(path)["2026-11-02"].items())) for path in (zipped, plain))
    assert queue == ("Office", "1")
    assert read == [*expected, expected[-1]]
    no_minutes = tmp_path / "no-minutes.csv"
    no_minutes.write_text("\n".join([head, *(row.rpartition(",")[0] + "," for row in rows)]) + "\n")
    assert main(["--data", str(no_minutes), "--history", str(no_minutes), "--json", str(tmp_path / "out.json")]) == 0
    assert json.loads((tmp_path / "out.json").read_text())["published_mae_minutes"] is None


def test_nobody_is_called_when_the_numbering_goes_on_elsewhere() -> None:
    rows = [row(480, 0, 0), row(485, 0, 3), row(490, 501, 2), row(495, 502, 1), row(500, 503, 0)]
    player = recorded.Player(("Office", "1"))
    assert len(list(player.play("2026-11-02", rows))) == len(rows)
    assert player.office.own.minutes["Office/1"].n == 1


def frozen(rows: list[Row], since: float, until: float) -> list[Row]:
    """The same rows with a called number that stands still for some hours, while more and more people seem to wait."""
    still = next(row for row in rows if row.minute >= since)
    return [
        replace(row, called=still.called, waiting=row.called + row.waiting - still.called)
        if since <= row.minute < until
        else row
        for row in rows
    ]


def test_nothing_is_learnt_from_a_display_that_froze(tmp_path: Path) -> None:
    days = recorded.read(recording(tmp_path / "data.csv", 8, 3))
    queue = ("Office", "1")
    *_, day, last = days
    said = []
    for doctored in (False, True):
        played = dict(days)
        if doctored:
            played[day] = {queue: frozen(days[day][queue], 510, 720)}
        history = {date: played[date] for date in played if date != last}
        said.append([ticket.minutes for ticket in recorded.play({last: days[last]}, history)])
    without = {date: days[date] for date in days if date not in (day, last)}
    said.append([ticket.minutes for ticket in recorded.play({last: days[last]}, without)])
    ordinary, doctored_, none = said
    assert ordinary != doctored_
    assert max(abs(a - b) for a, b in zip(doctored_, none, strict=True)) < 1.5


def dong(seed: int) -> list[SimulatedOffice]:
    return [office for office in simulated.offices(seed) if office.layout.id in ("howon1", "jangam")]


def test_simulated_waits_are_nearly_as_sure_as_the_oracles() -> None:
    told = list(simulated.play(dong(1), 4))
    tickets = [ticket for ticket in told if ticket.word != "now" and ticket.wait is not None]
    found, peers = scores.figures(tickets), scores.rules(tickets)
    assert found.ratio is not None
    assert found.ratio < 1.5 < min(ratio for _, ratio in peers.values() if ratio is not None)
    assert 0.7 < found.coverage < 0.9
    assert all(ticket.wait is not None and ticket.wait < 1 for ticket in told if ticket.word == "now" and ticket.wait)


def test_the_same_seed_simulates_the_same_city() -> None:
    first, second, other = (list(simulated.play(dong(seed)[:1], 1, asks=False)) for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_advice_moves_only_those_who_follow_it() -> None:
    effects = advice.measure(dong(1)[:1], 2)
    assert [effect.share for effect in effects] == list(advice.SHARES)
    assert effects[0].followers is None
    assert all(effect.followers is not None for effect in effects[1:])
    assert len({effect.mean for effect in effects}) == len(effects)


def test_a_picture_says_what_it_shows(tmp_path: Path) -> None:
    draw(tmp_path / "a.svg", "Errors & more", [Bar("ours", 1.0, "1 min"), Bar("theirs", 2.0, "2 min", ours=False)])
    text = (tmp_path / "a.svg").read_text()
    assert "Errors &amp; more" in text
    assert text.count("<rect") == 3
    assert len(text) < 5000


def test_a_simulated_day_is_as_its_parameters_say() -> None:
    layout = Layout("office", {"general": False}, {1: ("general",), 2: ("general",), 3: ("general",)})
    office = SimulatedOffice(layout, (43200, 46800), parameters(), 1)
    days = [office.day(number) for number in range(10)]
    assert office.day(3) == days[3]
    people = [person for day in days for person in day.people]
    groups = sum(person.people > 1 for person in people) / len(people)
    assert 0.10 < groups < 0.18
    # All windows close for lunch.
    for shift in (shift for day in days for shift in day.shifts):
        assert not (shift.opens < 44000 < shift.closes)
    busiest = max(parameters().arrivals.weekdays.values())
    assert parameters().arrivals.weekdays["mon"] == busiest


@needs_recordings
def test_recorded_queues_of_a_real_city() -> None:
    days = recorded.read(RECORDINGS)
    office = {date: {q: rows for q, rows in queues.items() if q[0] == "UD_Bemowo"} for date, queues in days.items()}
    *before, last = [date for date in office if office[date]]
    tickets = list(recorded.play({last: office[last]}, {date: office[date] for date in before}))
    error = scores.figures(tickets).error
    assert error < 0.6 * scores.rules(tickets)[recorded.PUBLISHED][0]
    assert 0.7 < scores.figures(tickets).coverage < 0.9

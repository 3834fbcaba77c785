"""Past days of the history: when windows were open, as far as tickets tell, and what is learnt of them."""

from datetime import date, datetime, time

import pytest

from service.domain.hours import KST
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.log import OfficeFold, Plan
from service.domain.wait.replay import PastTicket, replay

DAY = date(2026, 11, 23)
MIDNIGHT = int(datetime.combine(DAY, time(), KST).timestamp() * 1000)
PLAN = Plan({1: ["general"], 2: ["general"]}, [], 540.0, 1080.0)


def ms(clock: str) -> int:
    hours, minutes = clock.split(":")
    return MIDNIGHT + (int(hours) * 60 + int(minutes)) * 60_000


def ticket(number: int, issued: str, called: str | None, left: str, window: int = 1, **facts: object) -> PastTicket:
    first = PastTicket(
        number=number,
        counter="general",
        people=1,
        walk_in=True,
        windows=[window] if called else [],
        issued_at=ms(issued),
        first_called_at=ms(called) if called else None,
        finished_at=ms(left),
    )
    return first._replace(**facts)


def replayed(*tickets: PastTicket) -> OfficeFold:
    fold = OfficeFold(OfficeWaits({}))
    replay(fold, DAY, PLAN, tickets)
    return fold


def windows_at(fold: OfficeFold, clock: str) -> float:
    usual = fold.waits.learnt["general"].usual
    return usual.at((ms(clock) - MIDNIGHT) / 60_000)


def test_a_window_was_open_from_its_first_call_until_its_last_ticket_had_left() -> None:
    fold = replayed(
        ticket(1, "09:00", "09:00", "10:00"),
        ticket(2, "09:00", "10:00", "11:00"),
        ticket(3, "10:00", "10:00", "11:00", window=2),
    )
    assert fold.over
    assert (fold.day, fold.days) == (DAY, 1)
    assert [windows_at(fold, clock) for clock in ("09:00", "10:30")] == pytest.approx([1.0, 2.0])


def test_a_clerk_who_called_nobody_though_somebody_waited_was_away() -> None:
    away = replayed(ticket(1, "09:00", "09:00", "09:30"), ticket(2, "09:20", "10:00", "10:30"))
    idle = replayed(ticket(1, "09:00", "09:00", "09:30"), ticket(2, "10:00", "10:00", "10:30"))
    assert windows_at(away, "09:30") == pytest.approx(0.0)
    assert windows_at(idle, "09:30") == pytest.approx(1.0)


def test_times_at_windows_are_learnt_where_they_are_known() -> None:
    known = replayed(
        *(ticket(number, "09:00", f"09:{3 * number:02}", f"09:{3 * number + 3:02}") for number in range(15))
    )
    learnt = known.waits.learnt["general"].minutes["general"]
    assert learnt.n == 15
    assert learnt.value < 5.5
    unknown = replayed(
        ticket(1, "09:00", "09:00", "10:00", windows=[1, 2]),
        ticket(2, "09:00", "10:00", "00:00", finished_at=MIDNIGHT + 86_400_000),
        ticket(3, "09:00", None, "12:00"),
    )
    assert unknown.waits.learnt["general"].minutes == {}
    assert not unknown.waits.taken


def test_waits_of_those_who_were_there_are_learnt() -> None:
    def line(walk_in: bool) -> OfficeFold:
        return replayed(
            *(
                ticket(number, "09:00", f"09:{3 * number:02}", f"09:{3 * number + 3:02}", walk_in=walk_in)
                for number in range(15)
            )
        )

    assert sum(line(walk_in=True).waits.learnt["general"].past.n) > 10
    assert sum(line(walk_in=False).waits.learnt["general"].past.n) == 0

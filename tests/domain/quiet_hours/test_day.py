"""The waits of one day, half-hour by half-hour, and which empty half-hours count."""

from datetime import date, datetime, time

import pytest

from service.domain.hours import KST, Day, Span
from service.domain.quiet_hours.day import FinishedTicket, half_hour_waits, open_half_hours

DAY = Day(Span(open=time(9), close=time(18)), Span(open=time(12), close=time(13)))


def ms(clock: str) -> int:
    moment = datetime.combine(date(2026, 11, 23), time.fromisoformat(clock), KST)
    return int(moment.timestamp() * 1000)


def ticket(
    issued: str,
    called: str | None = None,
    finished: str | None = None,
    *,
    window: int = 1,
    counter: str = "a",
    channel: str = "walk_in",
) -> FinishedTicket:
    called_at = called and ms(called)
    return FinishedTicket(
        counter,
        channel,
        ms(issued),
        called_at or None,
        called_at or None,
        ms(finished or called or "18:00"),
        window if called else None,
    )


def half_hour(clock: str) -> int:
    begins = time.fromisoformat(clock)
    return begins.hour * 2 + begins.minute // 30


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (DAY, [*range(18, 24), *range(26, 36)]),
        (Day(Span(open=time(9), close=time(12)), None), list(range(18, 24))),
        # A half-hour that is open in part is open, and one that is lunch in part is open.
        (
            Day(Span(open=time(8, 45), close=time(10, 15)), Span(open=time(9), close=time(9, 45))),
            [17, 19, 20],
        ),
    ],
)
def test_closures_are_in_no_half_hour(day: Day, expected: list[int]) -> None:
    assert open_half_hours(day) == expected


def test_a_half_hour_has_the_mean_wait_of_its_walk_ins() -> None:
    tickets = [
        ticket("09:00", "09:10"),
        ticket("09:29", "09:49"),
        # Not who left, who was never called, who came when they liked, and who came while it was closed.
        ticket("09:05", finished="09:20"),
        ticket("09:10", finished="18:00"),
        ticket("09:12", "10:50", channel="online"),
        ticket("08:30", "09:40"),
        ticket("12:10", "13:20"),
    ]
    assert half_hour_waits(tickets, DAY) == {half_hour("09:00"): 15.0}


def test_a_counter_has_its_own() -> None:
    tickets = [ticket("09:00", "09:10"), ticket("09:00", "09:30", counter="b", window=2)]
    assert half_hour_waits(tickets, DAY, "a") == {18: 10.0}
    assert half_hour_waits(tickets, DAY, "b") == {18: 30.0}
    assert half_hour_waits(tickets, DAY) == {18: 20.0}


def test_an_empty_half_hour_counts_where_a_window_was_idle() -> None:
    # The window finishes at 09:40, and calls again at 10:35: from 10:00 to 10:30 nobody came, and it was there.
    tickets = [ticket("09:20", "09:30", "09:40"), ticket("10:35", "10:35", "10:45")]
    assert half_hour_waits(tickets, DAY) == {half_hour("09:00"): 10.0, half_hour("09:30"): 0.0, 20: 0.0, 21: 0.0}


@pytest.mark.parametrize(
    ("what", "tickets"),
    [
        ("the window served all the while", [ticket("09:20", "09:30", "10:40"), ticket("10:50", "10:50")]),
        ("somebody waited", [ticket("09:20", "09:30", "09:40"), ticket("09:45", "10:35", "10:45")]),
        (
            "somebody waited in vain",
            [ticket("09:20", "09:30", "09:40"), ticket("09:45"), ticket("10:35", "10:35", "10:45")],
        ),
        ("the window was not seen again", [ticket("09:20", "09:30", "09:40")]),
        ("the window was seen much later", [ticket("09:20", "09:30", "09:40"), ticket("11:31", "11:31", "11:40")]),
        (
            "another window, which serves another counter, was idle",
            [
                ticket("09:20", "09:30", "11:00"),
                ticket("11:10", "11:10"),
                ticket("09:31", "09:31", "09:32", counter="b", window=2),
                ticket("10:31", "10:31", "10:32", counter="b", window=2),
            ],
        ),
    ],
)
def test_any_other_empty_half_hour_is_unknown(what: str, tickets: list[FinishedTicket]) -> None:
    assert half_hour("10:00") not in half_hour_waits(tickets, DAY, "a"), what


def test_a_window_that_closed_for_lunch_was_not_idle() -> None:
    tickets = [ticket("11:10", "11:15", "11:20"), ticket("13:00", "13:00", "13:10")]
    short = Day(DAY.hours, Span(open=time(12), close=time(12, 30)))
    assert half_hour_waits(tickets, DAY) == {22: 5.0, 26: 0.0}
    assert half_hour_waits(tickets, short) == {22: 5.0, 26: 0.0}
    # Without a lunch, it was there, as far as an hour on either side tells.
    assert half_hour_waits(tickets, Day(DAY.hours, None)) == {22: 5.0, 23: 0.0, 24: 0.0, 26: 0.0}


def test_a_window_that_serves_somebody_else_is_not_idle() -> None:
    tickets = [
        ticket("09:20", "09:30", "09:40"),
        ticket("09:59", "09:59", "10:34", counter="b"),
        ticket("10:35", "10:35", "10:45"),
    ]
    assert 20 not in half_hour_waits(tickets, DAY, "a")

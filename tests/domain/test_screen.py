"""What is wrong with a lobby screen, by its last report."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from service.domain.hours import KST
from service.domain.screen import GONE_AFTER, NAME, Heard, Report, Shown, condition
from tests.screens import REPORT

NOW = datetime(2026, 11, 23, 10, 3, tzinfo=KST)
BOARD = {"epoch": "e1", "version": 40}
SHOWN = Shown("e1", 40)


def heard(due: Shown | None = None, current: Shown | None = SHOWN, ago: float = 5, **report: Any) -> Heard:
    """A screen that shows `BOARD`, unless `report` says otherwise."""
    said = Report.model_validate(REPORT | BOARD | report)
    return Heard(said, NOW - timedelta(seconds=ago), current, due)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (heard(), "ok"),
        (heard(sound="off"), "ok"),
        (heard(sound="blocked"), "no_sound"),
        (heard(sound="missing"), "no_sound"),
        (heard(epoch=None, version=None), "waiting"),
        (heard(painted_ms_ago=19_999), "ok"),
        (heard(painted_ms_ago=20_000), "not_painting"),
        # A page that nobody can see is given no frames.
        (heard(painted_ms_ago=20_000, visible=False), "hidden"),
        (heard(ago=89.9), "ok"),
        (heard(ago=90), "gone"),
        (heard(ago=90, painted_ms_ago=20_000), "gone"),
    ],
)
def test_the_worst_is_said(found: Heard, expected: str) -> None:
    assert condition(found, NOW) == expected


@pytest.mark.parametrize(
    ("due", "current", "expected"),
    [
        (Shown("e1", 40), Shown("e1", 90), "ok"),
        (Shown("e1", 41), Shown("e1", 90), "behind"),
        # After a failover a screen may show the last board before it, or the first after it.
        (Shown("e1", 40), Shown("e2", 3), "ok"),
        (Shown("e0", 70), Shown("e1", 40), "ok"),
        (Shown("e2", 3), Shown("e2", 5), "behind"),
    ],
)
def test_behind_is_who_shows_a_board_that_was_replaced_before(due: Shown, current: Shown, expected: str) -> None:
    assert condition(heard(due, current), NOW) == expected


def test_two_reports_may_get_lost() -> None:
    assert timedelta(seconds=90) == GONE_AFTER


@pytest.mark.parametrize("name", ["hall", "입구 TV", "1", "2층-3.a", "a" * 40])
def test_a_screen_has_a_name_that_staff_can_read(name: str) -> None:
    assert re.search(NAME, name)


@pytest.mark.parametrize("name", ["", " a", "a ", "a/b", "a\nb", "\u202eabc", "a\u200bb", "<b>", "a" * 41, "а"])
def test_a_name_has_nothing_that_hides_or_turns_around(name: str) -> None:
    assert not re.search(NAME, name)

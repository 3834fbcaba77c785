"""What every process estimates from: who is ahead, who is at the windows by now, and what is said of the day's end."""

from datetime import date

from service.domain.wait.city import City
from service.domain.wait.learning import OfficeWaits
from service.domain.wait.log import OfficeFold, Plan
from service.domain.wait.published import Place, Published
from service.domain.wait.state import dump, load

DAY = date(2026, 11, 23)
NINE, SIX = 540.0, 1080.0
SHARED = {1: ["general", "seal"], 2: ["general"], 3: ["family"]}
OPEN = [Place(window, None, None, None) for window in SHARED]


def fold() -> OfficeFold:
    """An office whose windows are all open, and at whose counters tickets take five minutes."""
    waits = OfficeWaits({})
    found = OfficeFold(waits)
    found.begin(DAY, Plan(SHARED, [], NINE, SIX), City())
    for window, counters in SHARED.items():
        waits.opened(window, counters, NINE)
    at = NINE
    for number in range(1, 31):
        for window, counter in ((1, "seal"), (2, "general"), (3, "family")):
            waits.issued(100 * window + number, counter, at, order=number)
            waits.called(100 * window + number, counter, window, at)
        at += 5
    found.at = at
    return found


def published(found: OfficeFold) -> Published:
    """As another process reads it."""
    return load(Published, dump(found.published()))


def busy(found: OfficeFold) -> list[Place]:
    """The board's windows, with the tickets that are there in the fold."""
    return [Place(window, desk.kind or None, desk.number, desk.since) for window, desk in found.waits.desks.items()]


def test_tickets_of_other_counters_at_the_same_windows_are_ahead_too() -> None:
    found = fold()
    alone = published(found).at(busy(found), found.at).wait("seal", 0)
    for number in range(1, 9):
        found.waits.issued(2000 + number, "general", found.at, order=100 + number)
    others = published(found).at(busy(found), found.at).wait("seal", 0)
    # Families have a window of their own.
    for number in range(1, 9):
        found.waits.issued(3000 + number, "family", found.at, order=200 + number)
    not_others = published(found).at(busy(found), found.at).wait("seal", 0)
    assert alone
    assert others
    assert others.minutes > alone.minutes + 5
    assert not_others == others


def test_only_who_came_before_is_ahead_of_a_ticket() -> None:
    found = fold()
    for number, people in ((1, 1), (2, 5), (3, 1)):
        found.waits.issued(3000 + number, "family", found.at, order=100 + number, people=people)
    moment = published(found).at(busy(found), found.at)
    first, group, last = (moment.wait("family", ahead, 101 + ahead) for ahead in (0, 1, 2))
    assert first
    assert group
    assert last
    # Before the last one is somebody alone, and then a group of five.
    assert last.minutes - group.minutes > 1.5 * (group.minutes - first.minutes)


def test_who_came_a_moment_ago_counts_as_one() -> None:
    found = fold()
    moment = published(found).at(busy(found), found.at)
    few, many = moment.wait("family", 1), moment.wait("family", 6)
    assert few
    assert many
    assert many.minutes > 2 * few.minutes


def test_whoever_is_at_a_window_by_now_waits_no_more() -> None:
    found = fold()
    for number in range(1, 5):
        found.waits.issued(3000 + number, "family", found.at, order=100 + number)
    models = published(found)
    before = models.at(busy(found), found.at + 1).wait("family", 4)
    called = [*busy(found)[:2], Place(3, "family", 3001, found.at + 1)]
    after = models.at(called, found.at + 1).wait("family", 3)
    assert before
    assert after
    assert 2 <= before.minutes - after.minutes <= 8, "one of five minutes is less ahead, and has just begun"


def test_a_free_window_calls_at_once_and_an_unknown_counter_says_nothing() -> None:
    moment = published(fold()).at(OPEN, NINE + 200)
    now = moment.wait("family", 0)
    assert now
    assert (now.word, now.high) == ("now", 0)
    assert moment.wait("taxes", 0) is None


def test_a_window_that_opened_a_moment_ago_serves_what_it_may() -> None:
    found = fold()
    found.waits.closed(3, found.at)
    opened = published(found).at([*busy(found), Place(3, None, None, None)], found.at).wait("family", 0)
    assert opened
    assert opened.word == "now"


def test_towards_the_end_of_the_day_it_is_said_whether_one_is_served() -> None:
    models = published(fold())
    places = [Place(3, "family", 399, SIX - 40)]
    sure, unsure, late = (models.at(places, SIX - 40).wait("family", ahead) for ahead in (0, 7, 30))
    assert sure
    assert unsure
    assert late
    assert sure.served_today is None
    assert unsure.served_today is not None
    assert late.served_today is not None
    assert 0 <= late.served_today < 0.5
    assert late.served_today <= unsure.served_today


def test_a_ticket_that_stays_too_long_was_forgotten() -> None:
    found = fold()
    moment = published(found).at(busy(found), found.at)
    assert moment.forgotten(found.at + 20) == set()
    assert moment.forgotten(found.at + 70) == {1, 2, 3}

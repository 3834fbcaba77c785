"""Opening hours at every boundary, in Korean time, in any zone of the machine."""

import time as clock
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from pydantic import ValidationError

from service.domain.fields import Name
from service.domain.hours import KST, Day, Hours, HoursToday, Span, SpecialDay, business_day
from service.domain.office import City, Counter, Office, Status, Window

OFFICE_HOURS = Span.model_validate("09:00-18:00")
NOON = Span.model_validate("12:00-13:00")
NAME = Name(ko="이름", en="name")


def office(hours: Hours, lunch: Span | None = None, exceptions: tuple[SpecialDay, ...] = ()) -> Office:
    return Office(
        id="east",
        kind="dong",
        name=NAME,
        hours=hours,
        lunch=lunch,
        exceptions=exceptions,
        counters=(Counter(id="general", name=NAME, numbers=(1, 9)),),
        windows=(Window(id=1, counters=("general",)),),
    )


def city(place: Office, *holidays: date) -> City:
    return City(id="town", name=NAME, offices=(place,), holidays=lambda day: NAME if day in holidays else None)


def special(on: date, hours: str | None = None, lunch: str = "none") -> SpecialDay:
    return SpecialDay.model_validate(
        {"date": on, "reason": NAME, "lunch": lunch} | ({"hours": hours} if hours else {"closed": True})
    )


MONDAY, TUESDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("08:59:59.999999", "closed"),
        ("09:00", "open"),
        ("11:59:59.999999", "open"),
        ("12:00", "lunch"),
        ("12:59:59.999999", "lunch"),
        ("13:00", "open"),
        ("17:59:59.999999", "open"),
        ("18:00", "closed"),
        ("00:00", "closed"),
    ],
)
def test_the_edges_of_a_day(at: str, status: Status) -> None:
    place = office(Hours(mon=OFFICE_HOURS), NOON)
    assert city(place).status(place, datetime.combine(MONDAY, time.fromisoformat(at), KST)) == status


def test_without_lunch_noon_is_open() -> None:
    place = office(Hours(mon=OFFICE_HOURS))
    assert city(place).status(place, datetime.combine(MONDAY, time(12, 30), KST)) == "open"


def test_a_weekday_without_hours_is_closed() -> None:
    place = office(Hours(mon=OFFICE_HOURS))
    town = city(place)
    for day in (SUNDAY, TUESDAY):
        at = datetime.combine(day, time(10), KST)
        assert (town.status(place, at), town.hours_today(place, at)) == ("closed", None)


def test_each_weekday_has_its_own_hours() -> None:
    late = Span.model_validate("09:00-20:00")
    place = office(Hours(mon=OFFICE_HOURS, tue=late), NOON)
    evening = time(19, 59)
    assert city(place).status(place, datetime.combine(MONDAY, evening, KST)) == "closed"
    assert city(place).status(place, datetime.combine(TUESDAY, evening, KST)) == "open"


def test_a_short_day_ends_before_lunch() -> None:
    place = office(Hours(mon=OFFICE_HOURS, sat=Span.model_validate("09:00-12:00")), NOON)
    saturday = datetime(2026, 11, 28, 12, tzinfo=KST)
    assert city(place).status(place, saturday) == "closed"
    today = city(place).hours_today(place, saturday)
    assert today is not None
    assert today.lunch is None


def test_a_holiday_lasts_all_day() -> None:
    place = office(Hours(mon=OFFICE_HOURS), NOON)
    town = city(place, MONDAY)
    for hour in (0, 10, 12, 23):
        assert town.status(place, datetime.combine(MONDAY, time(hour), KST)) == "holiday"
    assert town.hours_today(place, datetime.combine(MONDAY, time(10), KST)) is None
    assert town.status(place, datetime.combine(TUESDAY, time(0), KST)) == "closed"


def test_an_office_that_is_not_open_opens_next() -> None:
    place = office(Hours(mon=OFFICE_HOURS, tue=OFFICE_HOURS), NOON, (special(SUNDAY, "10:00-15:00", "10:00-11:00"),))
    town = city(place, MONDAY)

    def opens_at(day: date, hour: int) -> datetime | None:
        return town.opens_at(place, datetime.combine(day, time(hour), KST))

    tuesday = datetime.combine(TUESDAY, OFFICE_HOURS.open, KST)
    assert opens_at(SUNDAY, 9) == datetime.combine(SUNDAY, time(11), KST)
    assert opens_at(SUNDAY, 10) == datetime.combine(SUNDAY, time(11), KST)
    assert opens_at(SUNDAY, 16) == opens_at(MONDAY, 12) == opens_at(TUESDAY, 3) == tuesday
    assert opens_at(TUESDAY, 12) == datetime.combine(TUESDAY, NOON.close, KST)
    assert opens_at(TUESDAY, 23) == tuesday + timedelta(days=6)
    never = office(Hours(mon=OFFICE_HOURS), None)
    always_holiday = City(id="never", name=NAME, offices=(never,), holidays=lambda _: NAME)
    assert always_holiday.opens_at(never, datetime.combine(SUNDAY, time(9), KST)) is None


def test_an_exception_opens_on_a_holiday_and_on_a_sunday() -> None:
    days = (special(SUNDAY, "10:00-12:00"), special(MONDAY, "10:00-15:00", "12:00-12:30"))
    place = office(Hours(mon=OFFICE_HOURS), NOON, days)
    town = city(place, SUNDAY, MONDAY)
    assert town.status(place, datetime.combine(SUNDAY, time(10), KST)) == "open"
    assert town.status(place, datetime.combine(MONDAY, time(9, 59), KST)) == "closed"
    assert town.status(place, datetime.combine(MONDAY, time(12, 29), KST)) == "lunch"
    assert town.status(place, datetime.combine(MONDAY, time(12, 30), KST)) == "open"


def test_an_exception_closes_a_working_day() -> None:
    place = office(Hours(mon=OFFICE_HOURS), NOON, (special(MONDAY),))
    at = datetime.combine(MONDAY, time(10), KST)
    assert (city(place).status(place, at), city(place).hours_today(place, at)) == ("closed", None)


def test_an_exceptions_hours_come_without_the_usual_lunch() -> None:
    place = office(Hours(mon=OFFICE_HOURS), NOON, (special(MONDAY, "09:00-15:00"),))
    assert city(place).status(place, datetime.combine(MONDAY, time(12, 30), KST)) == "open"


@pytest.mark.parametrize("zone", [UTC, KST, timezone(timedelta(hours=-9)), timezone(timedelta(hours=14))])
def test_a_moment_in_any_zone_is_read_in_korean_time(zone: timezone) -> None:
    place = office(Hours(mon=OFFICE_HOURS))
    opening = datetime.combine(MONDAY, time(9), KST)
    assert city(place).status(place, opening.astimezone(zone)) == "open"
    assert city(place).status(place, (opening - timedelta(seconds=1)).astimezone(zone)) == "closed"


def test_the_machines_zone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    place = office(Hours(mon=OFFICE_HOURS))
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    clock.tzset()
    try:
        assert city(place).status(place, datetime(2026, 11, 23, 0, 0, tzinfo=UTC)) == "open"
        assert business_day(datetime(2026, 11, 22, 15, 0, tzinfo=UTC)) == MONDAY
    finally:
        monkeypatch.undo()
        clock.tzset()


def test_the_business_day_turns_at_korean_midnight() -> None:
    assert business_day(datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)) == SUNDAY
    assert business_day(datetime(2026, 11, 22, 15, 0, tzinfo=UTC)) == MONDAY


def test_a_moment_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC offset"):
        business_day(datetime(2026, 11, 23, 9, 0))


def test_todays_hours_on_the_wire() -> None:
    assert HoursToday.of(Day(OFFICE_HOURS, NOON)).model_dump(mode="json") == {
        "open": "09:00",
        "close": "18:00",
        "lunch": ["12:00", "13:00"],
    }
    assert HoursToday.of(Day(OFFICE_HOURS, None)).model_dump(mode="json")["lunch"] is None


@pytest.mark.parametrize("text", ["", "09:00", "9:00-18:00", "09:00-18:60", "09:00–18:00", "09:00-18:00 ", 9])
def test_a_span_is_written_one_way(text: object) -> None:
    with pytest.raises(ValidationError, match="is not a span of time"):
        Span.model_validate(text)


def test_a_span_needs_a_minute_at_least() -> None:
    with pytest.raises(ValidationError, match="closes before it opens"):
        Span.model_validate("09:00-09:00")
    assert str(Span.model_validate("09:00-09:01")) == "09:00-09:01"

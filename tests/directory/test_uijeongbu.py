"""The bundled city, compared with known facts."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from service.directory.loader import load_city
from service.domain.hours import KST

FACTS = Path(__file__).parents[2] / "../shared/data/offices.json"

CITY = load_city()


def test_sixteen_offices_of_three_kinds() -> None:
    kinds = [office.kind for office in CITY.offices]
    assert (kinds.count("city_hall"), kinds.count("passport"), kinds.count("dong")) == (1, 1, 14)


def test_names_and_places_are_the_known_ones() -> None:
    if not FACTS.exists():
        pytest.skip("the facts on the offices are not beside this checkout")
    for office, fact in zip(CITY.offices, json.loads(FACTS.read_text())["offices"], strict=True):
        assert (office.id, office.kind, office.name.model_dump()) == (fact["id"], fact["kind"], fact["name"])
        assert (office.address or "", office.phone or "") == (fact["address"], fact["phone"])
        assert (office.location and office.location.model_dump()) == fact["location"]


def test_every_band_has_room_for_a_busy_day() -> None:
    for office in CITY.offices:
        for counter in office.counters:
            first, last = counter.numbers
            assert last - first + 1 >= 300, (office.id, counter.id)


def test_passport_applications() -> None:
    office = CITY.office("passport")
    apply = office.counter("apply")
    first, last = apply.numbers
    assert apply.online
    assert (first, last - first + 1 >= 400) == (101, True)
    assert "apply" in office.window(3).counters
    assert not office.counter("pickup").online


def test_lunch_is_the_dong_offices() -> None:
    noon = datetime(2026, 11, 23, 12, 30, tzinfo=KST)
    statuses = {office.kind: CITY.status(office, noon) for office in CITY.offices}
    assert statuses == {"city_hall": "open", "passport": "open", "dong": "lunch"}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 2, 16), "설날 전날"),
        (date(2026, 2, 17), "설날"),
        (date(2026, 3, 2), "삼일절 대체 휴일"),
        (date(2026, 9, 25), "추석"),
        (date(2027, 2, 9), "설날 대체 휴일"),
        (date(2028, 10, 3), "개천절; 추석"),
    ],
)
def test_korean_holidays_of_any_year(day: date, name: str) -> None:
    holiday = CITY.holidays(day)
    assert holiday is not None
    assert holiday.ko == name
    assert holiday.en.isascii()
    assert CITY.status(CITY.office("howon1"), datetime(day.year, day.month, day.day, 10, tzinfo=KST)) == "holiday"


def test_the_days_around_a_holiday_are_ordinary() -> None:
    assert CITY.holidays(date(2026, 9, 23)) is None
    assert CITY.holidays(date(2026, 9, 28)) is None

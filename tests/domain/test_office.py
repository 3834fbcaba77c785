"""Lookups in the city, and what its models refuse."""

import pytest
from pydantic import ValidationError

from service.domain.errors import UnknownCounter, UnknownOffice, UnknownWindow
from service.domain.fields import Name
from service.domain.hours import Hours
from service.domain.office import City, Counter, Office, Window

NAME = Name(ko="이름", en="name")
GENERAL = Counter(id="general", name=NAME, numbers=(1, 1))
SEAL = Counter(id="seal", name=NAME, numbers=(2, 9))
OFFICE = Office(
    id="east",
    kind="dong",
    name=NAME,
    hours=Hours(),
    counters=(GENERAL, SEAL),
    windows=(Window(id=3, counters=("seal", "general")),),
)
CITY = City(id="town", name=NAME, offices=(OFFICE,))


def test_looking_up() -> None:
    assert CITY.office("east") is OFFICE
    assert OFFICE.counter("seal") is SEAL
    assert OFFICE.window(3).counters == ("seal", "general")


def test_what_is_not_there() -> None:
    with pytest.raises(UnknownOffice):
        CITY.office("west")
    with pytest.raises(UnknownCounter):
        OFFICE.counter("tax")
    with pytest.raises(UnknownWindow):
        OFFICE.window(1)


def test_unless_said_otherwise() -> None:
    assert (CITY.rules.priority_in_a_row, CITY.rules.arrival_minutes) == (2, 20)
    assert (GENERAL.online, GENERAL.max_waiting) == (False, None)
    assert (OFFICE.address, OFFICE.phone, OFFICE.location, OFFICE.lunch) == (None, None, None, None)


def test_nothing_changes_once_loaded() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        OFFICE.id = "west"  # type: ignore[misc]


def test_a_name_takes_further_languages() -> None:
    name = Name.model_validate({"ko": "여권", "en": "Passport", "zh-Hans": "护照"})
    assert name.model_dump() == {"ko": "여권", "en": "Passport", "zh-Hans": "护照"}
    with pytest.raises(ValidationError):
        Name.model_validate({"ko": "여권", "en": "Passport", "vi": 1})


def test_bands_may_touch_but_not_overlap_in_any_order() -> None:
    for wrong in ((1, 2), (9, 12), (3, 4)):
        clash = Counter(id="tax", name=NAME, numbers=wrong)
        with pytest.raises(ValidationError, match="give each counter its own band"):
            OFFICE.model_validate(
                {
                    **OFFICE.__dict__,
                    "counters": (SEAL, clash),
                    "windows": (Window(id=1, counters=("seal", "tax")),),
                }
            )


@pytest.mark.parametrize("id", ["", "East", "1east", "east-1", "동", "east\n"])
def test_an_office_id_is_plain(id: str) -> None:
    with pytest.raises(ValidationError, match="is not an id"):
        OFFICE.model_validate({**OFFICE.__dict__, "id": id})

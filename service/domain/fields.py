"""What the city's file is written in: ids, texts, names in several languages."""

import re
from collections.abc import Hashable, Iterable
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Model(BaseModel):
    """A frozen part of the city. Its validators raise ValueError with a message that says what to correct."""

    # Strict: in a file written by hand "5" for 5, or true for 1, is a slip and not a spelling.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _check_id(value: str) -> str:
    # Office ids become part of the store's keys and of ticket ids, where other signs would need escaping.
    if not re.fullmatch(r"[a-z][a-z0-9]*", value):
        raise ValueError(f"{value!r} is not an id: use small letters and digits, like 'howon1'")
    return value


def _check_counter_id(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", value):
        raise ValueError(f"{value!r} is not an id: use small letters, digits, - and _, like 'move-in'")
    return value


def check_unique(values: Iterable[Hashable], what: str) -> None:
    """ValueError if one of `values`, each naming a `what`, is there twice."""
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value} is there twice: leave one, or change one")
        seen.add(value)


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""For a strict int: JSON's 113.0 is accepted as a whole number; "113" and true are not. It comes last: a bound that
comes after it is not in the schema."""

Id = Annotated[str, AfterValidator(_check_id)]
CounterId = Annotated[str, AfterValidator(_check_counter_id)]
Text = Annotated[str, Field(min_length=1)]


class Name(Model):
    """A name in Korean, in English, and in any further language under its BCP 47 tag."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Text]

    ko: Text
    en: Text

    @model_validator(mode="after")
    def _check_tags(self) -> Self:
        for tag in self.__pydantic_extra__:
            if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
                raise ValueError(f"{tag!r} is not a language: use its BCP 47 tag, like 'vi' or 'zh-Hans'")
        return self

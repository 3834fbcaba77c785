"""Lobby settings: how an office's staff have its screens speak and show."""

import re
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from service.domain.errors import Forbidden, Invalid, UnknownOffice
from service.domain.fields import check_unique
from service.domain.lobby import Lobby, described_pair
from service.domain.request_errors import BodyTooLarge
from service.domain.staff import Actor, Permission
from service.web.auth import STAFF_ERRORS, require
from service.web.context import API, InContext, TheOffice
from service.web.direct_route import DirectRoute
from service.web.languages import languages
from service.web.problems import documented

router = APIRouter(prefix=API + "/offices/{office}", tags=["clerk"], route_class=DirectRoute)

TheActor = Annotated[Actor, require(Permission.EDIT_NOTICES)]

MOST_QUIET_HOURS = 8
TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


def _check_language(value: str) -> str:
    if value not in languages():
        raise ValueError(f"there is no language {value!r}: choose from {', '.join(languages())}")
    return value


def _check_once(values: list[str]) -> list[str]:
    check_unique(values, "language")
    return values


def _check_time(value: str) -> str:
    if not re.fullmatch(TIME, value):
        raise ValueError("give the time as hours and minutes, like 12:30")
    return value


def _check_order(hours: tuple[str, str]) -> tuple[str, str]:
    begin, end = hours
    if begin >= end:
        raise ValueError(f"quiet hours from {begin} must end after {begin}, and before midnight")
    return hours


Language = Annotated[str, AfterValidator(_check_language), WithJsonSchema({"type": "string", "enum": languages()})]
Languages = Annotated[list[Language], AfterValidator(_check_once)]
Time = Annotated[str, AfterValidator(_check_time)]
QuietHours = Annotated[
    tuple[Time, Time], AfterValidator(_check_order), described_pair({"type": "string", "pattern": TIME})
]


class LobbyRequest(BaseModel):
    """All settings; there are no defaults, so that nobody resets what they did not see. What came later may be left
    out, and stays as it is then."""

    model_config = ConfigDict(extra="forbid")

    languages: Languages = Field(min_length=1, max_length=10)
    voice: Languages = Field(max_length=10)
    volume: int = Field(strict=True, ge=0, le=100)
    quiet_hours: list[QuietHours] = Field(max_length=MOST_QUIET_HOURS)
    qr: bool = Field(strict=True)
    nearby: Annotated[bool, Field(strict=True)] | None = None


@router.get("/lobby", responses=documented(UnknownOffice, *STAFF_ERRORS, Forbidden))
async def lobby(actor: TheActor, office: TheOffice, context: InContext) -> Lobby:
    """How the office's screens speak and show. Its boards have the same."""
    return (await context.boards.refresh(office)).board.lobby


@router.put("/lobby", responses=documented(UnknownOffice, *STAFF_ERRORS, Forbidden, Invalid, BodyTooLarge))
async def set_lobby(wanted: LobbyRequest, actor: TheActor, office: TheOffice, context: InContext) -> Lobby:
    """The office's screens speak and show like this, from now on."""
    settings = wanted.model_dump()
    if wanted.nearby is None:
        settings["nearby"] = (await context.boards.refresh(office)).board.lobby.nearby
    return await context.lobbies.set(office, Lobby(**settings), by=actor)

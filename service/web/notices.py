"""Notices: what an office's staff have its screens say."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
)

from service.domain.board import Notice
from service.domain.errors import Forbidden, Invalid, UnknownOffice
from service.domain.hours import KST
from service.domain.request_errors import BodyTooLarge
from service.domain.staff import Actor, Permission
from service.web.auth import STAFF_ERRORS, require
from service.web.context import API, InContext, TheOffice
from service.web.direct_route import DirectRoute
from service.web.problems import documented
from service.web.texts import LETTERS

router = APIRouter(prefix=API + "/offices/{office}", tags=["clerk"], route_class=DirectRoute)

TheActor = Annotated[Actor, require(Permission.EDIT_NOTICES)]

MOST = 10
"""Lines of an office: more can't be read on a wall."""

Line = Annotated[str, StringConstraints(max_length=200, pattern=LETTERS)]

LATEST = datetime(9999, 1, 1, tzinfo=KST)
"""A later moment can't be written in every zone."""


def _check_text(value: object) -> object:
    # A number would be taken for seconds since 1970.
    if value is not None and not isinstance(value, str):
        raise ValueError("give the moment as a text, like 2026-11-23T13:00:00+09:00")
    return value


def _to_the_minute(at: datetime | None) -> datetime | None:
    return at and min(at, LATEST).replace(second=0, microsecond=0)


Until = Annotated[AwareDatetime | None, BeforeValidator(_check_text), AfterValidator(_to_the_minute)]


class NoticeRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ko: Line
    en: Line
    until: Until = Field(default=None, description="When it goes, to the minute; null: when the staff take it down.")


class NoticesRequest(RootModel[Annotated[list[NoticeRequest], Field(max_length=MOST)]]):
    """All lines, in the order in which they are shown."""


class Notices(RootModel[list[Notice]]):
    """The lines that stand now."""


@router.put("/notices", responses=documented(UnknownOffice, *STAFF_ERRORS, Forbidden, Invalid, BodyTooLarge))
async def set_notices(wanted: NoticesRequest, actor: TheActor, office: TheOffice, context: InContext) -> Notices:
    """The office's screens show these lines, and no other ones. One whose time is over does not stand."""
    notices = [Notice(ko=notice.ko, en=notice.en, until=notice.until) for notice in wanted.root]
    return Notices(await context.notices.set(office, notices, by=actor))

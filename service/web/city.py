"""The city's configuration: admins read and edit it while the service runs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, Field, RootModel
from pydantic_core import from_json

from service.directory.document import Document
from service.directory.editor import ANY
from service.domain.conflicts import InUse
from service.domain.errors import (
    Forbidden,
    Invalid,
    InvalidCity,
    PreconditionFailed,
    PreconditionRequired,
    StoreNotReady,
)
from service.domain.hours import KST
from service.domain.request_errors import BodyTooLarge
from service.domain.staff import Actor, Permission
from service.store.revisions import Revision
from service.web.auth import STAFF_ERRORS, require
from service.web.context import API, InContext
from service.web.direct_route import DirectRoute, json_response
from service.web.problems import documented, header

router = APIRouter(prefix=API + "/city", tags=["city"], route_class=DirectRoute)

MOST_BYTES = 1_000_000
"""Of a city's document."""

NEWEST = 200
"""Revisions that are listed."""

TAG: dict[int | str, dict[str, Any]] = {200: {"headers": {"ETag": header("The revision, for If-Match.")}}}


class CityDocument(RootModel[Document]):
    """The city's configuration, with the members of the city's file: `city`, `rules`, `holidays`, `kinds`,
    `offices`."""


class ChangeInfo(BaseModel):
    at: str = Field(description="The place, such as `offices/passport/lunch`.")
    before: Any = Field(description="Null where it is new; so for `after` where it is gone.")
    after: Any


class RevisionInfo(BaseModel):
    revision: int
    at: datetime | None = Field(description="Null for one from before the city could be edited; so for `by`.")
    by: str | None = Field(description="Who made it, such as `staff:admin`.")
    from_day: date | None = Field(description="The business day from which it holds; null: at once.")
    changes: list[ChangeInfo]
    waiting_in: list[str] = Field(description="Offices in which it is not in force yet.")


class RevisionsInfo(BaseModel):
    revisions: list[RevisionInfo] = Field(description=f"The newest first, at most {NEWEST}.")


TheAdmin = Annotated[Actor, require(Permission.EDIT_CITY)]


@router.get("", response_model=CityDocument, responses={**documented(*STAFF_ERRORS, Forbidden), **TAG})
async def read_city(admin: TheAdmin, context: InContext) -> Response:
    """The latest revision."""
    latest = context.directory.latest
    if latest is None:
        raise StoreNotReady
    return _tagged(dict(latest.document), latest.number)


@router.put(
    "",
    response_model=CityDocument,
    responses={
        **documented(
            *STAFF_ERRORS, Forbidden, InvalidCity, BodyTooLarge, InUse, PreconditionFailed, PreconditionRequired
        ),
        **TAG,
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CityDocument"}}},
        }
    },
)
async def edit_city(
    request: Request,
    admin: TheAdmin,
    context: InContext,
    if_match: Annotated[str | None, Header()] = None,
    effective: Literal["now", "next_day"] = "now",
) -> Response:
    """Makes the document the next revision. The answer comes when it is in force.

    What would break the day in progress is refused, unless the edit is to hold from the next business day on.
    """
    if if_match is None:
        raise PreconditionRequired
    knowing = _revision(if_match)
    # Read here, after it is known who sends it: it may be larger than what strangers may send.
    document = _document(await request.body())
    number = await context.editor.edit(document, knowing=knowing, by=admin, next_day=effective == "next_day")
    return _tagged(document, number)


@router.get("/revisions", responses=documented(*STAFF_ERRORS, Forbidden))
async def revisions(admin: TheAdmin, context: InContext) -> RevisionsInfo:
    """Who made which edit, when, and what it changed."""
    in_force = context.directory.in_force
    return RevisionsInfo(
        revisions=[
            _described(revision, [id for id, number in in_force.items() if number < revision.number])
            for revision in await context.editor.newest(NEWEST)
        ]
    )


def _described(revision: Revision, waiting_in: list[str]) -> RevisionInfo:
    return RevisionInfo(
        revision=revision.number,
        at=None if revision.at is None else datetime.fromtimestamp(revision.at // 1000, KST),
        by=revision.by,
        from_day=revision.from_day,
        changes=[ChangeInfo(**change) for change in revision.changes],
        waiting_in=sorted(waiting_in),
    )


def _document(body: bytes) -> Document:
    """The document of a body. Raises Invalid."""
    try:
        document = from_json(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Invalid(errors=[{"at": "body", "problem": "Send the city as a JSON object, as GET /api/v1/city has it"}])
    return document


def _revision(if_match: str) -> int:
    """The revision that If-Match names. Raises PreconditionFailed for what can't be one's ETag."""
    tag = if_match.strip()
    if tag == "*":
        return ANY
    if tag.startswith('"') and tag.endswith('"') and tag[1:-1].isdecimal() and len(tag) < 12 and int(tag[1:-1]):
        return int(tag[1:-1])
    raise PreconditionFailed


def _tagged(document: Document, number: int) -> Response:
    return json_response(CityDocument(document), headers={"ETag": f'"{number}"'})

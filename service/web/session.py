"""Signing in and out; a kiosk asking whether its key is right."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.domain.errors import Invalid, TooManyAttempts, Unauthenticated, WeakPassword
from service.domain.request_errors import BodyTooLarge, CrossSite, FormRefused
from service.store.sessions import Staff, Started
from service.web.auth import NOT_STAFF, AskingDevice, SignedIn, StaffCall, cookie_name, session_token
from service.web.context import API, InContext, address_of
from service.web.direct import DirectRoute
from service.web.passwords import LONGEST
from service.web.problems import documented

router = APIRouter(prefix=API, tags=["session"], route_class=DirectRoute)


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=LONGEST)


class Session(Staff):
    """Who signed in; `token` works as Authorization: Bearer, as the cookie does."""

    token: str


class DeviceInfo(BaseModel):
    device: str
    office: str | None = Field(description="Null: any office.")


@router.post(
    "/session",
    dependencies=[StaffCall],
    responses=documented(*NOT_STAFF, WeakPassword, TooManyAttempts, Invalid, BodyTooLarge),
)
async def sign_in(wanted: Credentials, request: Request, response: Response, context: InContext) -> Session:
    """Signs a member of staff in, for a working day."""
    account = await context.sign_in.verify(
        request,
        wanted.user,
        wanted.password,
        address=address_of(request.scope, context),
        browser=context.browsers.find(request, wanted.user),
    )
    if account is None:
        raise Unauthenticated("User or password is wrong.")
    staff = Staff(user=wanted.user, role=account.role, office=account.office)
    token = await context.sessions.start(Started(**staff.model_dump(), account=account.fingerprint))
    response.set_cookie(
        cookie_name(context.settings),
        token,
        max_age=int(context.sessions.lifetime.total_seconds()),
        httponly=True,
        samesite="strict",
        # A demo is plain HTTP on loopback.
        secure=not context.settings.demo,
    )
    context.browsers.remember(response, wanted.user)
    return Session(**staff.model_dump(), token=token)


@router.get("/session", responses=documented(*NOT_STAFF), openapi_extra={"security": [{"token": []}, {"session": []}]})
async def who(staff: SignedIn) -> Staff:
    """Who is signed in."""
    return staff


@router.delete(
    "/session",
    status_code=204,
    response_class=Response,
    dependencies=[StaffCall],
    responses=documented(CrossSite, FormRefused),
    openapi_extra={"security": [{"token": []}, {"session": []}, {}]},
)
async def sign_out(request: Request, response: Response, context: InContext) -> None:
    """Signs out. Again: the same."""
    token = session_token(request, context)
    if token:
        await context.sessions.end(token)
    response.delete_cookie(
        cookie_name(context.settings), httponly=True, samesite="strict", secure=not context.settings.demo
    )


@router.get("/device", responses=documented(Unauthenticated), openapi_extra={"security": [{"device": []}]})
async def device(device: AskingDevice) -> DeviceInfo:
    """Whose device key this is."""
    if device is None:
        raise Unauthenticated("Send Authorization: Bearer with the device key.")
    return DeviceInfo(device=device.name, office=device.office)

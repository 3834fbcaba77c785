"""Signing in and out; a kiosk asking whether its key is right."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from service.domain.city_event import SignIn, SignOut
from service.domain.errors import Invalid, TooManyAttempts, Unauthenticated, WeakPassword
from service.domain.request_errors import BodyTooLarge, CrossSite, FormRefused
from service.domain.staff import DeviceKind, Role
from service.identity.admission_queue import CallerGone
from service.identity.passwords import LONGEST
from service.identity.sessions import Staff, StartedSession
from service.web.access import Caller, access
from service.web.asking import set_account
from service.web.auth import STAFF_ERRORS, AskingDevice, CsrfChecked, SignedIn, find_staff, session_token
from service.web.context import API, Context, InContext, address_of
from service.web.cookies import delete_session_cookie, known_browser, remember_browser, set_session_cookie
from service.web.direct_route import DirectRoute
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
    kind: DeviceKind
    office: str | None = Field(description="Null: any office.")


class _Client:
    """Whoever waits for the answer to a request whose body has been read."""

    def __init__(self, request: Request) -> None:
        self.is_disconnected = request.is_disconnected
        self._receive = request.receive

    async def disconnected(self) -> None:
        """Returns when the client has hung up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


@router.post(
    "/session",
    dependencies=[CsrfChecked],
    responses=documented(*STAFF_ERRORS, WeakPassword, TooManyAttempts, Invalid, BodyTooLarge),
    openapi_extra=access(Caller.ANYONE),
)
async def sign_in(wanted: Credentials, request: Request, response: Response, context: InContext) -> Session:
    """Signs a member of staff in, for a working day."""
    if wanted.user in context.credentials.now.accounts.staff:
        set_account(request.scope, wanted.user)
    try:
        account = await context.sign_in.verify(
            _Client(request),
            wanted.user,
            wanted.password,
            address=address_of(request.scope, context),
            browser=known_browser(request, wanted.user, context.browsers, context.settings),
        )
    except CallerGone:
        raise ClientDisconnect from None
    if account is None:
        raise Unauthenticated("User or password is wrong.")
    staff = Staff(user=wanted.user, role=account.role, office=account.office)
    token = await context.sessions.start(StartedSession(**staff.model_dump(), account=account.fingerprint))
    await context.log.append(SignIn(kind="sign_in", **_by(staff, context)))
    set_session_cookie(response, token, context.sessions.lifetime, context.settings)
    remember_browser(response, wanted.user, context.browsers, context.settings)
    return Session(**staff.model_dump(), token=token)


@router.get("/session", responses=documented(*STAFF_ERRORS), openapi_extra=access(*Role))
async def who(staff: SignedIn) -> Staff:
    """Who is signed in."""
    return staff


@router.delete(
    "/session",
    status_code=204,
    response_class=Response,
    dependencies=[CsrfChecked],
    responses=documented(CrossSite, FormRefused),
    openapi_extra=access(Caller.ANYONE, *Role),
)
async def sign_out(request: Request, response: Response, context: InContext) -> None:
    """Signs out. Again: the same."""
    token = session_token(request, context)
    staff = await find_staff(request, context)
    if token:
        await context.sessions.end(token)
    if staff:
        await context.log.append(SignOut(kind="sign_out", **_by(staff, context)))
    delete_session_cookie(response, context.settings)


def _by(staff: Staff, context: Context) -> dict[str, Any]:
    """Who, and when, for an event."""
    return {"at": context.clock.now_ms(), "day": context.clock.today(), "actor": str(staff.actor)}


@router.get("/device", responses=documented(Unauthenticated), openapi_extra=access(*DeviceKind))
async def device(device: AskingDevice) -> DeviceInfo:
    """Whose device key this is."""
    if device is None:
        raise Unauthenticated("Send Authorization: Bearer with the device key.")
    return DeviceInfo(device=device.name, kind=device.kind, office=device.office)

"""Who asks: staff by session (cookie or token), kiosks by device key."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from service.domain.errors import Forbidden, Unauthenticated
from service.domain.office import Office
from service.domain.request_errors import CrossSite, FormRefused
from service.domain.staff import Actor
from service.identity.devices import Device
from service.identity.sessions import Staff
from service.web.asking import set_actor
from service.web.context import Context, InContext, TheOffice
from service.web.cookies import session_cookie
from service.web.csrf import refuse_cross_site


def bearer(connection: HTTPConnection) -> str | None:
    """The token of an Authorization: Bearer header."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def session_token(connection: HTTPConnection, context: Context) -> str | None:
    """The session's token: from the header, or from the cookie where a page of our own sent it."""
    token = bearer(connection)
    if token is None and context.csrf.is_from_own_page(connection):
        return session_cookie(connection, context.settings)
    return token


async def find_staff(connection: HTTPConnection, context: InContext) -> Staff | None:
    """Who is signed in, if anyone."""
    token = session_token(connection, context)
    session = await context.sessions.find(token) if token else None
    if session is None or not context.credentials.now.accounts.admits(session):
        return None
    set_actor(connection.scope, session.actor)
    return session


CsrfChecked = Depends(refuse_cross_site)
"""For routes that take a session, or give one; raises CrossSite, FormRefused."""


async def _staff(_: Annotated[None, CsrfChecked], found: Annotated[Staff | None, Depends(find_staff)]) -> Staff:
    if found is None:
        raise Unauthenticated
    return found


SignedIn = Annotated[Staff, Depends(_staff)]
"""Any member of staff; raises what `STAFF_ERRORS` names."""

STAFF_ERRORS = (Unauthenticated, CrossSite, FormRefused)
"""The refusals of a call that is for staff only."""


def may_work_in(staff: Staff, office: Office) -> bool:
    """Whether this member of staff belongs to the office; admins belong to every one."""
    return staff.office is None or staff.office == office.id


async def _clerk(staff: SignedIn, office: TheOffice) -> Staff:
    if not may_work_in(staff, office):
        raise Forbidden
    return staff


TheClerk = Annotated[Staff, Depends(_clerk)]
"""A member of the office's staff; raises what `STAFF_ERRORS` names, Forbidden, UnknownOffice."""


async def find_device(connection: HTTPConnection, context: InContext) -> Device | None:
    """The kiosk that asks, if it is one. Raises Unauthenticated for a key that isn't known."""
    key = bearer(connection)
    if key is None:
        return None
    device = context.credentials.now.devices.find(key)
    if device is None:
        raise Unauthenticated("This device key isn't known. Enter the kiosk's key again.")
    set_actor(connection.scope, device.actor)
    return device


async def actor_of_office(connection: HTTPConnection, context: Context, office: str) -> Actor | None:
    """The kiosk or the member of staff of this office that asks; None for just the holder of a ticket.

    Raises Unauthenticated for a bearer token that is neither's, and Forbidden for a kiosk of another office: its
    user would be called elsewhere.
    """
    key = bearer(connection)
    if key and (device := context.credentials.now.devices.find(key)):
        set_actor(connection.scope, device.actor)
        if device.office not in (None, office):
            raise Forbidden
        return device.actor
    staff = await find_staff(connection, context)
    if key and staff is None:
        raise Unauthenticated
    return staff.actor if staff and staff.office in (None, office) else None


AskingDevice = Annotated[Device | None, Depends(find_device)]

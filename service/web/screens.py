"""Lobby screens: they report how they are, and the office's staff see that and order them to do something."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from service.domain.conflicts import ScreenGone, ScreenNameTaken, TooManyScreens
from service.domain.errors import Forbidden, Invalid, StoreNotReady, Unauthenticated, UnknownOffice
from service.domain.request_errors import BodyTooLarge
from service.domain.screen import NAME, Condition, Heard, Order, OrderKind, Report, Sound, Viewport, condition
from service.domain.staff import Actor, Permission
from service.identity.devices import Device
from service.web.access import access
from service.web.auth import STAFF_ERRORS, AskingDevice, check, require
from service.web.context import API, InContext, TheOffice
from service.web.direct_route import DirectRoute
from service.web.lobby_pages import build_of_display
from service.web.problems import documented

router = APIRouter(prefix=API + "/offices/{office}/screens", tags=["screens"], route_class=DirectRoute)


async def _screens_device(device: AskingDevice, office: TheOffice) -> Device:
    if device is None:
        raise Unauthenticated("Send Authorization: Bearer with the device key of a screen.")
    check(device, Permission.REPORT_SCREEN, office.id)
    return device


TheDevice = Annotated[Device, Depends(_screens_device)]
TheStaff = Annotated[Actor, require(Permission.TEND_SCREENS)]
ScreenName = Annotated[str, Path(pattern=NAME, max_length=40)]

_OF_DEVICE = (UnknownOffice, Unauthenticated, Forbidden, Invalid)
_OF_STAFF = (UnknownOffice, *STAFF_ERRORS, Forbidden)
_DEVICES = access(permission=Permission.REPORT_SCREEN)

DONE = 10
"""Ids of orders that a report may name."""


class ReportRequest(Report):
    model_config = ConfigDict(title="ScreenReport")

    done: list[Annotated[str, Field(pattern=r"^[0-9a-f]{1,32}$")]] = Field(
        default=[], max_length=DONE, description="Ids of orders that the screen has begun to carry out."
    )


class OrderRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    order: OrderKind


class Orders(BaseModel):
    orders: list[Order] = Field(description="What the screen is to do, the oldest first.")


class ReportAnswer(Orders):
    build: str = Field(description="Of the lobby board that the service has now.")


class Screen(BaseModel):
    """A lobby screen, by its last report."""

    id: str
    condition: Condition
    at: datetime = Field(description="When it reported.")
    build: str
    current_build: bool = Field(description="Whether it runs the lobby board that the service has now.")
    viewport: Viewport
    sound: Sound
    memory: int | None
    reloads: int


class ScreenList(BaseModel):
    screens: list[Screen]


@router.get("", responses=documented(*_OF_STAFF))
async def screens(actor: TheStaff, office: TheOffice, context: InContext) -> ScreenList:
    """The office's lobby screens, by name, and how they are."""
    now, build = context.clock.now(), build_of_display(context)
    found = await context.screens.of(office.id, now)
    return ScreenList(screens=[_described(name, heard, now, build) for name, heard in sorted(found.items())])


def _described(name: str, heard: Heard, now: datetime, build: str) -> Screen:
    report = heard.report
    return Screen(
        id=name,
        condition=condition(heard, now),
        at=heard.at,
        build=report.build,
        current_build=report.build == build,
        viewport=report.viewport,
        sound=report.sound,
        memory=report.memory,
        reloads=report.reloads,
    )


@router.post(
    "/{screen}",
    responses=documented(*_OF_DEVICE, TooManyScreens, ScreenNameTaken, BodyTooLarge, StoreNotReady),
    openapi_extra=_DEVICES,
)
async def report_screen(
    wanted: ReportRequest, device: TheDevice, office: TheOffice, screen: ScreenName, context: InContext
) -> ReportAnswer:
    """Says how a lobby screen is, every 30 seconds, and answers with what it is to do.

    The name is the screen's own; a key may serve 8 of them. A screen that has not reported for 90 seconds is gone.
    """
    report = Report.model_validate(wanted.model_dump(exclude={"done"}))
    now = context.clock.now()
    orders = await context.screens.report(office.id, screen, device.name, report, wanted.done, now)
    return ReportAnswer(orders=orders, build=build_of_display(context))


@router.get("/{screen}/orders", responses=documented(*_OF_DEVICE), openapi_extra=_DEVICES)
async def screen_orders(device: TheDevice, office: TheOffice, screen: ScreenName, context: InContext) -> Orders:
    """What a lobby screen is to do now. It asks every 3 seconds."""
    return Orders(orders=await context.screens.orders(office.id, screen, context.clock.now()))


@router.post("/{screen}/orders", responses=documented(*_OF_STAFF, ScreenGone, Invalid, BodyTooLarge))
async def order_screen(
    wanted: OrderRequest, actor: TheStaff, office: TheOffice, screen: ScreenName, context: InContext
) -> Order:
    """Orders a lobby screen to do something, once.

    An order that the screen does not fetch within 60 seconds is dropped. While it stands, the same order is that one.
    """
    return await context.screens.order(office.id, screen, wanted.order, context.clock.now())


@router.delete("/{screen}", status_code=204, response_class=Response, responses=documented(*_OF_STAFF, Invalid))
async def forget_screen(actor: TheStaff, office: TheOffice, screen: ScreenName, context: InContext) -> None:
    """Takes a lobby screen out of the list, until it reports again. Again: the same."""
    await context.screens.forget(office.id, screen)

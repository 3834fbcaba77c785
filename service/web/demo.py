"""The switch of a demo's life. These calls exist in a demo only, and are no part of the public API."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from service.store.demo_switch import DemoSwitch
from service.web.context import API, InContext, TheOffice
from service.web.direct_route import DirectRoute

router = APIRouter(prefix=API + "/demo/life", include_in_schema=False, route_class=DirectRoute)

LONGEST_PAUSE = 600
"""Seconds. A client that needs the office for longer asks again. So a client that died doesn't keep it."""


class Life(BaseModel):
    """`on`: simulated people are about, but in the `paused` offices."""

    on: bool
    paused: list[str]


class LifeRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on: bool = Field(strict=True)


class PauseRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: int = Field(strict=True, ge=0, le=LONGEST_PAUSE)


async def _demo_life(request: Request) -> DemoSwitch:
    found: DemoSwitch = request.app.state.demo_life
    return found


TheLife = Annotated[DemoSwitch, Depends(_demo_life)]


@router.get("")
async def life(demo_life: TheLife, context: InContext) -> Life:
    """Whether the demo lives."""
    switch = await demo_life.switch()
    return Life(on=switch.on and context.settings.demo_life, paused=switch.paused)


@router.put("")
async def switch(wanted: LifeRequest, demo_life: TheLife, context: InContext) -> Life:
    """Stops the demo's life or starts it again, for everyone."""
    await demo_life.turn(wanted.on)
    return await life(demo_life, context)


@router.put("/pauses/{office}")
async def pause(wanted: PauseRequest, office: TheOffice, demo_life: TheLife, context: InContext) -> Life:
    """Keeps the demo's life away from one office for a while; 0 seconds end it."""
    await demo_life.pause(office.id, wanted.seconds)
    return await life(demo_life, context)

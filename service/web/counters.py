"""What a clerk does with the numbers of a counter: stop them, give them again, say how many are still given today.

Every call can be repeated: with its Idempotency-Key it is answered as the first time, a refusal too.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from service.domain.board import BoardCounter
from service.domain.errors import Forbidden, IdempotencyKeyReused, Invalid, UnknownCounter, UnknownOffice
from service.domain.facts import TextFacts
from service.domain.office import HIGHEST_NUMBER
from service.domain.request_errors import BodyTooLarge
from service.domain.staff import Actor, Permission
from service.domain.ticket import Channel
from service.web.auth import STAFF_ERRORS, require
from service.web.context import API, InContext, TheCounter, TheOffice
from service.web.direct_route import DirectRoute
from service.web.holder import IdempotencyKey
from service.web.problems import documented
from service.web.texts import LETTERS

router = APIRouter(prefix=API + "/offices/{office}/counters/{counter}", tags=["clerk"], route_class=DirectRoute)

_RESPONSES = documented(
    UnknownOffice, UnknownCounter, *STAFF_ERRORS, Forbidden, Invalid, BodyTooLarge, IdempotencyKeyReused
)

Words = Annotated[str, StringConstraints(max_length=60, pattern=LETTERS)]
"""A few words: they stand beside the counter's name on a wall."""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reason(_Request):
    """Why a counter is paused."""

    ko: Words
    en: Words


class ResumeRequest(_Request):
    channel: Literal[Channel.ONLINE] | None = Field(
        default=None, description="Only numbers that are taken online; null: those of the kiosk too."
    )


class PauseRequest(ResumeRequest):
    reason: Reason | None = Field(
        default=None, description="What people are told of why; with `channel` it must be absent or null."
    )

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if self.reason and self.channel:
            raise ValueError("only a pause of all numbers has a reason: leave out the reason, or the channel")
        return self


class LimitRequest(_Request):
    more: Annotated[int, Field(strict=True, ge=0, le=HIGHEST_NUMBER)] | None = Field(
        description="How many numbers the counter still gives today, online ones included; null: no limit."
    )


@dataclass
class Asked:
    """A request about a counter's numbers."""

    actor: Annotated[Actor, require(Permission.SERVE)]
    office: TheOffice
    counter: TheCounter
    context: InContext
    idempotency_key: IdempotencyKey = None

    async def line(self) -> BoardCounter:
        """The counter on the board, as it is now."""
        cached = await self.context.boards.refresh(self.office)
        return next(line for line in cached.board.counters if line.id == self.counter.id)


WhatIsAsked = Annotated[Asked, Depends()]


@router.post("/pause", responses=_RESPONSES)
async def pause(asked: WhatIsAsked, wanted: Annotated[PauseRequest | None, Body()] = None) -> BoardCounter:
    """The counter gives no numbers until it is resumed, or the day ends. Boards tell the reason."""
    reason = wanted.reason if wanted else None
    await _pause(asked, wanted, True, TextFacts(**reason.model_dump()) if reason else None)
    return await asked.line()


@router.post("/resume", responses=_RESPONSES)
async def resume(asked: WhatIsAsked, wanted: Annotated[ResumeRequest | None, Body()] = None) -> BoardCounter:
    """The counter gives numbers again."""
    await _pause(asked, wanted, False)
    return await asked.line()


@router.post("/limit", responses=_RESPONSES)
async def limit(asked: WhatIsAsked, wanted: LimitRequest) -> BoardCounter:
    """The counter gives so many more numbers today, and then none until tomorrow."""
    await asked.context.counters.limit(
        asked.office, asked.counter, wanted.more, by=asked.actor, key=asked.idempotency_key
    )
    return await asked.line()


async def _pause(asked: Asked, wanted: ResumeRequest | None, paused: bool, reason: TextFacts | None = None) -> None:
    await asked.context.counters.pause(
        asked.office,
        asked.counter,
        paused,
        only_online=wanted is not None and wanted.channel == Channel.ONLINE,
        reason=reason,
        by=asked.actor,
        key=asked.idempotency_key,
    )

"""A lobby screen: what it reports of itself, what is wrong with it, and what the office's staff order it to do."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from service.domain.fields import WHOLE

Condition = Literal["ok", "gone", "hidden", "not_painting", "waiting", "behind", "no_sound"]
"""What a screen is, the worst first where several are true:

- `gone`: it has not reported for `GONE_AFTER`;
- `hidden`: its browser says that nobody can see the page;
- `not_painting`: its page runs and draws no frames;
- `waiting`: it has no board to show yet;
- `behind`: it still shows a board that was replaced before its previous report;
- `no_sound`: its browser blocks the sound, or has nothing to speak with;
- `ok`.
"""

CONDITIONS: tuple[Condition, ...] = get_args(Condition)

OrderKind = Literal["reload", "identify", "test_call"]

Sound = Literal["on", "off", "blocked", "missing"]

REPORT_EVERY = timedelta(seconds=30)

GONE_AFTER = 3 * REPORT_EVERY
"""Two reports may get lost."""

PAINTS_WITHIN = timedelta(seconds=20)
"""A page asks for a frame every few seconds. One that got none for so long draws nothing."""

ORDER_LASTS = timedelta(seconds=60)
"""An order that was not fetched by then is dropped: nobody waits for it any more."""

FORGOTTEN_AFTER = timedelta(days=7)

MOST_OF_AN_OFFICE = 64
MOST_OF_A_KEY = 8

NAME = r"^[0-9A-Za-z가-힣]([0-9A-Za-z가-힣 ._-]{0,38}[0-9A-Za-z가-힣])?$"
"""Of a screen: letters that can't be mistaken for others or turn a line around, since staff read it in a list."""


Amount = Annotated[int, Field(strict=True, ge=0, le=2**53), WHOLE]
"""The most that a browser's numbers count exactly."""

Pixels = Annotated[int, Field(strict=True, ge=1, le=100_000, description="In CSS pixels."), WHOLE]


class Viewport(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    width: Pixels
    height: Pixels
    scale: float = Field(
        strict=True, gt=0, le=100, allow_inf_nan=False, description="Pixels of the screen for a CSS pixel."
    )


class Report(BaseModel):
    """What a screen says of itself. Durations instead of moments: a screen's clock may be wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="ScreenReport")

    build: str = Field(pattern=r"^[0-9a-f]{1,64}$", description="Of the page that runs.")
    epoch: str | None = Field(pattern=r"^[0-9A-Za-z._-]{1,64}$", description="Of the board that it shows; null: none.")
    version: Amount | None = Field(description="Of the same board.")
    painted_ms_ago: Amount = Field(description="How long ago the page drew a frame, in milliseconds.")
    visible: bool = Field(strict=True, description="What the browser says of the page.")
    viewport: Viewport
    sound: Sound
    memory: Amount | None = Field(description="Bytes that the page's scripts use; null: not known.")
    reloads: Annotated[int, Field(strict=True, ge=0, le=100), WHOLE] = Field(
        description="How often the page has lately reloaded since it drew no frames."
    )


class Shown(NamedTuple):
    """Which board, by its epoch and version."""

    epoch: str
    version: int


class Heard(NamedTuple):
    """A report as it was heard."""

    report: Report
    at: datetime
    current: Shown | None
    """The office's board at that moment."""
    due: Shown | None
    """The office's board some time before: an older one is not shown by a screen that follows. None: not known yet."""


class Order(BaseModel):
    """What a screen is to do, once."""

    id: str = Field(description="A screen does not carry out the same id twice.")
    order: OrderKind


def condition(heard: Heard, now: datetime) -> Condition:
    """What the screen is, by its last report."""
    report = heard.report
    if now - heard.at >= GONE_AFTER:
        return "gone"
    if not report.visible:
        return "hidden"
    if timedelta(milliseconds=report.painted_ms_ago) >= PAINTS_WITHIN:
        return "not_painting"
    if report.epoch is None or report.version is None:
        return "waiting"
    if _is_behind(Shown(report.epoch, report.version), heard):
        return "behind"
    if report.sound in ("blocked", "missing"):
        return "no_sound"
    return "ok"


def _is_behind(shown: Shown, heard: Heard) -> bool:
    if heard.due is None:
        return False
    if shown.epoch == heard.due.epoch:
        return shown.version < heard.due.version
    # Versions of different epochs can't be compared: a board of the present epoch is newer than the one that was due.
    return heard.current is None or shown.epoch != heard.current.epoch

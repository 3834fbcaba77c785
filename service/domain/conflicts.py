"""Refusals of right requests, because an office, a window, a ticket or a screen is not as they need it.

Conflict (409)
  OfficeClosed  CounterPaused  CounterFull  NumbersUsedUp  LimitReached  OnlineQuotaUsedUp
  MoveNotAllowed  WindowChanged  WindowClosed  WindowEmpty  WindowBusy
  InUse  RevisionChanged
  TooManyScreens  ScreenNameTaken  ScreenGone
"""

from service.domain.errors import SunbeonError


class Conflict(SunbeonError):
    status = 409
    code = "conflict"
    title = "Not possible now"


class OfficeClosed(Conflict):
    code = "office_closed"
    title = "The office is closed"
    detail = "Numbers are given in opening hours; GET /api/v1/offices has them."


class CounterPaused(Conflict):
    code = "counter_paused"
    title = "This counter gives no numbers for the moment"
    detail = "Try again a little later, or ask at the office."


class CounterFull(Conflict):
    code = "counter_full"
    title = "As many people wait as this counter can take"
    detail = "Try again when fewer wait."


class NumbersUsedUp(Conflict):
    code = "numbers_used_up"
    title = "Today's numbers are used up"
    detail = "Come on the next opening day, or ask at the office."


class LimitReached(Conflict):
    code = "limit_reached"
    title = "This counter gives no more numbers today"
    detail = (
        "Its staff set how many people it can still serve today. Come on the next opening day, or ask at the office."
    )


class OnlineQuotaUsedUp(Conflict):
    code = "online_quota_used_up"
    title = "Today's online numbers are used up"
    detail = "Take a number at the office's kiosk, or come on the next opening day."


class MoveNotAllowed(Conflict):
    """`state` in the problem is the ticket's state."""

    code = "move_not_allowed"
    title = "The ticket's state doesn't allow this"


class WindowChanged(Conflict):
    """`window` in the problem is the window as it is, in the state `epoch` and `version`; nothing moved."""

    code = "window_changed"
    title = "Someone else is at the window by now"
    detail = "Nothing was changed. `window` has the window as it is: look, and press again."


class WindowClosed(Conflict):
    code = "window_closed"
    title = "The window is closed"
    detail = "Open it first: POST .../windows/{window}/open."


class WindowEmpty(Conflict):
    code = "window_empty"
    title = "Nobody is at the window"
    detail = "Call someone first."


class WindowBusy(Conflict):
    code = "window_busy"
    title = "Someone is at the window"
    detail = "Finish, hold or transfer the ticket first."


class InUse(Conflict):
    """`in_use` in the problem lists what would break the day in progress: `office`, `what` (`counter`, `window`,
    `numbers` or `revision`), `id`, and in `count` how many tickets are to be served, or the last number of today."""

    code = "in_use"
    title = "The edit would break the day in progress"
    detail = "Nothing was changed."

    @classmethod
    def of(cls, office: str, what: str, id: str, count: int) -> "InUse":
        """One thing that is in use."""
        mend = {
            "counter": f"{count} tickets of counter {id} are still to be served: serve, transfer or cancel them first",
            "window": f"window {id} is open: close it first",
            "numbers": f"counter {id} has given number {count} today: keep every number from its first to this one",
        }[what]
        return cls(
            f"Nothing was changed. Office {office}: {mend}, or have the edit hold from the next day on.",
            in_use=[{"office": office, "what": what, "id": id, "count": count}],
        )

    @classmethod
    def by_waiting(cls, office: str, revision: int, day: object) -> "InUse":
        """An edit of the same office waits for a later day."""
        return cls(
            f"Nothing was changed. Office {office}: revision {revision} waits for {day}: have this edit hold from the "
            "next day on, too.",
            in_use=[{"office": office, "what": "revision", "id": str(revision), "count": 0}],
        )

    def __add__(self, other: "InUse") -> "InUse":
        """Both; the detail speaks of the first."""
        return InUse(self.detail, in_use=[*self.extra["in_use"], *other.extra["in_use"]])


class RevisionChanged(Conflict):
    """Nothing was changed. The service asks again by itself a few times before it says so."""

    code = "revision_changed"
    title = "The city's configuration has just been changed"
    detail = "Read GET /api/v1/offices again, and repeat the request."


class TooManyScreens(Conflict):
    code = "too_many_screens"
    title = "There are too many screens"
    detail = "Give this screen a key of its own, or have the staff remove screens that are no more."


class ScreenNameTaken(Conflict):
    code = "screen_name_taken"
    title = "Another screen has this name"
    detail = "Give this screen another name."


class ScreenGone(Conflict):
    code = "screen_gone"
    title = "The screen does not answer"
    detail = "Look whether it has power and network. Nothing was ordered."

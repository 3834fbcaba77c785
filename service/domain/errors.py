"""What the service refuses, and how each refusal looks on the wire.

Refusals of malformed, oversized, slow or cross-site requests are in request_errors.py.

    SunbeonError
      NotFound (404)
        UnknownOffice  UnknownCounter  UnknownWindow  UnknownTicket
      Unauthenticated (401)
      Forbidden (403)
        NotOnline  WeakPassword
      Invalid (422)
        IdempotencyKeyReused  WeakIdempotencyKey  InvalidCity
      Conflict (409): conflicts.py
      PreconditionFailed (412)
      PreconditionRequired (428)
      TooMany (429)
        TooManyAttempts  TooManyTickets
      Unavailable (503)
        StoreUnavailable  StoreNotReady  NotConfirmed  ClockOff  CredentialsUnknown
        HistoryUnavailable

Each class carries its `status` and `code`; an instance adds `detail`, a sentence that says what to do, and
`extra`, members of the problem document beside the standard ones. `problem()` gives the RFC 9457 document.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar


class SunbeonError(Exception):
    """A refusal with its wire form. `detail` is shown to people; it never holds personal data."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"
    detail: str = "Try again; if it stays, tell the office."

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        self.detail = detail or self.detail
        self.extra: Mapping[str, Any] = extra
        super().__init__(self.detail)

    @property
    def headers(self) -> dict[str, str]:
        """Response headers that belong to this refusal."""
        return {}

    def problem(self) -> dict[str, Any]:
        """`{type, title, status, detail, code, **extra}`, for `application/problem+json`."""
        return {
            "type": f"urn:problem-type:sunbeon:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class NotFound(SunbeonError):
    status = 404
    code = "not_found"
    title = "There is nothing here"
    detail = "Check the address."


class UnknownOffice(NotFound):
    code = "unknown_office"
    title = "No such office"
    detail = "GET /api/v1/offices lists the offices."


class UnknownCounter(NotFound):
    code = "unknown_counter"
    title = "No such counter in this office"
    detail = "GET /api/v1/offices lists each office's counters."


class UnknownWindow(NotFound):
    code = "unknown_window"
    title = "No such window in this office"
    detail = "GET /api/v1/offices lists each office's windows."


class UnknownTicket(NotFound):
    """Also for a ticket that is gone: which of the two it is, is nobody's business."""

    code = "unknown_ticket"
    title = "No such ticket"
    detail = "Check the address, or take a new number."


class Unauthenticated(SunbeonError):
    status = 401
    code = "unauthenticated"
    title = "Sign in first"
    detail = "Staff: POST /api/v1/session. Kiosks: send Authorization: Bearer with the device key."

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class Forbidden(SunbeonError):
    status = 403
    code = "forbidden"
    title = "Not allowed"
    detail = "This account or device belongs to another office."


class NotOnline(Forbidden):
    code = "not_online"
    title = "No online tickets at this counter"
    detail = "Take a number at the office's kiosk."


class WeakPassword(Forbidden):
    """The password is the right one, and is one that a stranger may guess."""

    code = "weak_password"
    title = "This account's password is too weak to sign in with"
    detail = "Ask those who run the service for a new password; their log says what is wrong with this one."


class Invalid(SunbeonError):
    status = 422
    code = "invalid_request"
    title = "The request can't be read"
    detail = "See `errors`: each names the place and what is wrong with it."


class IdempotencyKeyReused(Invalid):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for another request"
    detail = "Send a new key with a new request; repeat a key only with the same body."


class WeakIdempotencyKey(Invalid):
    """Who guesses a key is given the ticket that was issued under it."""

    code = "weak_idempotency_key"
    title = "This Idempotency-Key can be guessed"
    detail = "Send 22 random characters or more, a UUID say: whoever has the key gets the same ticket."


class InvalidCity(Invalid):
    """The detail names the first mistake, its place and the correction."""

    code = "invalid_city"
    title = "This can't be the city's configuration"


class PreconditionFailed(SunbeonError):
    status = 412
    code = "precondition_failed"
    title = "Somebody else has made an edit meanwhile"
    detail = "Nothing was changed. GET it again, make your change there, and send its ETag as If-Match."


class PreconditionRequired(SunbeonError):
    status = 428
    code = "precondition_required"
    title = "If-Match is missing"
    detail = "Send the ETag of the document that your change was made on as If-Match."


class TooMany(SunbeonError):
    """`retry_after` is how many seconds to wait before the next try."""

    status = 429
    code = "too_many"
    title = "Too many of these"

    def __init__(self, detail: str | None = None, *, retry_after: float = 60, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(max(1, ceil(self.retry_after)))}


class TooManyAttempts(TooMany):
    code = "too_many_attempts"
    title = "Too many attempts to sign in"
    detail = "Wait as long as Retry-After says, then try again."


class TooManyTickets(TooMany):
    code = "too_many_tickets"
    title = "Too many numbers were taken from here"
    detail = "Wait as long as Retry-After says, or take a number at the office."


class Unavailable(SunbeonError):
    status = 503
    code = "unavailable"
    title = "Not available for the moment"

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "2"}


class StoreUnavailable(Unavailable):
    code = "store_unavailable"
    title = "The queue can't be reached"
    detail = "Nothing is lost. Try again with the same Idempotency-Key in a few seconds."


class NotConfirmed(Unavailable):
    """The change may stand: the same request again tells, and makes no second one."""

    code = "not_confirmed"
    title = "The store's replicas did not confirm in time"
    detail = "Repeat the request, with the same Idempotency-Key if it had one: it takes effect once."


class StoreNotReady(Unavailable):
    code = "store_not_ready"
    title = "The store holds no city's queue"
    detail = "Its data is missing or another's: see docs/operations.md, 'An empty store'."


class CredentialsUnknown(Unavailable):
    code = "credentials_unknown"
    title = "Accounts and devices are not known yet"
    detail = "Try again in a few seconds: after a start, the database or the store has to answer first."


class HistoryUnavailable(Unavailable):
    code = "history_unavailable"
    title = "The past can't be read"
    detail = "The database does not answer. The queue itself goes on; try again in a few seconds."


class ClockOff(Unavailable):
    """Nothing was changed: a day that a wrong clock ends is over for everyone."""

    code = "clock_off"
    title = "A clock is wrong"
    detail = "The clocks of this machine and of the store's differ: set both by NTP."

    @classmethod
    def by(cls, seconds: float) -> "ClockOff":
        """This machine's clock is so far ahead of the store's; negative: behind."""
        side = "ahead of" if seconds > 0 else "behind"
        return cls(f"This machine's clock is {abs(seconds):.0f} seconds {side} the store's: set both by NTP.")

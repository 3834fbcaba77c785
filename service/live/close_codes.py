"""Close codes: one table that says for each whether to reconnect.

4400 to 4499 are final, like HTTP's 4xx. After the codes with `come_back`, a client reconnects with backoff and full
jitter. openapi/asyncapi.yaml repeats the table, and a test compares the two.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Close:
    code: int
    reason: str
    come_back: bool


GOING_AWAY = Close(1012, "service restart", True)
MESSAGE_TOO_BIG = Close(1009, "message too big", False)
PROTOCOL_ERROR = Close(1002, "protocol error", False)
INVALID_TEXT = Close(1007, "invalid text", False)
TOO_MUCH_SAID = Close(1008, "more sent than a client may", False)
NO_PONG = Close(1011, "no pong in time", True)
TOO_SLOW = Close(4008, "too slow: unread frames piled up", True)
TOO_MANY = Close(4029, "too many sockets from this address", True)
AWAY = Close(4013, "the queue can't be reached", True)
BAD_QUERY = Close(4400, "beat takes whole seconds, from 1 to 60", False)
UNAUTHENTICATED = Close(4401, "sign in first", False)
FORBIDDEN = Close(4403, "another office", False)
UNKNOWN = Close(4404, "no such office or ticket", False)

TABLE = (
    PROTOCOL_ERROR,
    INVALID_TEXT,
    TOO_MUCH_SAID,
    MESSAGE_TOO_BIG,
    NO_PONG,
    GOING_AWAY,
    TOO_SLOW,
    AWAY,
    TOO_MANY,
    BAD_QUERY,
    UNAUTHENTICATED,
    FORBIDDEN,
    UNKNOWN,
)

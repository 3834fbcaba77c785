"""The connection table of a process: how many connections it accepts, from whom, and which one it evicts for another.

A connection is known by its transport, which the HTTP protocol and a WebSocket share.
"""

import asyncio
import logging
import resource
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable

from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from service.domain.errors import SunbeonError
from service.domain.request_errors import ConnectionsFull, TooManyConnections

logger = logging.getLogger(__name__)

OPEN = Gauge("sunbeon_connections", "Open connections, those of WebSockets included.", multiprocess_mode="livesum")
ENDED = Metric(
    "sunbeon_connections_ended_total",
    "Connections ended for want of room: idle ones to make some, or new ones where none was idle.",
    ["which", "limit"],
)

RESERVED_DESCRIPTORS = 64
"""Descriptors that are left to the store, to files that are being sent, to the log and the event loop."""

MAX_REJECTED = 16
"""Connections over the limit that may be reading their refusal at the same time."""

SUMMARY_SECONDS = 1.0
"""How often a line that repeats is logged, with counts."""


def raise_descriptor_limit() -> None:
    """Lets this process and its children have as many descriptors as the system allows them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def within_descriptor_limit(wanted: int) -> int:
    """The number of connections, `wanted` or fewer, that this process has descriptors for. Fewer is logged."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return wanted
    most = max(1, min(wanted, descriptors - RESERVED_DESCRIPTORS - MAX_REJECTED))
    if most < wanted:
        logger.warning("fewer connections", extra={"wanted": wanted, "most": most, "descriptors": descriptors})
    return most


class ConnectionTable:
    """Counts each connection from its beginning to its end. An idle one may be evicted for a new one."""

    def __init__(self, most: int, per_address: int, address_of: Callable[[str | None], str]) -> None:
        """`address_of` gives the address that a host counts under; an empty one counts in the total only."""
        self._most = most
        self._per_address = per_address
        self._address_of = address_of
        self._held: dict[asyncio.WriteTransport, str] = {}
        self._by_address: dict[str, dict[asyncio.WriteTransport, None]] = {}
        # In the order of becoming idle. (In a plain dict the first key is slow to find once many before it
        # were removed.)
        self._evictable: OrderedDict[asyncio.WriteTransport, None] = OrderedDict()
        self._rejected: OrderedDict[asyncio.WriteTransport, None] = OrderedDict()
        self._limits = {
            "total": LogSummary("connections full"),
            "address": LogSummary("too many connections from one address"),
        }

    def add(self, transport: asyncio.WriteTransport, host: str | None) -> SunbeonError | None:
        """Adds a new connection, which counts as idle, or returns why it must end. `remove` follows in both cases."""
        OPEN.inc()
        address = self._address_of(host)
        refusal = self._refusal(address)
        if refusal:
            self._rejected[transport] = None
            if len(self._rejected) > MAX_REJECTED:
                self._rejected.popitem(last=False)[0].abort()
        else:
            self._held[transport] = address
            self._evictable[transport] = None
            if address:
                self._by_address.setdefault(address, {})[transport] = None
        return refusal

    def mark_busy(self, transport: asyncio.WriteTransport) -> None:
        """A request has begun on the connection, which then isn't evicted."""
        self._evictable.pop(transport, None)

    def mark_idle(self, transport: asyncio.WriteTransport) -> None:
        """The connection has become idle: it may be evicted, after those that became idle before."""
        if transport in self._held:
            self._evictable[transport] = None

    def mark_closing(self, transport: asyncio.WriteTransport) -> None:
        """The connection is being closed, and is the first to be evicted."""
        if transport in self._held:
            self._evictable[transport] = None
            self._evictable.move_to_end(transport, last=False)

    def remove(self, transport: asyncio.WriteTransport) -> None:
        """The connection is closed."""
        OPEN.dec()
        self._rejected.pop(transport, None)
        self._forget(transport)

    def _forget(self, transport: asyncio.WriteTransport) -> None:
        address = self._held.pop(transport, "")
        self._evictable.pop(transport, None)
        if address:
            own = self._by_address[address]
            del own[transport]
            if not own:
                del self._by_address[address]

    def _refusal(self, address: str) -> SunbeonError | None:
        """Makes room for one more of `address`, or returns why there is none."""
        own = self._by_address.get(address, {})
        own_evictable = filter(self._evictable.__contains__, own)
        if len(own) >= self._per_address and not self._evict_one(own_evictable, "address"):
            return TooManyConnections()
        if len(self._held) >= self._most and not self._evict_one(self._evictable, "total"):
            return ConnectionsFull()
        return None

    def _evict_one(self, evictable: Iterable[asyncio.WriteTransport], limit: str) -> bool:
        """Evicts the first of these that has nothing left to send, if there is one; counts and logs what happened."""
        found = next((transport for transport in evictable if not transport.get_write_buffer_size()), None)
        which = "idle" if found else "new"
        ENDED.labels(which, limit).inc()
        self._limits[limit].add(which, connections=len(self._held))
        if found is None:
            return False
        self._forget(found)
        found.abort()
        return True


class LogSummary:
    """Logs a line when something begins, and one a second with counts while it continues."""

    def __init__(self, message: str) -> None:
        self._message = message
        self._counts: Counter[str] = Counter()
        self._facts: dict[str, int] = {}
        self._waiting = False

    def add(self, what: str, **facts: int) -> None:
        """Counts one more of `what`, with the newest facts about it."""
        self._counts[what] += 1
        self._facts = facts
        if not self._waiting:
            self._write()

    def _write(self) -> None:
        self._waiting = bool(self._counts)
        if self._waiting:
            logger.warning(self._message, extra={**self._counts, **self._facts})
            self._counts.clear()
            asyncio.get_running_loop().call_later(SUMMARY_SECONDS, self._write)

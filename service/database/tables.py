"""The tables. Their migrations are in migrations/versions; a test compares the two.

Moments are epoch milliseconds. A `position` is the place of an event in its log (`store/event_log.py`), and `source`
is the log: an office's id, or CITY.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Float, Integer, MetaData, String, Table, Text, false

metadata = MetaData()

POSITION = String(32)
EPOCH = String(64)
ID = String(64)

identity = Table(
    "identity",
    metadata,
    Column("id", String(32), primary_key=True, comment="What the store knows this database by."),
    Column("generation", String(32), nullable=False, comment="The store that it belongs to."),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("projection", ID, primary_key=True),
    Column("source", ID, primary_key=True),
    Column("epoch", EPOCH, nullable=False),
    Column("position", POSITION, nullable=False, comment="Of the last event whose effect is here."),
)

history = Table(
    "history",
    metadata,
    Column("office", ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", POSITION, primary_key=True, comment="Of the event that finished it."),
    Column("counter", ID, nullable=False, comment="The last one, after any transfer."),
    Column("channel", String(16), nullable=False),
    Column("people", Integer, nullable=False),
    Column("outcome", String(16), nullable=False, comment="served, no_show, cancelled or expired"),
    Column("windows", JSON, nullable=False, comment="Those that it was called to, in order."),
    Column("recalls", Integer, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("first_called_at", BigInteger),
    Column("called_at", BigInteger, comment="When it was last called; a recall is no call."),
    Column("finished_at", BigInteger, comment="Null where an earlier version of the service finished it."),
    Column("epoch", EPOCH, nullable=False),
    Column("lost_epoch", EPOCH, nullable=False, comment="Empty; else the epoch whose end lost that event."),
)

days = Table(
    "days",
    metadata,
    Column("office", ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("issued", Integer, nullable=False),
    Column("served", Integer),
    Column("no_show", Integer),
    Column("cancelled", Integer),
    Column("expired", Integer),
    Column("balanced", Boolean, comment="Null until the day is over."),
    Column(
        "simulated",
        Boolean,
        nullable=False,
        default=False,
        server_default=false(),
        comment="A demo invented the day: its rows in other tables are no facts.",
    ),
)

skipped_numbers = Table(
    "skipped_numbers",
    metadata,
    Column("office", ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("position", POSITION, primary_key=True, comment="Of the failover that skipped them."),
    Column("counter", ID, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)

tickets_per_hour = Table(
    "tickets_per_hour",
    metadata,
    Column("office", ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("hour", Integer, primary_key=True, comment="Of issue: 0 to 23, Korean time."),
    Column("counter", ID, primary_key=True, comment="The one that gave the tickets."),
    Column("tickets", Integer, nullable=False),
    Column("people", Integer, nullable=False, comment="For whom these tickets stand."),
)

wait_states = Table(
    "wait_states",
    metadata,
    Column("office", ID, primary_key=True, comment="Or *: what all offices together knew when the day began."),
    Column("day", Date, primary_key=True),
    Column("position", POSITION, nullable=False, comment="Of its last event; empty in those of the city."),
    Column("days", Integer, nullable=False, comment="How many days had ended that are in it."),
    Column("state", Text, nullable=False, comment="JSON (domain/wait/state.py)."),
)

wait_scores = Table(
    "wait_scores",
    metadata,
    Column("office", ID, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("counter", ID, primary_key=True),
    Column("tickets", Integer, nullable=False, comment="Those that were called after a wait had been said."),
    Column("early", Integer, nullable=False, comment="Called before the range that was said."),
    Column("late", Integer, nullable=False, comment="Called after it."),
    Column("error", Float, nullable=False, comment="Minutes by which what was said was off, added up."),
    Column("waited", Float, nullable=False, comment="Minutes that they waited, added up."),
)

audit = Table(
    "audit",
    metadata,
    Column("source", ID, primary_key=True),
    Column("position", POSITION, primary_key=True),
    Column("epoch", EPOCH, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("actor", String(128), nullable=False, comment="As domain/staff.py writes it."),
    Column("kind", String(32), nullable=False, comment="Of the event."),
    Column("number", Integer),
    Column("window", Integer),
    Column("counter", ID),
    Column("about", JSON, comment="What else the event says."),
    Column("lost", Boolean, nullable=False, default=False, comment="A failover lost the event."),
)

registry = Table(
    "registry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="1: there is one row."),
    Column("version", BigInteger, nullable=False, comment="Every change of accounts and devices counts it up."),
)


def _origin() -> list[Column[Any]]:
    """Where an account or a device comes from, and when it changed."""
    return [
        Column("origin", String(16), nullable=False, comment="access_file or operator"),
        Column("entry", String(64), comment="Hash of the access file's entry that was taken last."),
        Column("listed", Boolean, nullable=False, comment="The access file has it."),
        Column("disabled", Boolean, nullable=False, comment="By an operator."),
        Column("changed_at", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False, comment="Of the registry, at the last change."),
    ]


accounts = Table(
    "accounts",
    metadata,
    Column("name", String, primary_key=True, comment="What the member of staff signs in as."),
    Column("role", String(16), nullable=False),
    Column("office", ID, comment="Null: all offices."),
    Column("password", String, nullable=False, comment="Its argon2 hash."),
    *_origin(),
)

devices = Table(
    "devices",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String(16), nullable=False, comment="kiosk or screen"),
    Column("office", ID, comment="Null: all offices."),
    Column("key", String, nullable=False, comment="Its SHA-256, in hex."),
    *_origin(),
)

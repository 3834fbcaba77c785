"""Waits."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "wait_states",
        sa.Column(
            "office",
            sa.String(length=64),
            nullable=False,
            comment="Or *: what all offices together knew when the day began.",
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "position",
            sa.String(length=32),
            nullable=False,
            comment="Of its last event; empty in those of the city.",
        ),
        sa.Column("days", sa.Integer(), nullable=False, comment="How many days had ended that are in it."),
        sa.Column("state", sa.Text(), nullable=False, comment="JSON (domain/wait/state.py)."),
        sa.PrimaryKeyConstraint("office", "day"),
    )
    op.create_table(
        "wait_scores",
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counter", sa.String(length=64), nullable=False),
        sa.Column(
            "tickets", sa.Integer(), nullable=False, comment="Those that were called after a wait had been said."
        ),
        sa.Column("early", sa.Integer(), nullable=False, comment="Called before the range that was said."),
        sa.Column("late", sa.Integer(), nullable=False, comment="Called after it."),
        sa.Column("error", sa.Float(), nullable=False, comment="Minutes by which what was said was off, added up."),
        sa.Column("waited", sa.Float(), nullable=False, comment="Minutes that they waited, added up."),
        sa.PrimaryKeyConstraint("office", "day", "counter"),
    )

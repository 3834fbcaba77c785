"""Tickets per hour."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "tickets_per_hour",
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False, comment="Of issue: 0 to 23, Korean time."),
        sa.Column("counter", sa.String(length=64), nullable=False, comment="The one that gave the tickets."),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False, comment="For whom these tickets stand."),
        sa.PrimaryKeyConstraint("office", "day", "hour", "counter"),
    )


def downgrade() -> None:
    op.drop_table("tickets_per_hour")

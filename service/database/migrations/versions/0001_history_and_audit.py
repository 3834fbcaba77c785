"""History and audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False, comment="As domain/staff.py writes it."),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="Of the event."),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("window", sa.Integer(), nullable=True),
        sa.Column("counter", sa.String(length=64), nullable=True),
        sa.Column("about", sa.JSON(), nullable=True, comment="What else the event says."),
        sa.Column("lost", sa.Boolean(), nullable=False, comment="A failover lost the event."),
        sa.PrimaryKeyConstraint("source", "position", "epoch"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "checkpoints",
        sa.Column("projection", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=32), nullable=False, comment="Of the last event whose effect is here."),
        sa.PrimaryKeyConstraint("projection", "source"),
    )
    op.create_table(
        "days",
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=True),
        sa.Column("no_show", sa.Integer(), nullable=True),
        sa.Column("cancelled", sa.Integer(), nullable=True),
        sa.Column("expired", sa.Integer(), nullable=True),
        sa.Column("balanced", sa.Boolean(), nullable=True, comment="Null until the day is over."),
        sa.PrimaryKeyConstraint("office", "day"),
    )
    op.create_table(
        "history",
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.String(length=32), nullable=False, comment="Of the event that finished it."),
        sa.Column("counter", sa.String(length=64), nullable=False, comment="The last one, after any transfer."),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False, comment="served, no_show, cancelled or expired"),
        sa.Column("windows", sa.JSON(), nullable=False, comment="Those that it was called to, in order."),
        sa.Column("recalls", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("first_called_at", sa.BigInteger(), nullable=True),
        sa.Column("called_at", sa.BigInteger(), nullable=True, comment="When it was last called; a recall is no call."),
        sa.Column(
            "finished_at",
            sa.BigInteger(),
            nullable=True,
            comment="Null where an earlier version of the service finished it.",
        ),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column(
            "lost_epoch",
            sa.String(length=64),
            nullable=False,
            comment="Empty; else the epoch whose end lost that event.",
        ),
        sa.PrimaryKeyConstraint("office", "day", "number", "position"),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.String(length=32), nullable=False, comment="What the store knows this database by."),
        sa.Column("generation", sa.String(length=32), nullable=False, comment="The store that it belongs to."),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "skipped_numbers",
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.String(length=32), nullable=False, comment="Of the failover that skipped them."),
        sa.Column("counter", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office", "day", "position", "counter"),
    )


def downgrade() -> None:
    op.drop_table("skipped_numbers")
    op.drop_table("identity")
    op.drop_table("history")
    op.drop_table("days")
    op.drop_table("checkpoints")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")

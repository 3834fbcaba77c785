"""Simulated days."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("days", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "simulated",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="A demo invented the day: its rows in other tables are no facts.",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("days", schema=None) as batch_op:
        batch_op.drop_column("simulated")

"""Staff and devices."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(), nullable=False, comment="What the member of staff signs in as."),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=True, comment="Null: all offices."),
        sa.Column("password", sa.String(), nullable=False, comment="Its argon2 hash."),
        sa.Column("origin", sa.String(length=16), nullable=False, comment="access_file or operator"),
        sa.Column(
            "entry", sa.String(length=64), nullable=True, comment="Hash of the access file's entry that was taken last."
        ),
        sa.Column("listed", sa.Boolean(), nullable=False, comment="The access file has it."),
        sa.Column("disabled", sa.Boolean(), nullable=False, comment="By an operator."),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the registry, at the last change."),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "devices",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="kiosk or screen"),
        sa.Column("office", sa.String(length=64), nullable=True, comment="Null: all offices."),
        sa.Column("key", sa.String(), nullable=False, comment="Its SHA-256, in hex."),
        sa.Column("origin", sa.String(length=16), nullable=False, comment="access_file or operator"),
        sa.Column(
            "entry", sa.String(length=64), nullable=True, comment="Hash of the access file's entry that was taken last."
        ),
        sa.Column("listed", sa.Boolean(), nullable=False, comment="The access file has it."),
        sa.Column("disabled", sa.Boolean(), nullable=False, comment="By an operator."),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="Of the registry, at the last change."),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "registry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False, comment="1: there is one row."),
        sa.Column(
            "version", sa.BigInteger(), nullable=False, comment="Every change of accounts and devices counts it up."
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("registry")
    op.drop_table("devices")
    op.drop_table("accounts")

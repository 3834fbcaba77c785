"""Migrations: alembic brings a database to the schema of this version."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """alembic's configuration; migrations/env.py uses the connection."""
    found = Config()
    found.set_main_option("script_location", str(files("service.database") / "migrations"))
    found.attributes["connection"] = connection
    return found


def upgrade(connection: Connection) -> None:
    """Runs the migrations that the database lacks, in the connection's transaction."""
    command.upgrade(config(connection), "head")

"""Migrations: alembic brings a database to the schema of this version."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def config(connection: Connection | None = None) -> Config:
    """alembic's configuration; migrations/env.py uses the connection."""
    found = Config()
    found.set_main_option("script_location", str(files("service.database") / "migrations"))
    found.attributes["connection"] = connection
    return found


def new_migration(connection: Connection, message: str) -> None:
    """Writes the migration from the database, which has all earlier ones, to tables.py. It gets the next number."""
    settings = config(connection)
    versions = ScriptDirectory.from_config(settings).walk_revisions()
    number = 1 + max((int(version.revision) for version in versions), default=0)
    command.revision(settings, message[:1].upper() + message[1:], autogenerate=True, rev_id=f"{number:04}")


def upgrade(connection: Connection) -> None:
    """Runs the migrations that the database lacks, in the connection's transaction."""
    command.upgrade(config(connection), "head")

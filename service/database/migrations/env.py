"""alembic runs this file for each command. The connection comes from service/database/migrate.py."""

from alembic import context

from service.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can't alter a column, so alembic copies the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

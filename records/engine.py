"""Opens the records' database, SQLite or PostgreSQL, and brings its tables up to date.

What is committed survives a power cut: SQLite syncs fully, PostgreSQL commits synchronously.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, InterfaceError, OperationalError

from ledger.errors import RequestMalformed, StoreUnavailable
from ledger.settings import Settings
from records.migrations import upgrade

BUSY_SECONDS = 10
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
"""On SQLite. What is deleted is overwritten: some of it must be gone for good."""
SCHEMA = "records"
"""Schema of our tables on PostgreSQL, so that the mirror may live in the same database."""


def open_records(settings: Settings) -> Engine:
    """The records of an installation, migrated to this version.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    if settings.records_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.records_database)
    with translated():
        upgrade(engine)
    return engine


def open_engine(url: str) -> Engine:
    """An engine with our durability and isolation, its tables not yet looked at."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "options": f"-csearch_path={SCHEMA} -csynchronous_commit=on",
        },
    )


def _open_sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that may write takes the lock at once: two that upgrade later deadlock.
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, committed at the end and rolled back on an exception.

    Raises:
        StoreUnavailable: the database does not answer or stays locked.
    """
    with translated(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A consistent view that waits for no writer; nothing may be written.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    isolation = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with translated(), engine.connect() as connection:
        yield connection.execution_options(reads_only=True, **isolation)


def let_go(engine: Engine) -> None:
    """Makes what was deleted leave the files of the database too, as far as nobody reads it now.

    SQLite keeps it in its log of changes until that begins anew; PostgreSQL sees to it by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@contextmanager
def translated() -> Iterator[None]:
    """Lets the database's own failures out as StoreUnavailable, and as RequestMalformed that it
    keeps no text with a NUL character (PostgreSQL): queries and forms may bring one.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable(f"the records do not answer: {error.orig}") from error
    except DataError as error:
        if "NUL" not in str(error.orig):
            raise
        raise RequestMalformed("the request has a NUL character in a text") from error


def insert_if_absent(
    connection: Connection, table: Table, values: Mapping[str, Any], *columns: Column[Any]
) -> bool:
    """Inserts a row unless one is there; whether it did.

    ``columns`` name the unique constraint that says so; without, any of them does.
    """
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=columns or None)
    counted = statement.execution_options(preserve_rowcount=True)
    return bool(connection.execute(counted).rowcount == 1)

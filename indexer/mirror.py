"""The mirror's database: opened, checked, read and written.

It can be dropped and rebuilt from the chain at any time, so there are no migrations: a mirror that
other code made is outdated, and `indexer.rebuild` makes a new one beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy import inspect as inspector
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError

from indexer import decode, tables
from ledger import findings, history, rules, statements
from ledger.errors import MirrorOutdated, StoreUnavailable

BUSY_SECONDS = 10
SCHEMA = "mirror"
"""The PostgreSQL schema of the mirror's tables."""
_LOCK = 0x6C6F746D  # "lotm": names our advisory lock, together with the schema
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "cache_size=-65536",
    "wal_autocheckpoint=4000",
)


def _source(*modules: ModuleType) -> bytes:
    """The text of modules; of a package all its files."""
    files: list[Path] = []
    for module in modules:
        own = Path(str(module.__file__))
        files += sorted(own.parent.glob("*.py")) if own.name == "__init__.py" else [own]
    return b"".join(file.read_bytes() for file in files)


_FOLD = hashlib.sha256(_source(history, findings, statements, rules)).hexdigest()
"""Taken at once: files may be replaced under a running process."""


def made_by() -> dict[str, str]:
    """What a mirror's content depends on besides the chain."""
    return {
        "schema": str(tables.SCHEMA),
        "catalogue": tables.catalogue_digest(),
        "decoders": decode.digest(),
        "fold": _FOLD,
    }


class Mirror:
    """A mirror's engine, with the two ways to use it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str, schema: str = SCHEMA) -> Self:
        """Opens a mirror, and makes its tables where there are none.

        Raises:
            MirrorOutdated: it was made by other code.
            StoreUnavailable: the database does not answer.
        """
        mirror = cls(open_engine(url, schema))
        try:
            mirror._prepare(schema)
        except BaseException:
            mirror.close()
            raise
        return mirror

    @property
    def url(self) -> str:
        """The address it was opened with, password included."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view that waits for no writer.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        options: dict[str, Any] = {"reads_only": True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with translated(), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction of the only writer, committed at the end, rolled back on an exception.

        Raises:
            StoreUnavailable: the database does not answer, or another writes just now.
        """
        with translated(), self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                free = text("SELECT pg_try_advisory_xact_lock(:lock, hashtext(current_schema()))")
                if not connection.execute(free, {"lock": _LOCK}).scalar_one():
                    raise StoreUnavailable("another indexer writes the mirror at this moment")
            yield connection

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def _prepare(self, schema: str) -> None:
        if self.engine.dialect.name == "postgresql":
            with translated(), self.engine.begin() as connection:
                connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        with self.read() as connection:
            made = inspector(connection).has_table(tables.meta.name)
        if not made:
            with self.write() as connection:
                if not inspector(connection).has_table(tables.meta.name):
                    _make_tables(connection)
        with self.read() as connection:
            _require_current(connection)


def _make_tables(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    rows = [{"name": name, "value": value} for name, value in made_by().items()]
    connection.execute(tables.meta.insert(), rows)


def _require_current(connection: Connection) -> None:
    there = meta(connection)
    other = [name for name, value in made_by().items() if there.get(name) != value]
    if other:
        raise MirrorOutdated(
            f"the mirror was made by another version (other {', '.join(other)}): rebuild it",
            other=other,
        )


def meta(connection: Connection) -> dict[str, str]:
    """What a mirror was made by and from."""
    return {row.name: row.value for row in connection.execute(select(tables.meta))}


def open_engine(url: str, schema: str = SCHEMA) -> Engine:
    """An engine for a mirror, its tables not yet looked at."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url)
    options = {"connect_timeout": BUSY_SECONDS, "options": f"-csearch_path={schema}"}
    return create_engine(url, pool_pre_ping=True, connect_args=options)


def _open_sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that may write takes the lock at once: two that upgrade later deadlock.
        reads = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def translated() -> Iterator[None]:
    """Lets the database's own failures out as StoreUnavailable."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable(f"the mirror's database does not answer: {error.orig}") from error

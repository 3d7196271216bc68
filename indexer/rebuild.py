"""A mirror made anew beside the old one, which is read until the new one takes its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from indexer.mirror import BUSY_SECONDS, SCHEMA, Mirror, open_engine, translated
from indexer.sync import PATIENCE_SECONDS, Indexer, Progress
from ledger.chain.deployment import Deployment
from ledger.errors import StoreUnavailable

BESIDE = f"{SCHEMA}_rebuild"
"""The PostgreSQL schema in which the new mirror grows."""


def rebuild(
    url: str,
    chain_url: str,
    deployment: Deployment,
    finality: int,
    progress: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Makes a mirror anew, whatever is there, and puts it in the place of what is there.

    Takes as much time as the chain is long. Stopped before its end, it changes nothing.

    Raises:
        Unavailable: the node or the database does not answer.
        ChainContradiction: as `Indexer.step`.
    """
    where = make_url(url)
    beside, schema = _beside(where)
    _clear(beside)
    mirror = Mirror.open(beside.render_as_string(hide_password=False), schema)
    try:
        with Indexer(chain_url, deployment, mirror, finality, progress) as indexer:
            indexer.catch_up(PATIENCE_SECONDS)
    finally:
        mirror.close()
    if where.get_backend_name() == "sqlite":
        _copy_over(beside, where)
        _clear(beside)
    else:
        _swap(url)


def _beside(url: URL) -> tuple[URL, str]:
    if url.get_backend_name() == "sqlite":
        return url.set(database=f"{url.database}.rebuild"), SCHEMA
    return url, BESIDE


def _clear(beside: URL) -> None:
    """Removes what a rebuild that was stopped has left."""
    if beside.get_backend_name() == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"{beside.database}{end}").unlink(missing_ok=True)
        return
    engine = open_engine(beside.render_as_string(hide_password=False))
    with translated(), engine.begin() as connection:
        connection.execute(text(f'DROP SCHEMA IF EXISTS "{BESIDE}" CASCADE'))
    engine.dispose()


def _copy_over(beside: URL, url: URL) -> None:
    """One transaction of the old file gets all pages of the new.

    Renaming the new file over the old would leave readers in the old one, and its write-ahead log
    beside the new.
    """
    source = sqlite3.connect(str(beside.database))
    target = sqlite3.connect(str(url.database), timeout=BUSY_SECONDS)
    try:
        target.execute("PRAGMA journal_mode=WAL")
        source.backup(target)
    except sqlite3.OperationalError as error:
        raise StoreUnavailable(f"the mirror's file cannot be replaced: {error}") from error
    finally:
        source.close()
        target.close()


def _swap(url: str) -> None:
    engine = open_engine(url)
    with translated(), engine.begin() as connection:
        connection.execute(text(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE'))
        connection.execute(text(f'ALTER SCHEMA "{BESIDE}" RENAME TO "{SCHEMA}"'))
    engine.dispose()

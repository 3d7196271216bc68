"""Two mirrors of one chain, row by row: what an edit by hand leaves behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from indexer import tables as t
from indexer.mirror import Mirror
from indexer.sync import PATIENCE_SECONDS, Indexer
from ledger.chain.deployment import Deployment
from ledger.chain.port import BlockRef
from ledger.vocabulary import Seconds

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that two mirrors have differently; None where one does not have it."""

    table: str
    key: tuple[Any, ...]
    mine: tuple[Any, ...] | None
    other: tuple[Any, ...] | None


@contextmanager
def fresh_mirror(chain_url: str, deployment: Deployment, finality: int) -> Iterator[Connection]:
    """A mirror of the whole chain that is gone after use.

    Raises:
        Unavailable: the node does not answer.
        ChainContradiction: as `Indexer.step`.
    """
    with tempfile.TemporaryDirectory() as folder:
        mirror = Mirror.open(f"sqlite:///{Path(folder) / 'mirror.db'}")
        try:
            with Indexer(chain_url, deployment, mirror, finality) as indexer:
                indexer.catch_up(PATIENCE_SECONDS)
            with mirror.read() as connection:
                yield connection
        finally:
            mirror.close()


def differences(mine: Connection, other: Connection, last: int) -> Iterator[RowDifference]:
    """Rows that belong to blocks up to ``last`` and differ, table by table.

    Of the headers only those of blocks with events count: which others are kept depends on when
    they were read (see `headers`). State and findings are derived by the audit itself.
    """
    for table in t.READ:
        if table is not t.finding:
            yield from _differing(table, _rows(mine, table, last), _rows(other, table, last))


def headers(connection: Connection, last: int) -> Iterator[BlockRef]:
    """The headers a mirror keeps, up to block ``last``."""
    h = t.block_header.c
    query = select(h.block, h.hash, h.parent, h.time).where(h.block <= last).order_by(h.block)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield BlockRef(row.block, row.hash, row.parent, Seconds(row.time))


def _rows(connection: Connection, table: Table, last: int) -> Iterator[tuple[Any, ...]]:
    query = select(*table.columns).where(table.c.block <= last)
    if table is t.block_header:
        used = select(t.transaction.c.block).where(t.transaction.c.block == table.c.block)
        query = query.where(used.exists())
    ordered = query.order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(ordered):
        yield tuple(row)


def _differing(
    table: Table, mine: Iterator[tuple[Any, ...]], other: Iterator[tuple[Any, ...]]
) -> Iterator[RowDifference]:
    """Merges two lists of rows that ascend by key."""
    at = [list(table.columns).index(column) for column in table.primary_key.columns]

    def key(row: Sequence[Any] | None) -> tuple[Any, ...] | None:
        return None if row is None else tuple(row[i] for i in at)

    here, there = next(mine, None), next(other, None)
    while here is not None or there is not None:
        left, right = key(here), key(there)
        if left == right:
            if here != there and left is not None:
                yield RowDifference(table.name, left, here, there)
            here, there = next(mine, None), next(other, None)
        elif right is None or (left is not None and left < right):
            yield RowDifference(table.name, left or (), here, None)
            here = next(mine, None)
        else:
            yield RowDifference(table.name, right, None, there)
            there = next(other, None)

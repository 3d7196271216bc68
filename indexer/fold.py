"""The state that the indexer carries from range to range, and its way into the mirror."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from indexer import rows
from indexer.state import SHAPES, Key, Shape, entries, load, load_many
from indexer.tables import finding
from indexer.undo import Before
from indexer.wanted import wanted
from ledger.events import Logged
from ledger.findings import Closed, Finding, advance
from ledger.history import Operation, State, Table, operations

MOST_ENTRIES = 400_000
"""Held in memory (some 150 MB); above that all are dropped and read again when needed."""


class _Table(Table[Any, Any]):
    """A table that also knows what its changed entries were."""

    __slots__ = ("before",)

    def __init__(self, load_one: Callable[[Key], Any | None]) -> None:
        super().__init__(load_one)
        self.before: dict[Key, Any] = {}

    def put(self, key: Key, row: Any) -> None:
        if key not in self.changed:
            self.before[key] = self.get(key)
        super().put(key, row)


class Fold:
    """One state, true after the mirror's last block. Only the one who writes the mirror has it.

    It must be `forget`-ten whenever a transaction that it moved in was rolled back.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._whole = False
        self.forget()

    def forget(self) -> None:
        """Drops what is in memory."""
        self.state = State()
        self._whole = False
        for name, shape in SHAPES.items():
            setattr(self.state, name, _Table(self._loader(shape)))

    def begin(self) -> None:
        """Stands before the first event: the mirror has no state."""
        self.forget()
        self._whole = True

    def warm(self, connection: Connection) -> None:
        """Reads all of the mirror's state into memory where there is room for it."""
        self.forget()
        tables = [shape.table for shape in SHAPES.values()]
        if sum(_count(connection, table) for table in tables) > MOST_ENTRIES // 2:
            return
        for name, shape in SHAPES.items():
            order = list(shape.table.primary_key.columns)
            found = connection.execute(select(*shape.table.columns).order_by(*order))
            self._table(name).preload(entries(shape, found))
        self._whole = True

    def advance(self, connection: Connection, logged: Iterable[Logged]) -> Before:
        """Moves the state forward and writes what changed, findings included.

        Gives back what the changed entries were before.
        """
        self._connection = connection
        outcomes: list[Finding | Closed] = []
        following = list(operations(logged))
        if not self._whole:
            self._foresee(connection, following)
        for operation in following:
            outcomes += advance(self.state, operation)
        before = self._write_state(connection)
        _write_findings(connection, outcomes)
        if self._size() > MOST_ENTRIES:
            self.forget()
        return before

    def _foresee(self, connection: Connection, following: Sequence[Operation]) -> None:
        """Loads at once what will be asked for, and notes what is not there."""
        keys: dict[str, set[Key]] = {}
        for name, key in wanted(following):
            keys.setdefault(name, set()).add(key)
        for name, some in keys.items():
            table = self._table(name)
            missing = sorted(some - table._rows.keys())  # noqa: SLF001
            found = dict(load_many(connection, SHAPES[name], missing))
            table.preload((key, found.get(key)) for key in missing)

    def put_back(self, connection: Connection, before: Before) -> None:
        """Gives entries the values they had."""
        self._connection = connection
        for (name, key), value in before.items():
            self._table(name).put(key, value)
        self._write_state(connection)

    def _table(self, name: str) -> _Table:
        table: _Table = getattr(self.state, name)
        return table

    def _loader(self, shape: Shape) -> Any:
        def load_one(key: Key) -> Any | None:
            if self._whole or self._connection is None:
                return None
            return load(self._connection, shape, key)

        return load_one

    def _write_state(self, connection: Connection) -> Before:
        before: dict[tuple[str, Key], Any] = {}
        for name, shape in SHAPES.items():
            table = self._table(name)
            write(connection, shape, [(key, table.get(key)) for key in sorted(table.changed)])
            before.update({(name, key): value for key, value in table.before.items()})
            table.changed.clear()
            table.before.clear()
        return before

    def _size(self) -> int:
        return sum(len(self._table(name)._rows) for name in SHAPES)  # noqa: SLF001


def write(connection: Connection, shape: Shape, changed: Sequence[tuple[Key, Any]]) -> None:
    """Writes entries; None removes one."""
    several = shape.width < len(shape.table.primary_key.columns)
    gone = [shape.parts(key) for key, value in changed if several or value is None]
    rows.delete(connection, shape.table, shape.width, gone)
    there = [
        (*shape.parts(key), *rest)
        for key, value in changed
        if value is not None
        for rest in shape.rows(value)
    ]
    rows.replace(connection, shape.table, there)


def _count(connection: Connection, table: Any) -> int:
    count: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return count


def _write_findings(connection: Connection, outcomes: Sequence[Finding | Closed]) -> None:
    """In order, because a statement may be found wanting and mended within one range."""
    numbers: Counter[tuple[int, int]] = Counter()
    pending: list[rows.Row] = []
    for outcome in outcomes:
        if isinstance(outcome, Finding):
            place = (outcome.block, outcome.log_index)
            pending.append(_row(outcome, numbers[place]))
            numbers[place] += 1
        else:
            rows.insert(connection, finding, pending)
            pending.clear()
            _close(connection, outcome)
    rows.insert(connection, finding, pending)


def _row(found: Finding, number: int) -> rows.Row:
    values = json.dumps(found.values, sort_keys=True, separators=(",", ":"))
    what = (found.kind, found.severity, found.org, found.statement, found.subject, values)
    return (found.block, found.log_index, number, *what, None, None, None)


def _close(connection: Connection, closed: Closed) -> None:
    f = finding.c
    said = (f.org == closed.org) & (f.statement == closed.statement)
    settled = {
        "closed_block": closed.block,
        "closed_log_index": closed.log_index,
        "closed_by": closed.by,
    }
    connection.execute(finding.update().where(said, f.closed_block.is_(None)).values(settled))

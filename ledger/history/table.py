"""What the fold keeps its rows in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Table(Generic[K, V]):
    """Rows by key. A row that is not there reads as None; putting None removes it.

    ``load`` gives the rows that were there before; ``changed`` names the keys that were put since.
    """

    __slots__ = ("_load", "_rows", "changed")

    def __init__(self, load: Callable[[K], V | None] | None = None) -> None:
        self._load = load
        self._rows: dict[K, V | None] = {}
        self.changed: set[K] = set()

    def get(self, key: K) -> V | None:
        """The row, or None."""
        try:
            return self._rows[key]
        except KeyError:
            row = self._rows[key] = self._load(key) if self._load else None
            return row

    def put(self, key: K, row: V | None) -> None:
        """Sets or removes a row."""
        self._rows[key] = row
        self.changed.add(key)

    def rows(self) -> Iterator[tuple[K, V]]:
        """The rows that are in memory: all of them where there is nothing to load from."""
        return ((key, row) for key, row in self._rows.items() if row is not None)

    def preload(self, rows: Iterable[tuple[K, V | None]]) -> None:
        """Rows known beforehand, so that they need not be loaded one by one."""
        for key, row in rows:
            self._rows.setdefault(key, row)

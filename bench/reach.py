"""How fast a recall's reach is found: `python -m bench.reach --items 200000`.

A random graph of transformations stands in a mirror of its own. Found are all items that the first
lot is in, and who holds them; beside it, in the same run, the same walk by the database alone: one
recursive query over a bare table of edges, indexed as it should be, which tells neither steps nor
facts from statements, nor who holds anything.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text

from indexer import tables as t
from indexer.mirror import Mirror
from indexer.queries import reach
from insights.reach import downstream
from ledger import events as e
from ledger.vocabulary import Id, check_digit, lot

PER_ITEM = 1.5
"""Inputs of an item, on average."""
_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a graph, and how long each way took, in seconds."""

    items: int
    edges: int
    reached: int
    walk: float
    stocks: float
    bare: float

    @property
    def ratio(self) -> float:
        """How many times as long as the bare walk the whole answer takes."""
        return (self.walk + self.stocks) / self.bare


def measure(items: int, folder: Path, seed: int = 1) -> Found:
    """Makes a graph of so many lots and asks it both ways."""
    dice = random.Random(seed)
    ids = [_lot(n) for n in range(items)]
    edges = list(_edges(dice, items))
    mirror = Mirror.open(f"sqlite:///{folder / 'mirror.db'}")
    try:
        with mirror.engine.begin() as connection:
            _fill(connection, ids, edges)
        with mirror.read() as connection:
            start = time.perf_counter()
            found = downstream(ids[0], lambda some: reach.made_of(connection, some))
            walked = time.perf_counter()
            held = list(reach.stocks(connection, [each.item for each in found]))
            counted = time.perf_counter()
            bare = connection.execute(text(_BARE), {"start": 0}).scalar_one()
            ended = time.perf_counter()
        if (len(found), len(held)) != (bare, bare):
            raise AssertionError((len(found), len(held), bare))
    finally:
        mirror.close()
    times = (walked - start, counted - walked, ended - counted)
    return Found(items, len(edges), len(found), *times)


_BARE = """
WITH RECURSIVE reached(node) AS (
    SELECT :start UNION SELECT child FROM bare JOIN reached ON parent = node
) SELECT count(*) FROM reached
"""


def _edges(dice: random.Random, items: int) -> Iterator[tuple[int, int]]:
    """Each lot but the first is made of one or two earlier ones."""
    for target in range(1, items):
        count = 2 if dice.random() < PER_ITEM - 1 else 1
        for source in {dice.randrange(target) for _ in range(count)}:
            yield source, target


def _lot(number: int) -> Id:
    digits = "952123400001"
    return lot("0" + digits + check_digit(digits), f"L{number}").id


def _fill(connection: Connection, ids: list[Id], edges: list[tuple[int, int]]) -> None:
    """One transformation for each lot that is made, each in a block of its own."""
    consumed, mentions = [], []
    for place, (source, target) in enumerate(edges):
        row = {"block": target, "sequence": place, "performed": 0, "org": 1, "amount": 1}
        consumed.append(
            row | {"log_index": place + 1, "item": ids[source], "transformation": target}
        )
        mentions.append((ids[source], target, place + 1, t.NUMBERS[e.ItemConsumed]))
    made = {"log_index": 0, "sequence": 0, "performed": 0, "org": 1, "amount": 1, "expiry": 0}
    produced = [
        made | {"block": target, "transformation": target, "item": ids[target]}
        for target in range(1, len(ids))
    ]
    _insert(connection, t.EVENTS[e.ItemConsumed], consumed)
    _insert(connection, t.EVENTS[e.ItemProduced], produced)
    names = ("subject", "block", "log_index", "event")
    _insert(connection, t.mention, [dict(zip(names, row, strict=True)) for row in mentions])
    _insert(connection, t.holding, [{"item": item, "org": 1, "amount": 1} for item in ids])
    connection.execute(text("CREATE TABLE bare (parent INTEGER, child INTEGER)"))
    pairs = [{"parent": source, "child": target} for source, target in edges]
    for start in range(0, len(pairs), _ROWS):
        insert = text("INSERT INTO bare VALUES (:parent, :child)")
        connection.execute(insert, pairs[start : start + _ROWS])
    connection.execute(text("CREATE INDEX bare_parent ON bare (parent, child)"))


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _ROWS):
        connection.execute(table.insert(), rows[start : start + _ROWS])


def main() -> None:
    """Prints what was found and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(asked.items, Path(folder))
    print(f"{found.items:,} lots, {found.edges:,} edges, {found.reached:,} reached")
    print(f"walk {found.walk:.2f} s, who holds them {found.stocks:.2f} s")
    print(f"one recursive query over a bare table of edges: {found.bare:.2f} s")
    print(f"{found.ratio:.1f} times as long, {found.reached / found.walk:,.0f} items a second")


if __name__ == "__main__":
    main()

"""What counting costs: views stored and checked, and what a page pays before it answers.

    python -m bench.scans [VIEWS]

Beside each rate stands a floor in the same run: the same rows put into one bare table of SQLite in
batches of the same size, without chain, names or counts; and SHA-256 over as many bytes as a check
hashes. Processor time is counted, so that others who work on the machine disturb little.
"""

from __future__ import annotations

import argparse
import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from api.counting import BATCH
from ledger.vocabulary import Seconds, Verdict, unit
from records.engine import open_engine, reading, writing
from records.migrations import upgrade
from records.scans import Place, View, add_views, seen
from records.scans.verifying import verify

_PER_UNIT = 5
_LOOKS = 2_000
_ROW_BYTES = 220
"""About what stands in a log entry with its details."""
_HASHED_BYTES = 2 * 320
"""Head and record of an entry."""


@dataclass(frozen=True)
class Costs:
    """Microseconds of processor time a view, beside their floors."""

    views: int
    store: float
    store_floor: float
    check: float
    check_floor: float
    look: float

    @property
    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.views} views, {_PER_UNIT} a unit, in batches of {BATCH}; SQLite",
            _line("store a view", self.store, self.store_floor, "bare insert"),
            _line("check an entry", self.check, self.check_floor, "SHA-256 alone"),
            f"{'ask before a page':18} {self.look:8.1f} us",
        ]


def _line(what: str, cost: float, floor: float, name: str) -> str:
    return (
        f"{what:18} {cost:8.1f} us  {1e6 / cost:9,.0f}/s  "
        f"{cost / floor:5.1f} x {name} ({floor:.2f} us)"
    )


def main(views: int = 50_000) -> Costs:
    """Measures, prints and gives back."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/records.db")
        upgrade(engine)
        made = _views(views)
        store = _spent(lambda: _store(engine, made)) / views
        check = _spent(lambda: _check(engine, views)) / views
        look = _spent(lambda: _look(engine, made)) / _LOOKS
        engine.dispose()
        store_floor = _spent(lambda: _insert(Path(folder) / "bare.db", views)) / views
    check_floor = _spent(lambda: _hash(views)) / views
    costs = Costs(views, store, store_floor, check, check_floor, look)
    for line in costs.lines:
        print(line)
    return costs


def _views(count: int) -> list[View]:
    place = Place("FR", 98, 5)
    units = [unit("09521234000013", f"U{n}").id for n in range(count // _PER_UNIT + 1)]
    return [
        View(
            units[n // _PER_UNIT],
            Seconds(1_800_000_000 + n),
            Verdict.REGISTERED,
            secrets.token_bytes(32),
            (secrets.token_bytes(32), secrets.token_bytes(32)),
            place,
        )
        for n in range(count)
    ]


def _store(engine: Engine, views: list[View]) -> None:
    for start in range(0, len(views), BATCH):
        with writing(engine) as connection:
            add_views(connection, views[start : start + BATCH])


def _check(engine: Engine, views: int) -> None:
    with reading(engine) as connection:
        report = verify(connection)
    if report.faults or report.entries != views:
        raise SystemExit(f"the log is not whole: {report}")


def _look(engine: Engine, views: list[View]) -> None:
    with reading(engine) as connection:
        for n in range(_LOOKS):
            view = views[n % len(views)]
            if not seen(connection, view.subject, view.visitors).by_this_device:
                raise SystemExit("a view was not stored")


def _insert(path: Path, views: int) -> None:
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, data BLOB)")
    row = bytes(_ROW_BYTES)
    for start in range(0, views, BATCH):
        bare.execute("BEGIN IMMEDIATE")
        part = range(start, min(views, start + BATCH))
        bare.executemany("INSERT INTO bare VALUES (?, ?)", [(n, row) for n in part])
        bare.execute("COMMIT")
    bare.close()


def _hash(views: int) -> None:
    data = bytes(_HASHED_BYTES)
    for _ in range(views):
        hashlib.sha256(data).digest()


def _spent(work: Callable[[], None]) -> float:
    """Microseconds of processor time."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("views", type=int, nargs="?", default=50_000)
    main(parser.parse_args().views)

"""A year of a real shop through the till: `python -m bench.retail FILE.parquet`.

Every invoice is sold at the till service, with points for its customer; every cancellation comes
back with exactly its points. All of it goes onto a real chain and into the mirror, and in the end
the books are asked three times: the contract, the mirror, the receipts. Beside the time stands what
a till without any of this needs: the same receipts written into SQLite and nothing else.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api import till
from api.till import Return, ReturnLine, Sale, SaleLine, Teller
from bench.retail_books import goods, in_mirror, in_receipts, in_report, on_chain
from bench.retail_file import Reader, Row, Sold, Taken, read
from bench.retail_shop import LOT, SHOP, RetailShop, open_shop
from ledger.hashing import sha256
from records import outbox
from records.engine import reading

AT_ONCE = 100
"""Receipts that are recorded in one transaction, as shops send them at the end of a day."""


@dataclass
class Outcome:
    """What a replay came to."""

    seconds: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    unmatched: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    operations: dict[str, int] = field(default_factory=dict)
    books: dict[str, dict[str, int]] = field(default_factory=dict)
    goods: dict[str, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether all agree, to the point and the piece, and nothing was refused."""
        accounts = list(self.books.values())
        same = all(each == accounts[0] for each in accounts)
        zero = all(each["difference"] == 0 for each in accounts)
        return same and zero and not self.goods["lots that differ"] and not self.refused

    @property
    def refused(self) -> int:
        """Operations that the contracts refused."""
        return self.operations.get("refused", 0)

    def told(self) -> dict[str, Any]:
        """For machines."""
        whole = self.seconds["replay"] + self.seconds["settling"]
        receipts = self.counts["sales"] + self.counts["returns"]
        return {
            "balanced": self.balanced,
            "books": self.books,
            "goods": self.goods,
            "counts": dict(self.counts),
            "rows": dict(self.rows),
            "unmatched": dict(self.unmatched),
            "examples of unmatched": self.examples,
            "operations": self.operations,
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
            "receipts a second": round(receipts / whole, 1),
            "lines a second": round(self.counts["lines"] / whole, 1),
            "operations a second": round(sum(self.operations.values()) / whole, 2),
            "times as long as SQLite alone": round(whole / self.seconds["SQLite alone"], 1),
        }


def replay(
    rows: Sequence[Row | None], folder: Path, progress: Progress, *, invoices: int | None = None
) -> Outcome:
    """Plays lines of a file through a shop of its own; of so many invoices, or of all."""
    outcome, reader = Outcome(), Reader()
    some = rows if invoices is None else list(_of_first(rows, invoices))
    entries = list(reader.entries(some))
    outcome.rows, outcome.unmatched, outcome.examples = (
        reader.rows,
        reader.unmatched,
        reader.examples,
    )
    sold = [each for each in entries if isinstance(each, Sold)]
    with open_shop(folder) as shop:
        start = time.perf_counter()
        shop.open_programme()
        shop.stock(dict.fromkeys(row.article for each in sold for row in each.rows))
        shop.join(dict.fromkeys(each.customer for each in sold if each.customer))
        shop.keep_pace(0)
        start = _lap(outcome, "setting up", start)
        task = progress.add_task("receipts", total=len(entries))
        for number, batch in enumerate(_batches(entries)):
            shop.keep_pace()
            _record(shop, batch, number, outcome)
            progress.advance(task, len(batch))
        start = _lap(outcome, "replay", start)
        shop.keep_pace(0)
        start = _lap(outcome, "settling", start)
        _check(shop, outcome)
        start = _lap(outcome, "checking", start)
    _alone(entries, folder)
    _lap(outcome, "SQLite alone", start)
    return outcome


def _of_first(rows: Iterable[Row | None], invoices: int) -> Iterator[Row | None]:
    seen: set[str] = set()
    for row in rows:
        if row is not None:
            seen.add(row.invoice)
        if len(seen) > invoices:
            return
        yield row


def _batches(entries: Sequence[Sold | Taken]) -> Iterator[list[Sold | Taken]]:
    rest = iter(entries)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _record(shop: RetailShop, batch: Sequence[Sold | Taken], number: int, outcome: Outcome) -> None:
    asked = [_asked(shop, entry) for entry in batch]
    key = f"batch {number}"
    made = till.record(shop.services, asked, Teller(SHOP, key, sha256(key.encode()), "bench"))
    for receipt in made:
        outcome.counts["sales" if receipt.kind == "sale" else "returns"] += 1
        outcome.counts["lines"] += len(receipt.lines)
        outcome.counts["receipts with points"] += bool(receipt.points)
        outcome.counts["points withheld"] += bool(receipt.no_points)


def _asked(shop: RetailShop, entry: Sold | Taken) -> Sale | Return:
    if isinstance(entry, Taken):
        lines = [ReturnLine(line, quantity=left) for line, left in sorted(entry.lines.items())]
        return Return(lines, receipt=entry.sale, number=entry.number)
    sold = [
        SaleLine(
            f"https://id.gs1.org/01/{shop.gtins[row.article]}/10/{LOT}", row.price, row.quantity
        )
        for row in entry.rows
    ]
    card = shop.cards[entry.customer] if entry.customer else None
    return Sale(entry.number, "GBP", sold, channel="online", card=card)


def _check(shop: RetailShop, outcome: Outcome) -> None:
    outcome.books = {
        "chain": on_chain(shop).told(),
        "mirror": in_mirror(shop).told(),
        "report": in_report(shop).told(),
        "receipts": in_receipts(shop).told(),
    }
    outcome.goods = goods(shop)
    with reading(shop.services.records) as records:
        counted = outbox.counts(records)
    outcome.operations = {str(state): number for state, number in counted.items() if number}


def _lap(outcome: Outcome, name: str, start: float) -> float:
    now = time.perf_counter()
    outcome.seconds[name] = now - start
    return now


def _alone(entries: Sequence[Sold | Taken], folder: Path) -> None:
    """The same receipts and lines in SQLite, a durable transaction for each batch."""
    with closing(sqlite3.connect(folder / "alone.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE receipt (number TEXT PRIMARY KEY, customer TEXT)")
        connection.execute("CREATE TABLE line (receipt TEXT, line INT, article TEXT, n INT, p INT)")
        for batch in _batches(entries):
            connection.execute("BEGIN IMMEDIATE")
            for entry in batch:
                customer = entry.customer if isinstance(entry, Sold) else None
                connection.execute("INSERT INTO receipt VALUES (?, ?)", (entry.number, customer))
                connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?)", _lines(entry))
            connection.execute("COMMIT")


def _lines(entry: Sold | Taken) -> list[tuple[Any, ...]]:
    if isinstance(entry, Taken):
        return [(entry.number, line, "", -n, 0) for line, n in entry.lines.items()]
    return [
        (entry.number, i, row.article, row.quantity, row.price) for i, row in enumerate(entry.rows)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; ends with 1 where the books do not balance."""
    parser = argparse.ArgumentParser(prog="python -m bench.retail", description=__doc__)
    parser.add_argument("file", type=Path, help="UCI Online Retail, either year, as Parquet")
    parser.add_argument("--invoices", type=int, help="only the first so many")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the chain ends with us
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        tempfile.TemporaryDirectory(prefix="retail-") as folder,
        Progress(*columns, console=Console(stderr=True)) as progress,
    ):
        outcome = replay(read(asked.file), Path(folder), progress, invoices=asked.invoices)
    told = outcome.told()
    if asked.json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        _show(told)
    return 0 if outcome.balanced else 1


def _show(told: dict[str, Any]) -> None:
    console = Console()
    accounts = list(told["books"]["chain"])
    books = Table("points", *accounts, title="Books")
    for name, values in told["books"].items():
        books.add_row(name, *(str(values[each]) for each in accounts))
    console.print(books)
    for title in ("goods", "counts", "rows", "unmatched", "operations", "seconds"):
        shown = Table(title, "")
        for name, value in told[title].items():
            shown.add_row(name, str(value))
        console.print(shown)
    for name in (
        "receipts a second", "lines a second", "operations a second",
        "times as long as SQLite alone", "balanced",
    ):  # fmt: skip
        console.print(f"{name}: {told[name]}")


if __name__ == "__main__":
    sys.exit(main())

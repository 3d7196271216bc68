"""Online retail data (UCI Online Retail, both years) as sales and cancellations.

What was cancelled is matched to what the same customer bought of the same article before, the
newest first. What cannot be is listed with the reason, and never forced.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

NAMES = {
    "invoice": ("Invoice", "InvoiceNo"),
    "article": ("StockCode",),
    "quantity": ("Quantity",),
    "price": ("Price", "UnitPrice"),
    "customer": ("Customer ID", "CustomerID"),
}
"""Columns, by what each year calls them."""

NO_CUSTOMER = "no customer is named"
NEVER_BOUGHT = "the customer bought no such article before"
TOO_MUCH = "more comes back than was bought"
NOTHING_BACK = "a cancellation that brings nothing back"
NOT_SOLD = "stock was written off, nothing was sold"
NOT_GOODS = "debt was written off, nothing was sold"
UNREADABLE = "invoice, article, quantity or price is missing"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file. ``price`` is of the whole line, in minor units."""

    invoice: str
    article: str
    quantity: int
    price: int
    customer: str | None


@dataclass(frozen=True, slots=True)
class Sold:
    """An invoice with what it sold, by line from 1."""

    number: str
    customer: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an invoice takes back of an earlier one: quantity by line."""

    number: str
    sale: str
    lines: Mapping[int, int]


@dataclass
class Reader:
    """Sorts a file's lines as they come, and counts them by kind."""

    rows: Counter[str] = field(default_factory=Counter)
    unmatched: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    _left: dict[tuple[str, str], list[list[Any]]] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)

    def entries(self, rows: Sequence[Row | None]) -> Iterator[Sold | Taken]:
        """Sales and returns in the order of the file."""
        self.rows["unreadable"] = sum(row is None for row in rows)
        self._unmatched(UNREADABLE, "", self.rows["unreadable"])
        readable = [row for row in rows if row is not None]
        for invoice, group in groupby(readable, key=lambda row: row.invoice):
            some = list(group)
            sold = tuple(row for row in some if _is_sold(row))
            if sold:
                yield self._sale(invoice, sold)
            yield from self._returns(invoice, [row for row in some if not _is_sold(row)])

    def _sale(self, invoice: str, rows: tuple[Row, ...]) -> Sold:
        self.rows["sold"] += len(rows)
        number = self._number(invoice)
        for line, row in enumerate(rows, start=1):
            if row.customer:
                bought = self._left.setdefault((row.customer, row.article), [])
                bought.append([number, line, row.quantity])
        return Sold(number, rows[0].customer, rows)

    def _number(self, invoice: str) -> str:
        """Invoices that come in two parts are two receipts."""
        self._numbers[invoice] += 1
        again = self._numbers[invoice]
        return invoice if again == 1 else f"{invoice}/{again}"

    def _returns(self, invoice: str, rows: Sequence[Row]) -> Iterator[Taken]:
        taken: dict[str, dict[int, int]] = {}
        for row in rows:
            if row.price < 0 < row.quantity:
                self._other(NOT_GOODS, row)
            elif not _is_cancelled(invoice):
                self._other(NOT_SOLD, row)
            else:
                self._match(row, taken)
        for sale, lines in taken.items():
            yield Taken(self._number(invoice), sale, lines)

    def _match(self, row: Row, taken: dict[str, dict[int, int]]) -> None:
        self.rows["cancelled"] += 1
        if row.quantity > 0:
            self._unmatched(NOTHING_BACK, _told(row))
            return
        wanted = -row.quantity
        bought = self._left.get((row.customer or "", row.article), [])
        before = wanted
        while wanted and bought:
            sale, line, left = bought[-1]
            part = min(wanted, left)
            lines = taken.setdefault(sale, {})
            lines[line] = lines.get(line, 0) + part
            wanted -= part
            bought[-1][2] -= part
            if not bought[-1][2]:
                bought.pop()
        if wanted < before:
            self.rows["cancelled, matched" + (" in part" if wanted else "")] += 1
        if wanted:
            why = TOO_MUCH if wanted < before else NEVER_BOUGHT
            self._unmatched(why if row.customer else NO_CUSTOMER, _told(row))

    def _other(self, why: str, row: Row) -> None:
        self.rows["neither sold nor cancelled"] += 1
        self._unmatched(why, _told(row))

    def _unmatched(self, why: str, example: str, count: int = 1) -> None:
        if count:
            self.unmatched[why] += count
            if len(self.examples.setdefault(why, [])) < 3:
                self.examples[why].append(example)


def read(path: Path) -> list[Row | None]:
    """The lines of a file; None for those that cannot be read."""
    from pyarrow import ArrowInvalid, parquet  # noqa: PLC0415  # needed for files only

    try:
        table = parquet.read_table(path)
    except (OSError, ArrowInvalid) as error:
        raise SystemExit(f"{path} cannot be read as Parquet: {error}") from error
    columns = []
    for wanted, names in NAMES.items():
        found = next((name for name in names if name in table.column_names), None)
        if found is None:
            raise SystemExit(f"{path} has no column for {wanted}: none of {', '.join(names)}")
        columns.append(table.column(found).to_pylist())
    return [row_of(*each) for each in zip(*columns, strict=True)]


def row_of(
    invoice: object, article: object, quantity: object, price: object, customer: object
) -> Row | None:
    """A line from its values, whatever types they came in; None where one is missing."""
    number, what = _text(invoice), _text(article)
    count, each = _number(quantity), _number(price)
    if not number or not what or count is None or each is None or count != int(count) or not count:
        return None
    # A cancellation comes back for what was paid: its own price is of no use here.
    return Row(number, what.upper(), int(count), round(each * 100 * abs(count)), _text(customer))


def _text(value: object) -> str | None:
    if isinstance(value, float):
        return None if math.isnan(value) else f"{value:.0f}" if value == int(value) else str(value)
    text = "" if value is None else str(value).strip()
    text = text.removesuffix(".0")
    return None if text.lower() in ("", "nan", "none", "<na>") else text


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # what cannot be is told by the exception
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _is_cancelled(invoice: str) -> bool:
    return invoice.upper().startswith("C")


def _is_sold(row: Row) -> bool:
    return row.quantity > 0 and row.price >= 0 and not _is_cancelled(row.invoice)


def _told(row: Row) -> str:
    return f"{row.invoice}: {row.quantity} of {row.article}"

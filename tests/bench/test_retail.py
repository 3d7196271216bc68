"""The replay of a shop's year in small: its books balance, and what cannot be matched is listed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from rich.progress import Progress

from bench.retail import replay
from bench.retail_file import (
    NEVER_BOUGHT,
    NO_CUSTOMER,
    NOT_GOODS,
    NOT_SOLD,
    NOTHING_BACK,
    TOO_MUCH,
    UNREADABLE,
    Reader,
    Row,
    Sold,
    Taken,
    read,
    row_of,
)

pyarrow = pytest.importorskip("pyarrow")


def lines(*rows: tuple[object, ...]) -> list[Row | None]:
    return [row_of(*row) for row in rows]


def test_cancellations_are_matched_the_newest_first_and_never_forced() -> None:
    reader = Reader()
    entries = list(reader.entries(lines(
        ("1", "A", 5, 1.25, 7.0), ("1", "B", 1, 2.0, 7.0), ("2", "A", 3, 1.25, 7.0),
        ("C3", "A", -4, 1.25, 7.0),
        ("C4", "A", -9, 1.25, 7.0), ("C4", "B", -1, 2.0, None), ("C4", "Z", -1, 2.0, 7.0),
        ("5", "B", -3, 0.0, None), ("A6", "B", 1, -500.0, None), ("7", None, 1, 1.0, 7.0),
        ("C8", "A", 1, 1.0, 7.0),
    )))  # fmt: skip
    sold = [each for each in entries if isinstance(each, Sold)]
    taken = [each for each in entries if isinstance(each, Taken)]
    assert [(each.number, [row.price for row in each.rows]) for each in sold] == [
        ("1", [625, 200]), ("2", [375]),
    ]  # fmt: skip
    assert [(each.number, each.sale, dict(each.lines)) for each in taken] == [
        ("C3", "2", {1: 3}), ("C3/2", "1", {1: 1}), ("C4", "1", {1: 4}),
    ]  # fmt: skip
    assert reader.unmatched == {
        TOO_MUCH: 1, NO_CUSTOMER: 1, NEVER_BOUGHT: 1, NOT_SOLD: 1, NOT_GOODS: 1, UNREADABLE: 1,
        NOTHING_BACK: 1,
    }  # fmt: skip


@pytest.mark.parametrize("invoice", ["489434", 489434, 489434.0, "489434.0", " 489434 "])
@pytest.mark.parametrize("customer", [13085, 13085.0, "13085", "13085.0"])
def test_types_of_columns_do_not_matter(invoice: object, customer: object) -> None:
    row = row_of(invoice, "85123a", "6", "2.55", customer)
    assert row == Row("489434", "85123A", 6, 1530, "13085")


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    text = tmp_path / "year.csv"
    text.write_text("Invoice,StockCode\n")
    for path in (text, tmp_path / "absent.parquet"):
        with pytest.raises(SystemExit, match="cannot be read as Parquet"):
            read(path)


@pytest.mark.parametrize("nobody", [None, float("nan"), "", "nan", "<NA>"])
def test_a_customer_may_be_missing(nobody: object) -> None:
    row = row_of("1", "A", 1, 1.0, nobody)
    assert row is not None
    assert row.customer is None


@pytest.mark.parametrize("columns", [("Invoice", "Price", "Customer ID"),
                                     ("InvoiceNo", "UnitPrice", "CustomerID")])  # fmt: skip
def test_both_years_are_read(columns: tuple[str, str, str], tmp_path: Path) -> None:
    from pyarrow import parquet  # noqa: PLC0415

    invoice, price, customer = columns
    table = pyarrow.table({
        invoice: ["1", "C2"], "StockCode": ["A", "A"], "Description": ["x", None],
        "Quantity": [2, -1], price: [1.5, 1.5], customer: [5.0, 5.0],
    })  # fmt: skip
    parquet.write_table(table, tmp_path / "year.parquet")
    assert read(tmp_path / "year.parquet") == [
        Row("1", "A", 2, 300, "5"), Row("C2", "A", -1, 150, "5"),
    ]  # fmt: skip


@pytest.mark.chain
def test_the_books_of_a_small_year_balance(tmp_path: Path) -> None:
    rows, cancelled = a_year(invoices=60)
    with Progress(disable=True) as progress:
        outcome = replay(lines(*rows), tmp_path, progress)
    told = outcome.told()
    assert told["balanced"], told
    assert told["books"]["chain"]["clawed_back"] > 0
    assert told["books"]["chain"]["difference"] == 0
    assert told["rows"]["cancelled"] == cancelled
    matched = told["rows"]["cancelled, matched"] + told["rows"].get("cancelled, matched in part", 0)
    assert 0 < matched < cancelled
    assert told["unmatched"]


@pytest.mark.chain
@pytest.mark.shared_data
def test_the_first_invoices_of_a_real_year_balance(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "retail" / "uci_online_retail_2009_2010.parquet"
    if not file.exists():
        pytest.skip(f"there is no {file}")
    with Progress(disable=True) as progress:
        outcome = replay(read(file), tmp_path, progress, invoices=60)
    assert outcome.balanced, outcome.told()


def a_year(*, invoices: int) -> tuple[list[tuple[object, ...]], int]:
    """A small year of our own: customers bring back what they bought, or what they did not."""
    chance = random.Random(1)
    rows: list[tuple[object, ...]] = []
    bought: list[tuple[str, str, int, float, float | None]] = []
    cancelled = 0
    for number in range(invoices):
        customer = chance.choice([None, 1.0, 2.0, 3.0, 4.0])
        if number % 5 == 4 and bought:
            for _, article, quantity, price, who in chance.sample(bought, 2):
                rows.append((f"C{number}", article, -chance.randint(1, quantity), price, who))
            rows.append((f"C{number}", "NEVER", -1, 1.0, customer))
            cancelled += 3
            continue
        for _ in range(chance.randint(1, 6)):
            row = (str(number), f"A{chance.randint(1, 12)}", chance.randint(1, 9), 2.5, customer)
            rows.append(row)
            if customer:
                bought.append(row)
    return rows, cancelled

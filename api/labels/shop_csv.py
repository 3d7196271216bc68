"""Labels as CSV for print shops that set type themselves, and for `lotmark labels` elsewhere.

What a spreadsheet would run as a formula is written with an apostrophe before it, which it hides
(OWASP, CSV injection); `api.labels.print_file` takes it off again. Only a lot's number, a serial
and names can begin like that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from api.labels.label import Label
from api.printing.pressing import COLUMNS as PRINT_FILE

COLUMNS = (*PRINT_FILE, "claim_link", "name", "name_zh", "expiry", "amount")
"""Those of a print file, and what labels say besides."""
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Tells some spreadsheets that the file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(labels: Iterable[Label], *, bom: bool = False) -> Iterator[str]:
    """The lines of the file, the head first; each ends with CR LF (RFC 4180)."""
    yield (BOM if bom else "") + _line(COLUMNS)
    for label in labels:
        yield _line([guarded(cell) for cell in _cells(label)])


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    """The exact inverse of `guarded`."""
    return cell[1:] if cell.startswith(tuple(f"'{sign}" for sign in (*_FORMULA, "'"))) else cell


def _cells(label: Label) -> list[str]:
    words = label.wording
    return [
        label.place, label.gtin, label.lot, label.serial, label.link, label.element_string,
        label.code, label.pairing, label.claim_link,
        words.name, words.name_zh, words.expiry, words.amount,
    ]  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()

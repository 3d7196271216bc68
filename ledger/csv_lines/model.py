"""What a line of a supplier's file may say, act by act, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ledger.hashing import canonical, sha256, tagged
from ledger.vocabulary import DocumentHash, Gs1Key, Seconds


class Act(StrEnum):
    """What a line says happened."""

    PRODUCT = "product"
    COMMISSION = "commission"
    SHIP = "ship"
    RECEIVE = "receive"
    PACK = "pack"
    UNPACK = "unpack"
    SELL = "sell"
    DISPOSE = "dispose"
    RECALL = "recall"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Row:
    """What a line of an act must and may have.

    The subject ``item`` is a gtin with lot or serial, ``content`` an item or an sscc; a lot needs a
    quantity unless ``counted`` is False.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    subject: str = "item"
    counted: bool = True


_AMOUNT = ("quantity", "unit")
ROWS: Mapping[Act, Row] = {
    Act.PRODUCT: Row(("gtin", "name", "unit"), ("name_zh", "decimals"), subject="product"),
    Act.COMMISSION: Row((), (*_AMOUNT, "expiry")),
    Act.SHIP: Row(("to", "shipment"), _AMOUNT, subject="content"),
    Act.RECEIVE: Row(("from", "shipment"), _AMOUNT, subject="content"),
    Act.PACK: Row(("sscc",), _AMOUNT),
    Act.UNPACK: Row(("sscc",), _AMOUNT),
    Act.SELL: Row((), _AMOUNT),
    Act.DISPOSE: Row(("reason",), _AMOUNT),
    Act.RECALL: Row(("reason",), counted=False),
    Act.RELEASE: Row((), ("reason",), counted=False),
}
"""The columns of each act; ``act`` and ``date`` may stand in every line."""

COLUMNS = (
    "act", "gtin", "lot", "serial", "sscc", "quantity", "unit", "expiry", "to", "from", "shipment",
    "name", "name_zh", "decimals", "reason", "date",
)  # fmt: skip
SUBJECTS = {
    "product": ("gtin",),
    "item": ("gtin", "lot", "serial"),
    "content": ("gtin", "lot", "serial", "sscc"),
}


@dataclass(frozen=True, slots=True)
class CsvLine:
    """A line that was understood.

    ``item`` is a lot or serialised unit; ``logistic_unit`` what is shipped, received, packed or
    unpacked; ``to`` and ``source`` are parties. A ``quantity`` is in ``unit``, or in the product's
    own where that is None. ``expiry`` given as a day is its last second in UTC, ``occurred_at`` its
    first. ``line`` is the first of the file's lines that the row takes, ``raw`` its exact bytes
    without the final line break.
    """

    act: Act
    line: int
    raw: bytes = field(repr=False)
    statement: DocumentHash
    product: Gs1Key | None = None
    item: Gs1Key | None = None
    logistic_unit: Gs1Key | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    expiry: Seconds | None = None
    to: Gs1Key | None = None
    source: Gs1Key | None = None
    shipment: Gs1Key | None = None
    name: str | None = None
    name_zh: str | None = None
    decimals: int | None = None
    reason: str | None = None
    occurred_at: Seconds | None = None


def statement(row: Mapping[str, str]) -> DocumentHash:
    """The hash of a line on chain.

    SHA-256 of ``lotmark/v1/csv-line``, a line feed and the canonical JSON of the filled cells by
    lower-case column name.
    """
    return DocumentHash(sha256(tagged("csv-line", canonical(dict(row)))))

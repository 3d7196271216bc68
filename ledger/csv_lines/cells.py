"""Cells of a supplier's file: text to typed values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ledger import vocabulary
from ledger.errors import KeyInvalid
from ledger.times import end_of, read_date, read_time, start_of
from ledger.vocabulary import Gs1Key, Seconds

MAX_DECIMALS = 9
"""The contract's own limit for a product."""


class CellError(Exception):
    """A cell that cannot be read. Caught where its line is."""


def _number(text: str) -> Decimal:
    if re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,9})?", text):
        number = Decimal(text)
        if number > 0:
            return number
        raise CellError("a quantity is more than zero")
    hint = "; write a point, and no sign between thousands" if "," in text or "'" in text else ""
    raise CellError(f"{text!r} is no quantity (as 12 or 12.5){hint}")


def _decimals(text: str) -> int:
    if re.fullmatch(r"[0-9]", text) and int(text) <= MAX_DECIMALS:
        return int(text)
    raise CellError(f"{text!r} is no number of decimals from 0 to {MAX_DECIMALS}")


def _unit(text: str) -> str:
    if re.fullmatch(r"[A-Z0-9]{2,3}", text):
        return text
    raise CellError(f"{text!r} is no unit code of UN/ECE Recommendation 20 (as KGM, LTR, EA)")


def _digits(text: str) -> str:
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+", text):
        raise CellError(f"{text!r} was changed by a spreadsheet: format the column as text")
    return text


def _gtin(text: str) -> Gs1Key:
    return vocabulary.product(_digits(text))


def _sscc(text: str) -> Gs1Key:
    return vocabulary.logistic_unit(_digits(text))


def _gln(text: str) -> Gs1Key:
    return vocabulary.party(_digits(text))


def _shipment(text: str) -> Gs1Key:
    """A GSIN where the text is one, else one's own reference."""
    try:
        return vocabulary.shipment("", gsin=text)
    except KeyInvalid:
        return vocabulary.shipment(text)


def _plain(text: str) -> str:
    if any(not character.isprintable() for character in text.replace("\n", "").replace("\r", "")):
        raise CellError("has a control character")
    return text


def _expiry(text: str) -> Seconds:
    if day := read_date(text):
        return end_of(day)
    return _moment(text)


def _occurred_at(text: str) -> Seconds:
    if day := read_date(text):
        return start_of(day)
    return _moment(text)


def _moment(text: str) -> Seconds:
    moment = read_time(text)
    if moment is None:
        raise CellError(f"{text!r} is no date that exists (YYYY-MM-DD, or RFC 3339 with offset)")
    return Seconds(int(moment.timestamp()))


PARSERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "quantity": ("quantity", _number),
    "unit": ("unit", _unit),
    "expiry": ("expiry", _expiry),
    "to": ("to", _gln),
    "from": ("source", _gln),
    "shipment": ("shipment", _shipment),
    "name": ("name", _plain),
    "name_zh": ("name_zh", _plain),
    "decimals": ("decimals", _decimals),
    "reason": ("reason", _plain),
    "date": ("occurred_at", _occurred_at),
    "gtin": ("product", _gtin),
    "sscc": ("logistic_unit", _sscc),
}
"""Column, the field it becomes, and what reads it."""

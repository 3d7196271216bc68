"""Sales and returns as people and files of a till write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from babel.numbers import get_currency_precision

from api.till import Return, ReturnLine, Sale, SaleLine
from api.till.written import LINE
from ledger.errors import CsvInvalid, InvalidInput
from records.till.model import Channel

COLUMNS = {"number", "code", "quantity", "price", "currency", "card", "channel", "site",
           "return_of", "line"}  # fmt: skip
_NEEDED = {"number"}
_PRICE = re.compile(r"\d{1,13}(\.\d{0,9})?|\.\d{1,9}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")


def minor(text: str, currency: str, field: str = "price") -> int:
    """A price in the currency's smallest part: ``3.99`` of EUR is 399.

    Raises:
        InvalidInput: no price, or one with more decimals than the currency has.
    """
    parts = Decimal(-1)
    if _PRICE.fullmatch(text):
        parts = Decimal(text).scaleb(get_currency_precision(currency))
    if not 0 <= parts < 10**13 or parts != parts.to_integral_value():
        raise InvalidInput(f"{field}: {text!r} is no price in {currency}", field=field)
    return int(parts)


def sale_line(text: str, currency: str) -> SaleLine:
    """``CODE:PRICE`` or ``CODE@QUANTITY:PRICE``, the price being of the whole line.

    Raises:
        InvalidInput: it is neither.
    """
    what, colon, price = text.rpartition(":")
    if not colon or not what:
        raise InvalidInput(f"{text!r} is not CODE[@QUANTITY]:PRICE", field="lines")
    code, at, quantity = what.rpartition("@")
    return SaleLine(code if at else what, minor(price, currency), quantity if at else None)


def read_csv(data: bytes) -> list[Sale | Return]:
    """Sales and returns of a file with the columns `COLUMNS`: a row for each line, rows of one
    number together. Rows with ``return_of`` (the number of a sale) are a return: by ``line`` or
    ``code``.

    Raises:
        CsvInvalid: with the line.
    """
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CsvInvalid(f"the file is no CSV in UTF-8: {error}", line=1) from error
    names = set(reader.fieldnames or ())
    if not names >= _NEEDED or names - COLUMNS:
        raise CsvInvalid(f"the columns are {', '.join(sorted(COLUMNS))}", line=1)
    return list(_entries(rows))


def _entries(rows: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Sale | Return]:
    seen: set[str] = set()
    for number, group in groupby(rows, key=lambda row: _value(row[1], "number")):
        some = list(group)
        first = some[0][0]
        if not number or number in seen:
            raise CsvInvalid(f"line {first}: number is missing or was used above", line=first)
        seen.add(number)
        try:
            yield _entry(number, [row for _, row in some])
        except InvalidInput as error:
            raise CsvInvalid(f"line {first}: {error.message}", line=first) from error


def _entry(number: str, rows: Sequence[Mapping[str, str]]) -> Sale | Return:
    head = rows[0]
    sale, site = _value(head, "return_of"), _value(head, "site") or None
    if sale:
        return Return([_returned(row) for row in rows], sale, number, site)
    currency = _value(head, "currency")
    if not _CURRENCY.fullmatch(currency):
        raise InvalidInput(f"currency: {currency!r} is none", field="currency")
    lines = [_sold(row, currency) for row in rows]
    channel = _channel(_value(head, "channel") or "store")
    return Sale(number, currency, lines, channel, site, _value(head, "card") or None)


def _channel(text: str) -> Channel:
    channels: dict[str, Channel] = {"store": "store", "online": "online"}
    if text not in channels:
        raise InvalidInput(f"channel: {text!r} is neither store nor online", field="channel")
    return channels[text]


def _sold(row: Mapping[str, str], currency: str) -> SaleLine:
    price = minor(_value(row, "price"), currency)
    return SaleLine(_value(row, "code"), price, _value(row, "quantity") or None)


def _returned(row: Mapping[str, str]) -> ReturnLine:
    line = _value(row, "line")
    if line and not LINE.fullmatch(line):
        raise InvalidInput(f"line: {line!r} is no number", field="line")
    code, quantity = _value(row, "code") or None, _value(row, "quantity") or None
    return ReturnLine(int(line) if line else None, None if line else code, quantity)


def _value(row: Mapping[str, str], name: str) -> str:
    return (row.get(name) or "").strip()

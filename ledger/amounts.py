"""Amounts: people write decimals in a unit, the chain counts the smallest part. No floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, localcontext

from ledger.errors import CommandInvalid
from ledger.vocabulary import MAX_AMOUNT, Amount

_MOST_DIGITS = 28
"""More than any amount has, and as many as `decimal` calculates with exactly."""
_WRITTEN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

_FACTORS: tuple[dict[str, str], ...] = (
    {  # mass, in kilograms
        "KGM": "1", "GRM": "0.001", "MGM": "0.000001", "TNE": "1000", "DTN": "100",
        "LBR": "0.45359237", "ONZ": "0.028349523125", "STN": "907.18474",
    },
    {  # volume, in litres
        "LTR": "1", "MLT": "0.001", "CLT": "0.01", "DLT": "0.1", "HLT": "100", "MTQ": "1000",
    },
    {"MTR": "1", "CMT": "0.01", "MMT": "0.001", "KMT": "1000"},  # length, in metres
    {"C62": "1", "EA": "1", "H87": "1", "DZN": "12", "PR": "2"},  # pieces
)  # fmt: skip
"""Units that convert exactly into each other (UN/ECE Recommendation 20)."""


def is_measure(unit: str) -> bool:
    """Whether a unit weighs or measures, so that parts of it make sense."""
    return any(unit in factors for factors in _FACTORS[:3])


PIECE = "EA"
"""The unit of things that are counted, where a document names none."""


def text_of_amount(amount: int, decimals: int) -> str:
    """An amount in its product's unit: ``12500`` with 3 decimals is ``12.5``."""
    whole, part = divmod(amount, 10**decimals)
    fraction = str(part).zfill(decimals).rstrip("0") if decimals else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def amount_of(value: Decimal | int | str, decimals: int, field: str) -> Amount:
    """The exact inverse of `text_of_amount`.

    Raises:
        CommandInvalid: not a number, not above zero, too large, or with more decimals than the
            product has.
    """
    number = _number(value, field)
    if abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise CommandInvalid(f"{field} has too many digits", field=field)
    parts = number.scaleb(decimals)
    if parts != parts.to_integral_value():
        raise CommandInvalid(
            f"{field} is {number:f}; the product counts {decimals} decimals",
            field=field,
            decimals=decimals,
        )
    if not 0 < parts <= MAX_AMOUNT:
        raise CommandInvalid(
            f"{field} must be above 0 and at most {text_of_amount(MAX_AMOUNT, decimals)}",
            field=field,
        )
    return Amount(int(parts))


def converted(value: Decimal, unit: str, into: str, field: str) -> Decimal:
    """A value of one unit in another, exactly.

    Raises:
        CommandInvalid: the units do not measure the same, or the value has no exact form.
    """
    if unit == into:
        return value
    for factors in _FACTORS:
        if unit in factors and into in factors:
            with localcontext(prec=60):
                result = value * Decimal(factors[unit]) / Decimal(factors[into])
                if result * Decimal(factors[into]) == value * Decimal(factors[unit]):
                    return result.normalize()
    raise CommandInvalid(
        f"{field} is given in {unit}; the product is counted in {into}",
        field=field,
        given=unit,
        unit=into,
    )


def _number(value: Decimal | int | str, field: str) -> Decimal:
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise CommandInvalid(f"{field} must be a decimal number", field=field)
    try:
        number = Decimal(value)
    except InvalidOperation as error:  # an exponent beyond what `decimal` knows
        raise CommandInvalid(f"{field} must be a decimal number", field=field) from error
    if not number.is_finite():
        raise CommandInvalid(f"{field} must be a decimal number", field=field)
    return number

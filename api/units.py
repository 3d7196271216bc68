"""Amounts in words: numbers as the language writes them, units by their UN/ECE Rec 20 code."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from babel.units import format_unit

from api.languages import Language, marked_plural
from indexer.queries.products import ProductView
from ledger.amounts import text_of_amount

_MEASURES = {
    "KGM": "mass-kilogram",
    "GRM": "mass-gram",
    "MGM": "mass-milligram",
    "TNE": "mass-tonne",
    "LBR": "mass-pound",
    "ONZ": "mass-ounce",
    "LTR": "volume-liter",
    "MLT": "volume-milliliter",
    "HLT": "volume-hectoliter",
    "MTQ": "volume-cubic-meter",
    "MTR": "length-meter",
    "CMT": "length-centimeter",
}
"""Units that Babel knows words for."""

_COUNTED = {
    "EA": marked_plural("{number} piece", "{number} pieces"),
    "H87": marked_plural("{number} piece", "{number} pieces"),
    "C62": marked_plural("{number} piece", "{number} pieces"),
    "XCS": marked_plural("{number} case", "{number} cases"),
    "CS": marked_plural("{number} case", "{number} cases"),
    "XBX": marked_plural("{number} box", "{number} boxes"),
    "BX": marked_plural("{number} box", "{number} boxes"),
    "XBG": marked_plural("{number} bag", "{number} bags"),
    "XBO": marked_plural("{number} bottle", "{number} bottles"),
    "XPX": marked_plural("{number} pallet", "{number} pallets"),
}
"""Things that are counted."""


def amount_in_words(amount: int, product: ProductView | None, language: Language) -> str:
    """An amount with its unit: ``12.5 kg``, ``500 pieces``; empty where the unit is unknown."""
    if product is None or not amount:
        return ""
    number = Decimal(text_of_amount(amount, product.decimals))
    if measure := _MEASURES.get(product.unit):
        written = format_decimal(number, locale=language.locale, decimal_quantization=False)
        return format_unit(written, measure, length="short", locale=language.locale)
    written = format_decimal(number, locale=language.locale, decimal_quantization=False)
    if product.unit not in _COUNTED:
        return f"{written} {product.unit}"
    one, many = _COUNTED[product.unit]
    exactly_one = 1 if number == 1 else 2
    said = language.translations.ngettext(one, many, exactly_one)
    return said.format(number=written)

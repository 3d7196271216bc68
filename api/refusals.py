"""Refusals and findings in words: in the reader's language, with names and amounts in units."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from api.languages import Language
from api.names import Names
from api.units import amount_in_words
from ledger.errors import ActRefused
from ledger.refusals import PARAMETERS, sentence, values_from_json
from ledger.vocabulary import Id, Kind, kind_of

_AMOUNTS = {
    "amount", "held", "wanted", "in_transit", "packed", "known", "said", "consumed", "produced",
    "allowed",
}  # fmt: skip
"""Values that count the smallest part of a product's unit."""
_OF = ("item", "product")
_GOODS = (Kind.LOT, Kind.UNIT, Kind.PRODUCT)


def refusal_in_words(error: ActRefused, language: Language, names: Names | None = None) -> str:
    """What a refusal says. Without ``names`` organisations and amounts stay numbers."""
    template = language.term("refusal", error.code)
    numbered = names.title if names else _numbered(language)
    values = _with_units(error.values, names) if names else error.values
    try:
        return sentence(error.code, values, template=template, organisation=numbered)
    except (KeyError, ValueError, TypeError, AttributeError):  # another version left a value out
        return error.message


def finding_in_words(kind: str, values: Mapping[str, object], names: Names) -> str:
    """Why a finding stands. ``values`` as the mirror keeps them."""
    if kind not in PARAMETERS:  # of another version
        return kind
    try:
        read = values_from_json(kind, values)
        return refusal_in_words(ActRefused(kind, kind, **read), names.language, names)
    except (ValueError, TypeError):
        return kind


def told(error: ActRefused, names: Names) -> ActRefused:
    """The same refusal with its words already chosen, for readers who cannot look names up."""
    words = refusal_in_words(error, names.language, names)
    return ActRefused(error.code, words, **(error.values | {"told": words}))


def _numbered(language: Language) -> Callable[[int], str]:
    return lambda org: language.text("organisation {number}", number=org)


def _with_units(values: Mapping[str, object], names: Names) -> dict[str, object]:
    item = next((values[name] for name in _OF if isinstance(values.get(name), bytes)), None)
    if not isinstance(item, bytes) or kind_of(item) not in _GOODS:
        return dict(values)
    product = names.product(Id(item))
    if product is None:
        return dict(values)
    return {
        name: amount_in_words(value, product, names.language) or value
        if name in _AMOUNTS and isinstance(value, int)
        else value
        for name, value in values.items()
    }

"""Refusals and findings in words: in the reader's language, with names and amounts in units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from api.languages import Language, marked
from api.names import Names
from api.units import amount_in_words
from ledger.earnings import lapse_of
from ledger.errors import ActRefused
from ledger.refusals import PARAMETERS, sentence, values_from_json
from ledger.vocabulary import Id, Kind, PartnerRight, Role, Seconds, kind_of

_AMOUNTS = {
    "amount", "held", "wanted", "in_transit", "packed", "known", "said", "consumed", "produced",
    "allowed", "sold", "made", "each",
}  # fmt: skip
"""Values that count the smallest part of a product's unit."""
_SHORT = 8
_OF = ("item", "product", "lot")
_GOODS = (Kind.LOT, Kind.UNIT, Kind.PRODUCT)


def refusal_in_words(
    error: ActRefused, language: Language, names: Names | None = None, *, short: bool = False
) -> str:
    """What a refusal says. Without ``names`` organisations and amounts stay numbers; ``short``
    cuts hashes.
    """
    template = language.term("refusal", error.code)
    values = _with_units(error, names) if names else error.values
    ways = _ways(language, names)
    if short:
        ways["hash"] = lambda data: f"0x{data.hex()[:_SHORT]}…"
    try:
        return sentence(error.code, values, template=template, ways=ways)
    except (KeyError, ValueError, TypeError, AttributeError):  # another version left a value out
        return error.message


def _ways(language: Language, names: Names | None) -> dict[str, Callable[[Any], str]]:
    """How values are shown to this reader."""
    ways: dict[str, Callable[[Any], str]] = {
        "org": lambda org: language.text("organisation {number}", number=org),
        "time": language.moment,
        "end": lambda end: language.moment(end) if end else language.text(marked("no end")),
        "roles": lambda bits: ", ".join(roles_in_words(bits, language)),
        "rights": lambda bits: ", ".join(rights_in_words(bits, language)),
        "lapse": lambda quarter: language.moment(Seconds(lapse_of(quarter))),
    }
    if names is not None:
        ways |= {"org": names.title, "id": names.thing_title}
    return ways


def roles_in_words(bits: int, language: Language) -> list[str]:
    """A set of roles; one word where there are none."""
    words = [role.name.lower() for role in Role if role & bits and role.name]
    return [language.term("role", word) or word for word in words or ["none"]]


def rights_in_words(bits: int, language: Language) -> list[str]:
    """What a partner may do in a programme; one word where that is nothing."""
    words = [right.name.lower() for right in PartnerRight if right & bits and right.name]
    return [language.term("right", word) or word for word in words or ["none"]]


def finding_in_words(
    kind: str, values: Mapping[str, object], names: Names, *, short: bool = False
) -> str:
    """Why a finding stands. ``values`` as the mirror keeps them; ``short`` cuts hashes."""
    if kind not in PARAMETERS:  # of another version
        return kind
    try:
        read = values_from_json(kind, values)
        refused = ActRefused(kind, kind, **read)
        return refusal_in_words(refused, names.language, names, short=short)
    except (ValueError, TypeError):
        return kind


def told(error: ActRefused, names: Names) -> ActRefused:
    """The same refusal with its words already chosen, for readers who cannot look names up."""
    words = refusal_in_words(error, names.language, names)
    return ActRefused(error.code, words, **(error.values | {"told": words}))


def _with_units(error: ActRefused, names: Names) -> dict[str, object]:
    values, shown = error.values, PARAMETERS.get(error.code, {})
    item = next((values[name] for name in _OF if isinstance(values.get(name), bytes)), None)
    if not isinstance(item, bytes) or kind_of(item) not in _GOODS:
        return dict(values)
    product = names.product(Id(item))
    if product is None:
        return dict(values)
    return {
        name: amount_in_words(value, product, names.language) or value
        if name in _AMOUNTS and shown.get(name) == "number" and isinstance(value, int)
        else value
        for name, value in values.items()
    }

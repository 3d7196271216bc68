"""GS1 element strings: as scanned from a barcode, and in brackets for people (on biip)."""

from __future__ import annotations

from biip import ParseError
from biip.gs1_messages import GS1Message

from ledger.errors import DigitalLinkInvalid, KeyInvalid
from ledger.gs1.digital_link import DigitalLink, link_of
from ledger.gs1.identifiers import QUALIFIERS
from ledger.vocabulary import Gs1Key, Kind

_BRACKETED = "("


def parse_element_string(text: str) -> DigitalLink:
    """Read ``(01)09521141123454(10)LOT-7`` or the same as scanned, with FNC1 as ASCII 29.

    Raises:
        KeyInvalid: a wrong check digit, length or character.
        DigitalLinkInvalid: no element string, or one without a primary key.
    """
    try:
        message = (
            GS1Message.parse_hri(text) if text.startswith(_BRACKETED) else GS1Message.parse(text)
        )
    except ParseError as error:
        raise KeyInvalid(f"{text!r} is no GS1 element string: {error}", value=text) from error
    values = {string.ai.ai: string.value for string in message.element_strings}
    primary = next((ai for ai in values if ai in QUALIFIERS), None)
    if primary is None:
        raise DigitalLinkInvalid(f"{text!r} names no product, place or logistic unit", value=text)
    own = {ai for sequence in QUALIFIERS[primary] for ai in sequence}
    qualifiers = {ai: value for ai, value in values.items() if ai in own}
    attributes = {ai: value for ai, value in values.items() if ai not in own and ai != primary}
    return link_of((primary, values[primary]), qualifiers, attributes, strict=True)


_IDENTIFIERS = {
    Kind.PRODUCT: ("01", ""),
    Kind.LOT: ("01", "10"),
    Kind.UNIT: ("01", "21"),
    Kind.LOGISTIC_UNIT: ("00", ""),
    Kind.SHIPMENT: ("402", ""),
    Kind.PLACE: ("414", "254"),
    Kind.PARTY: ("417", ""),
}


def write_element_string(key: Gs1Key) -> str:
    """A key as people read it under a barcode: ``(01)09521141123454(10)LOT-7``.

    Raises:
        KeyInvalid: a shipment by own reference, which GS1 has no key for.
    """
    if key.kind is Kind.SHIPMENT and key.extension:
        raise KeyInvalid(f"the shipment {key.extension!r} has no GSIN", value=key.extension)
    first, second = _IDENTIFIERS[key.kind]
    return f"({first}){key.digits}" + (f"({second}){key.extension}" if key.extension else "")

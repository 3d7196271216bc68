"""What a person types for a product, lot, unit or logistic unit."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from ledger import vocabulary
from ledger.errors import InvalidInput
from ledger.gs1 import DigitalLink, parse_element_string, parse_link
from ledger.gs1.digital_link import path_of
from ledger.gs1.epc_urn import parse_epc_urn
from ledger.vocabulary import Gs1Key, Kind

_SHORT = re.compile(r"(\d{8}|\d{12,14})(?:[ /](.+))?")

CodeArgument = Annotated[
    str,
    typer.Argument(
        metavar="CODE",
        help="A GTIN, GTIN/LOT, the address of a QR code, its path /01/..., an element string "
        "(01)...(10)..., or an EPC URN.",
    ),
]


def read_code(text: str) -> DigitalLink:
    """What a code names. ``GTIN/LOT`` is short for its Digital Link.

    Raises:
        KeyInvalid, DigitalLinkInvalid, EpcUrnInvalid: it names nothing we know.
    """
    text = text.strip()
    if short := _SHORT.fullmatch(text):
        gtin, number = short.groups()
        key = vocabulary.lot(gtin, number) if number else vocabulary.product(gtin)
        return _link(key)
    if text.startswith("urn:"):
        return _link(parse_epc_urn(text))
    if text.startswith(("(", "\x1d", "]")):
        return parse_element_string(text)
    if text[:4].lower() != "http":
        text = "https://id.gs1.org/" + text.lstrip("/")
    return parse_link(text)


def item_of(text: str) -> Gs1Key:
    """The lot, unit or logistic unit that a code names.

    Raises:
        InvalidInput: it names something else; or as `read_code`.
    """
    key = read_code(text).key
    if key is None or key.kind not in (Kind.LOT, Kind.UNIT, Kind.LOGISTIC_UNIT):
        raise InvalidInput(
            f"{text!r} names no lot, unit or logistic unit", field="code", value=text
        )
    return key


def _link(key: Gs1Key) -> DigitalLink:
    return parse_link("https://id.gs1.org" + path_of(key))

"""GS1 keys as codes and documents write them: Digital Link, EPC URN, element string."""

from __future__ import annotations

from ledger.errors import DigitalLinkInvalid
from ledger.gs1.digital_link import (
    DigitalLink,
    parse_digital_link,
    parse_link,
    path_of,
    uri_of,
)
from ledger.gs1.element_strings import parse_element_string, write_element_string
from ledger.gs1.epc_urn import parse_epc_urn, to_epc_urn, urn_path
from ledger.gs1.prefixes import CompanyPrefixes
from ledger.vocabulary import Gs1Key

__all__ = [
    "CompanyPrefixes",
    "DigitalLink",
    "parse_any",
    "parse_digital_link",
    "parse_element_string",
    "parse_epc_urn",
    "parse_link",
    "path_of",
    "to_epc_urn",
    "uri_of",
    "urn_path",
    "write_element_string",
]


def parse_any(uri: str) -> Gs1Key:
    """The key behind an EPC URN or a GS1 Digital Link.

    Raises:
        EpcUrnInvalid: an EPC URN that is malformed or of a scheme that Lotmark has no kind for.
        DigitalLinkInvalid: anything else that is no Digital Link of a kind that Lotmark knows.
        KeyInvalid: a key with a wrong check digit, length or character.
    """
    if uri.startswith("urn:epc:"):
        return parse_epc_urn(uri)
    if uri[:4].lower() != "http":
        raise DigitalLinkInvalid(f"{uri!r} is neither a Digital Link nor an EPC URN", value=uri)
    return parse_digital_link(uri)

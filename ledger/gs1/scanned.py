"""What a scanner types: the same key in whatever form the code and the scanner give it.

Read are GS1 Digital Link addresses (with or without scheme), element strings with or without the
symbology identifier that a scanner puts before them (ISO/IEC 15424: ``]d2``, ``]C1``, ``]Q3``,
``]e0``) and with FNC1 in the forms that keyboards let through, element strings in brackets, EPC
URNs, and a GTIN with a serial or lot beside it, as people type it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ledger import vocabulary
from ledger.errors import DigitalLinkInvalid, InvalidInput, KeyInvalid
from ledger.gs1.digital_link import CANONICAL_STEM, DigitalLink, parse_link, path_of
from ledger.gs1.element_strings import parse_element_string
from ledger.gs1.epc_urn import parse_epc_urn
from ledger.vocabulary import Gs1Key

LONGEST = 2_000
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_SEPARATORS = re.compile("\u241d|<GS>|{GS}|\\[GS\\]|\\^\\]|\\\\x1[dD]|\\\\u001[dD]|~1(?=\\d)")
"""FNC1 as scanners and terminals show what they cannot type."""
_GTIN = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
_GTIN_AND_MORE = re.compile(r"(\d{8}|\d{12,14})[ /,;\t]+(\S+)", re.ASCII)
_PATH = re.compile(r"/[0-9A-Za-z]")
_ADDRESS = re.compile(r"https?://(?P<host>[A-Za-z0-9.:\[\]-]+)/", re.ASCII | re.IGNORECASE)
_LONGEST_HOST = 253
_BARE_LINK = re.compile(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d+)?/", re.ASCII)


def read_scanned(text: str, hosts: Collection[str]) -> tuple[DigitalLink, ...]:
    """What a scanned or typed text may mean, the likeliest first. More than one only where a GTIN
    stands beside something that is a serial or a lot.

    ``hosts`` are those whose addresses are taken, in lower case, with the port where there is one:
    an address of any other was put on the pack by a stranger, however much it looks like ours.

    Raises:
        DigitalLinkInvalid, KeyInvalid, EpcUrnInvalid: it names nothing that is known here.
    """
    plain = _plain(text)
    if not plain or len(plain) > LONGEST:
        raise DigitalLinkInvalid("the code is empty or too long", value=text[:LONGEST])
    if beside := _GTIN_AND_MORE.fullmatch(plain):
        return _either(*beside.groups())
    return (_one(plain, hosts),)


def _plain(text: str) -> str:
    """Without what a scanner adds around: white space, the symbology identifier, FNC1 in front."""
    plain = _SYMBOLOGY.sub("", text.strip(" \r\n\t\0"), count=1) if text else ""
    return _SEPARATORS.sub("\x1d", plain).strip("\x1d")


def _either(gtin: str, number: str) -> tuple[DigitalLink, ...]:
    found = []
    for make in (vocabulary.unit, vocabulary.lot):
        try:
            found.append(_link(make(gtin, number)))
        except InvalidInput as error:
            fault = error
    if not found:
        raise KeyInvalid(fault.message, value=number) from fault
    return tuple(found)


def _one(plain: str, hosts: Collection[str]) -> DigitalLink:
    if plain[:8].lower().startswith(("http:", "https:")):
        return parse_link(_of_known_host(plain, hosts))
    if plain.lower().startswith("urn:"):
        return _link(parse_epc_urn(plain))
    if _PATH.match(plain):
        return parse_link(CANONICAL_STEM + plain)
    if _BARE_LINK.match(plain):
        return parse_link(_of_known_host("https://" + plain, hosts))
    if _GTIN.fullmatch(plain):
        return _link(vocabulary.product(plain))
    return parse_element_string(plain)


def _of_known_host(address: str, hosts: Collection[str]) -> str:
    """The address, unless it leads elsewhere. The host is compared letter by letter, with all that
    stands around it: no user name, port or dot slips in.
    """
    found = _ADDRESS.match(address)
    host = found["host"].lower() if found else ""
    if host not in hosts:
        raise DigitalLinkInvalid(
            f"this code leads to {host[:_LONGEST_HOST] or 'nowhere'!r}, which is not among the "
            "hosts whose codes are taken here",
            value=address[:LONGEST],
            host=host[:_LONGEST_HOST],
        )
    return address


def _link(key: Gs1Key) -> DigitalLink:
    return parse_link(CANONICAL_STEM + path_of(key))

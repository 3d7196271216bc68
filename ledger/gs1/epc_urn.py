"""EPC URNs (GS1 EPC Tag Data Standard, section 6 and 7): to Digital Link paths and keys, and back.

A URN shows where the company prefix ends and leaves the check digit out; a Digital Link is the
other way round. So a URN always becomes a link, but a link becomes a URN only where the prefix's
length is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from ledger.errors import EpcUrnInvalid
from ledger.gs1.digital_link import parse_link, percent_encoded
from ledger.vocabulary import Gs1Key, Kind, check_digit

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(\S+)")
_PREFIX = re.compile(r"[0-9]{6,12}")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the parts of a URN become a path.

    ``digits`` is the length of prefix and reference together (0: the reference is text), ``parts``
    the number of parts after the scheme, ``path`` the link with ``{key}`` for prefix, reference and
    check digit.
    """

    digits: int
    parts: int
    path: str
    moved: bool = False  # the first digit of the reference stands before the prefix in the key
    checked: bool = True


_SCHEMES = {
    "sgtin": Scheme(13, 3, "/01/{key}/21/{0}", moved=True),
    "lgtin": Scheme(13, 3, "/01/{key}/10/{0}", moved=True),
    "upui": Scheme(13, 3, "/01/{key}/235/{0}", moved=True),
    "itip": Scheme(13, 5, "/8006/{key}{0}{1}/21/{2}", moved=True),
    "sscc": Scheme(17, 2, "/00/{key}", moved=True),
    "sgln": Scheme(12, 3, "/414/{key}/254/{0}"),
    "pgln": Scheme(12, 2, "/417/{key}"),
    "grai": Scheme(12, 3, "/8003/0{key}{0}"),
    "giai": Scheme(0, 2, "/8004/{key}", checked=False),
    "gsrn": Scheme(17, 2, "/8018/{key}"),
    "gsrnp": Scheme(17, 2, "/8017/{key}"),
    "gdti": Scheme(12, 3, "/253/{key}{0}"),
    "sgcn": Scheme(12, 3, "/255/{key}{0}"),
    "cpi": Scheme(0, 3, "/8010/{key}/8011/{0}", checked=False),
    "ginc": Scheme(0, 2, "/401/{key}", checked=False),
    "gsin": Scheme(16, 2, "/402/{key}"),
}
_CLASSES = {"class": {"lgtin"}, "idpat": {"sgtin", "grai", "gdti", "sgcn", "cpi", "itip", "upui"}}
_TAILS = re.compile(r"/(?:21|235|8011)/\*$|\*$")


def urn_path(urn: str) -> str:
    """The Digital Link path of any EPC URN that has one: ``/01/09521141123454/21/6789``.

    Raises:
        EpcUrnInvalid: malformed, of an unknown scheme, or a pattern for which there is no link.
    """
    match = _URN.fullmatch(urn)
    name = match[2] if match else ""
    scheme = _SCHEMES.get(name)
    if (
        match is None
        or scheme is None
        or name not in _CLASSES.get(match[1], _SCHEMES.keys() - {"lgtin"})
    ):
        raise EpcUrnInvalid(f"{urn!r} is no EPC URN that has a Digital Link", value=urn)
    parts = match[3].split(".", scheme.parts - 1)
    if len(parts) != scheme.parts:
        raise EpcUrnInvalid(f"{urn!r} has {len(parts)} parts, {scheme.parts} are needed", value=urn)
    prefix, reference, *rest = parts
    key = _key(urn, scheme, prefix, reference)
    return _path(urn, scheme, key, rest, pattern=match[1] == "idpat")


def _key(urn: str, scheme: Scheme, prefix: str, reference: str) -> str:
    if not _PREFIX.fullmatch(prefix):
        raise EpcUrnInvalid(f"{urn!r} has no company prefix of 6 to 12 digits", value=urn)
    if not scheme.digits:
        return percent_encoded(prefix + _unescaped(urn, reference))
    if not re.fullmatch(f"[0-9]{{{scheme.digits - len(prefix)}}}", reference):
        raise EpcUrnInvalid(
            f"{urn!r} has not {scheme.digits} digits in prefix and reference together",
            value=urn,
        )
    digits = reference[:1] + prefix + reference[1:] if scheme.moved else prefix + reference
    return digits + check_digit(digits) if scheme.checked else digits


def _path(urn: str, scheme: Scheme, key: str, rest: list[str], *, pattern: bool) -> str:
    if not pattern:
        if "" in rest or "*" in rest:
            raise EpcUrnInvalid(f"{urn!r} has an empty part or is a pattern", value=urn)
        path = scheme.path.format(
            *(percent_encoded(_unescaped(urn, part)) for part in rest), key=key
        )
        return path.removesuffix("/254/0")
    if rest[-1] != "*" or "*" in rest[:-1]:
        raise EpcUrnInvalid(f"{urn!r} is a pattern with other wildcards than its serial", value=urn)
    return _TAILS.sub("", scheme.path.format(*rest, key=key))


def _unescaped(urn: str, text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise EpcUrnInvalid(f"{urn!r} is not percent-encoded UTF-8", value=urn) from error


def parse_epc_urn(urn: str) -> Gs1Key:
    """The key behind an EPC URN.

    Raises:
        EpcUrnInvalid: malformed, or of a scheme that Lotmark has no kind for (assets, documents,
            coupons). KeyInvalid: the serial or lot has characters or a length that GS1 does not
            allow.
    """
    link = parse_link("https://id.gs1.org" + urn_path(urn))
    if link.key is None:
        raise EpcUrnInvalid(
            f"{urn!r} is no product, lot, unit, place, party or shipment", value=urn
        )
    return link.key


_TEMPLATES = {
    Kind.PRODUCT: "urn:epc:idpat:sgtin:{}.{}.*",
    Kind.LOT: "urn:epc:class:lgtin:{}.{}.{}",
    Kind.UNIT: "urn:epc:id:sgtin:{}.{}.{}",
    Kind.LOGISTIC_UNIT: "urn:epc:id:sscc:{}.{}",
    Kind.SHIPMENT: "urn:epc:id:gsin:{}.{}",
    Kind.PLACE: "urn:epc:id:sgln:{}.{}.{}",
    Kind.PARTY: "urn:epc:id:pgln:{}.{}",
}
_MOVED = {Kind.PRODUCT, Kind.LOT, Kind.UNIT, Kind.LOGISTIC_UNIT}
_PREFIX_LENGTHS = range(6, 13)


def to_epc_urn(key: Gs1Key, prefix_length: int) -> str:
    """A key as EPC URN, with a company prefix of ``prefix_length`` digits (see `CompanyPrefixes`).

    Raises:
        EpcUrnInvalid: no possible length of a company prefix, or a shipment by own reference.
    """
    if prefix_length not in _PREFIX_LENGTHS:
        raise EpcUrnInvalid(
            f"a company prefix has 6 to 12 digits, not {prefix_length}", value=prefix_length
        )
    if key.kind is Kind.SHIPMENT and key.extension:
        raise EpcUrnInvalid(f"the shipment {key.extension!r} has no GSIN", value=key.extension)
    first, digits = (
        (key.digits[0], key.digits[1:-1]) if key.kind in _MOVED else ("", key.digits[:-1])
    )
    extension = key.extension or ("0" if key.kind is Kind.PLACE else "")
    return _TEMPLATES[key.kind].format(
        digits[:prefix_length],
        first + digits[prefix_length:],
        quote(extension, safe="!'()*+,:;=_-."),
    )

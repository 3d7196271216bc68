"""GS1 Digital Link URIs: reading what others print, and writing the one canonical form.

GS1 Digital Link URI syntax 1.6. Every primary key is read, so that a link to an asset or a coupon
is told from nonsense; only products, lots, units, logistic units, shipments, places and parties
become keys of Lotmark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ledger import vocabulary
from ledger.errors import DigitalLinkInvalid, KeyInvalid
from ledger.gs1.identifiers import FORMATS, NAMES, QUALIFIERS, is_attribute, is_misplaced
from ledger.vocabulary import Gs1Key, Kind

CANONICAL_STEM = "https://id.gs1.org"
_GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A link that was understood.

    ``key`` is the finest key it names that Lotmark has a kind for, None for assets, coupons and the
    like; ``product``, ``lot`` and ``unit`` are set as far as the link says. ``attributes`` are the
    application identifiers in the query, as text.
    """

    key: Gs1Key | None
    primary: tuple[str, str]
    product: Gs1Key | None = None
    lot: Gs1Key | None = None
    unit: Gs1Key | None = None
    qualifiers: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


def parse_digital_link(uri: str) -> Gs1Key:
    """The finest key a Digital Link names.

    Raises:
        DigitalLinkInvalid: no Digital Link, or one without a key that Lotmark has a kind for.
        KeyInvalid: the key has a wrong check digit.
    """
    link = parse_link(uri)
    if link.key is None:
        raise DigitalLinkInvalid(
            f"{uri!r} names a ({link.primary[0]}), for which Lotmark has no kind",
            value=uri, identifier=link.primary[0],
        )  # fmt: skip
    return link.key


@lru_cache(maxsize=65536)
def parse_link(uri: str, *, strict: bool = True) -> DigitalLink:
    """Read a Digital Link of any primary key.

    Without ``strict``, wrong check digits are let through, and ``key`` is None where one is wrong.

    Raises:
        DigitalLinkInvalid: no Digital Link.
        KeyInvalid: a wrong check digit, where ``strict``.
    """
    path, query = _split(uri)
    pairs = _pairs(uri, path)
    primary, qualifiers = pairs[0], dict(pairs[1:])
    for name, value in pairs:
        FORMATS[name].require(name, value, strict=strict)
    attributes = _attributes(uri, query)
    return link_of(primary, qualifiers, attributes, strict=strict)


def _split(uri: str) -> tuple[list[str], str]:
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise DigitalLinkInvalid(f"{uri!r} is no URI", value=uri) from error
    scheme = uri.partition(":")[0]
    if (
        scheme not in ("http", "https", "HTTP", "HTTPS")
        or not parts.netloc
        or not uri.isprintable()
        or " " in uri
    ):
        raise DigitalLinkInvalid(f"{uri!r} is no http or https URI", value=uri)
    return parts.path.strip("/").split("/"), parts.query


def _pairs(uri: str, path: Sequence[str]) -> list[tuple[str, str]]:
    """Identifiers and values of the path, from the first segment on that reads to the end."""
    fault = f"{uri!r} has no GS1 key in its path"
    for start, segment in enumerate(path):
        if NAMES.get(segment, segment) not in QUALIFIERS:
            continue
        rest = path[start:]
        names = [NAMES.get(name, name) for name in rest[::2]]
        if len(rest) % 2 or not all(rest):
            fault = f"{uri!r} has a key without value in its path"
        elif not _in_order(names):
            fault = f"{uri!r} has qualifiers of another key than ({names[0]}), or in wrong order"
        else:
            values = [_unquoted(uri, value) for value in rest[1::2]]
            return [(name, _padded(name, value)) for name, value in zip(names, values, strict=True)]
    raise DigitalLinkInvalid(fault, value=uri)


def _in_order(names: Sequence[str]) -> bool:
    return any(
        [name for name in sequence if name in names[1:]] == names[1:]
        for sequence in QUALIFIERS[names[0]] or ((),)
    )


def _unquoted(uri: str, text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise DigitalLinkInvalid(f"{uri!r} is not percent-encoded UTF-8", value=uri) from error


def _padded(name: str, value: str) -> str:
    return value.zfill(14) if name == "01" and len(value) in _GTIN_LENGTHS else value


def _attributes(uri: str, query: str) -> dict[str, str]:
    attributes = {}
    for name, value in parse_qsl(query.replace(";", "&"), keep_blank_values=True):
        identifier = NAMES.get(name, name)
        if is_misplaced(identifier):
            raise DigitalLinkInvalid(
                f"{uri!r} has ({identifier}) in its query, where it may not stand", value=uri
            )
        if is_attribute(identifier):
            attributes[identifier] = value
    return attributes


def link_of(
    primary: tuple[str, str],
    qualifiers: dict[str, str],
    attributes: dict[str, str],
    *,
    strict: bool,
) -> DigitalLink:
    """The link of a primary key with its qualifiers and attributes, all in the right form.

    Raises:
        KeyInvalid: a wrong check digit, where ``strict``.
    """
    name, value = primary
    try:
        if name != "01":
            key = _simple_key(name, value, qualifiers)
            return DigitalLink(key, primary, qualifiers=qualifiers, attributes=attributes)
        product = vocabulary.product(value)
        batch = qualifiers.get("10") or attributes.get("10")
        lot = vocabulary.lot(value, batch) if batch else None
        unit = vocabulary.unit(value, qualifiers["21"]) if "21" in qualifiers else None
    except KeyInvalid:
        if strict:
            raise
        return DigitalLink(None, primary, qualifiers=qualifiers, attributes=attributes)
    key = None if "235" in qualifiers else unit or (lot if "10" in qualifiers else None) or product
    return DigitalLink(key, primary, product, lot, unit, qualifiers, attributes)


def _simple_key(name: str, value: str, qualifiers: Mapping[str, str]) -> Gs1Key | None:
    match name:
        case "00":
            return vocabulary.logistic_unit(value)
        case "402":
            return vocabulary.shipment("", gsin=value)
        case "414":
            return vocabulary.place(value, qualifiers.get("254", ""))
        case "417":
            return vocabulary.party(value)
    return None


def percent_encoded(value: str) -> str:
    """A value in the path of a canonical link: all but unreserved characters and ``'`` encoded."""
    return quote(value, safe="'")


_PATHS = {
    Kind.PRODUCT: ("/01/", ""),
    Kind.LOT: ("/01/", "/10/"),
    Kind.UNIT: ("/01/", "/21/"),
    Kind.LOGISTIC_UNIT: ("/00/", ""),
    Kind.SHIPMENT: ("/402/", ""),
    Kind.PLACE: ("/414/", "/254/"),
    Kind.PARTY: ("/417/", ""),
}


def path_of(key: Gs1Key) -> str:
    """A key as the path of a canonical Digital Link, percent-encoded.

    Raises:
        DigitalLinkInvalid: a shipment by own reference, which GS1 has no key for.
    """
    before, between = _PATHS[key.kind]
    if key.kind is Kind.SHIPMENT and key.extension:
        raise DigitalLinkInvalid(f"the shipment {key.extension!r} has no GSIN", value=key.extension)
    return before + key.digits + (between + percent_encoded(key.extension) if key.extension else "")


def uri_of(key: Gs1Key, stem: str = CANONICAL_STEM) -> str:
    """A key as a Digital Link under ``stem``: GS1's domain in documents, the brand's on labels."""
    return stem.rstrip("/") + path_of(key)

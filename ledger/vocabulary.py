"""The words of Lotmark as types: ids, amounts, roles, and the numbers that stand for EPCIS and CBV
words on chain.

An id on chain is 32 bytes and readable by eye: 1 byte kind, 8 bytes the numeric GS1 key, 20 bytes
the alphanumeric part (ASCII, zero padded on the right), 3 bytes zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag, StrEnum
from typing import NewType

from ledger.errors import KeyInvalid

Id = NewType("Id", bytes)
"""A packed id, 32 bytes."""
OrgId = NewType("OrgId", int)
"""Number of an organisation on chain, from 1; 0 means none."""
Amount = NewType("Amount", int)
"""A whole number of the smallest part of a product's unit, 1 to 2**63 - 1."""
DocumentHash = NewType("DocumentHash", bytes)
"""SHA-256 of a document's bytes, 32 bytes."""
Address = NewType("Address", bytes)
"""An Ethereum address, 20 bytes."""
Seconds = NewType("Seconds", int)
"""A point in time: seconds since 1970-01-01T00:00:00Z."""

MAX_AMOUNT = 2**63 - 1
NOTHING = Id(bytes(32))

_NUMERIC = slice(1, 9)
_ALPHANUMERIC = slice(9, 29)


class Kind(IntEnum):
    """What an id stands for; the number is the GS1 application identifier where one byte allows
    it.
    """

    PRODUCT = 0x01
    LOT = 0x0A
    UNIT = 0x15
    LOGISTIC_UNIT = 0x12
    SHIPMENT = 0x13
    PLACE = 0x41
    PARTY = 0x42


DIGITS = {
    Kind.PRODUCT: 14,
    Kind.LOT: 14,
    Kind.UNIT: 14,
    Kind.LOGISTIC_UNIT: 18,
    Kind.SHIPMENT: 17,
    Kind.PLACE: 13,
    Kind.PARTY: 13,
}
"""Length of the numeric GS1 key of each kind, check digit included (GS1 General Specifications,
section 3)."""

_NEEDS_ALPHANUMERIC = {Kind.LOT, Kind.UNIT}
_MAY_HAVE_ALPHANUMERIC = {Kind.LOT, Kind.UNIT, Kind.SHIPMENT, Kind.PLACE}


class Role(IntFlag):
    """What an organisation, or one of its keys, may do."""

    MAKER = 1
    CARRIER = 2
    RETAILER = 4
    CERTIFIER = 8
    AUDITOR = 16
    RELAYER = 32


ALL_ROLES = Role(63)


class Part(IntEnum):
    """The part a subject plays in a statement (EPCIS 2.0: epcList, parentID, childEPCs, input and
    output lists).
    """

    NONE = 0
    OBJECT = 1
    PARENT = 2
    CHILD = 3
    INPUT = 4
    OUTPUT = 5


class Action(IntEnum):
    """EPCIS 2.0, section 7.3.2."""

    NONE = 0
    ADD = 1
    OBSERVE = 2
    DELETE = 3


BIZ_STEPS = (
    "accepting arriving assembling collecting commissioning consigning creating_class_instance "
    "cycle_counting decommissioning departing destroying disassembling dispensing encoding "
    "entering_exiting holding inspecting installing killing loading other packing picking "
    "receiving removing repackaging repairing replacing reserving retail_selling sampling "
    "sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
    "unloading unpacking void_shipping"
).split()
"""CBV 2.0, section 7.1, in alphabetical order. The number on chain is the place in this list, from
1; 0 is none and 255 a private term, which stands in the document only."""

DISPOSITIONS = (
    "active available completeness_inferred completeness_verified conformant container_closed "
    "container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit "
    "inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement "
    "no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved "
    "retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable "
    "unknown"
).split()
"""CBV 2.0, section 7.2; numbered like the business steps."""

PRIVATE_TERM = 255


def _number(word: str | None, words: list[str]) -> int:
    if not word:
        return 0
    return words.index(word) + 1 if word in words else PRIVATE_TERM


def _word(number: int, words: list[str]) -> str:
    return words[number - 1] if 1 <= number <= len(words) else ""


def step_number(word: str | None) -> int:
    """Number of a business step's bare CBV word; 0 for none, 255 for a private term."""
    return _number(word, BIZ_STEPS)


def step_word(number: int) -> str:
    """The CBV word of a business step's number; empty for none and private terms."""
    return _word(number, BIZ_STEPS)


def disposition_number(word: str | None) -> int:
    """Number of a disposition's bare CBV word; 0 for none, 255 for a private term."""
    return _number(word, DISPOSITIONS)


def disposition_word(number: int) -> str:
    """The CBV word of a disposition's number; empty for none and private terms."""
    return _word(number, DISPOSITIONS)


class DisposeReason(IntEnum):
    """Why an amount left the world."""

    OTHER = 0
    DESTROYED = 1
    DAMAGED = 2
    EXPIRED = 3
    LOST = 4
    STOLEN = 5
    USED = 6
    SAMPLED = 7


class RejectReason(IntEnum):
    """Why an amount on its way was refused."""

    OTHER = 0
    SHORT = 1
    DAMAGED = 2
    EXPIRED = 3
    RECALLED = 4
    WRONG_ITEM = 5


class RevokeReason(IntEnum):
    """Why a certificate is good no more."""

    OTHER = 0
    WITHDRAWN = 1
    RULES_BROKEN = 2
    WRONG = 3
    REPLACED = 4


class VoidReason(IntEnum):
    """Why the code of a unit counts no more."""

    OTHER = 0
    PRINTED_WRONG = 1
    LOST = 2
    STOLEN = 3
    REVEALED = 4
    REPLACED = 5


class PartnerRight(IntFlag):
    """What an organisation may do in the loyalty programme of another."""

    EARN = 1
    REDEEM = 2


class AnchoredContent(IntEnum):
    """What the statements of an anchored list are. Never holdings, recalls or points."""

    OTHER = 0
    SENSOR_READINGS = 1
    SCANS = 2
    STATEMENTS = 3


class Verdict(StrEnum):
    """What a scan is answered with: the whole set. A code can be copied, so nothing is ever called
    genuine.
    """

    REGISTERED = "registered"
    SCANNED_BEFORE = "scanned_before"
    SOLD = "sold"
    EXPIRED = "expired"
    RECALLED = "recalled"
    UNKNOWN = "unknown"
    CANNOT_CHECK = "cannot_check"


def check_digit(digits: str) -> str:
    """The mod-10 check digit that follows ``digits`` (GS1 General Specifications, section
    7.9.1).
    """
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


@dataclass(frozen=True, order=True, slots=True)
class Gs1Key:
    """A GS1 key as people read it: kind, digits (full length, zero padded, check digit included),
    extension.

    Raises:
        KeyInvalid: wrong length, check digit or characters, or an extension the kind does not have.
    """

    kind: Kind
    digits: str
    extension: str = ""

    def __post_init__(self) -> None:
        own_reference = self.kind is Kind.SHIPMENT and not self.digits.strip("0")
        if own_reference:
            object.__setattr__(self, "digits", "0" * DIGITS[self.kind])
        else:
            self._require_digits()
        needed = own_reference or self.kind in _NEEDS_ALPHANUMERIC
        if needed and not self.extension:
            raise KeyInvalid(f"a {self.label} needs a lot, serial or reference", field=self.label)
        if self.extension:
            self._require_extension()

    def _require_digits(self) -> None:
        length = DIGITS[self.kind]
        if len(self.digits) != length or not (self.digits.isascii() and self.digits.isdigit()):
            raise KeyInvalid(
                f"{self.digits!r} is no key of a {self.label}: {length} digits are needed",
                field=self.label,
                value=self.digits,
                length=length,
            )
        right = check_digit(self.digits[:-1])
        if self.digits[-1] != right:
            raise KeyInvalid(
                f"{self.digits} has the check digit {self.digits[-1]}, right would be {right}",
                field=self.label,
                value=self.digits,
                right=right,
            )
        if not int(self.digits):
            raise KeyInvalid(f"a {self.label} is never zero", field=self.label, value=self.digits)

    def _require_extension(self) -> None:
        if self.kind not in _MAY_HAVE_ALPHANUMERIC:
            raise KeyInvalid(f"a {self.label} has no extension", field=self.label)
        if len(self.extension) > 20:
            raise KeyInvalid(
                f"{self.extension!r} is longer than the 20 characters that GS1 allows",
                field=self.label,
                value=self.extension,
                length=20,
            )
        wrong = sorted({c for c in self.extension if c not in CHARACTER_SET_82})
        if wrong:
            raise KeyInvalid(
                f"{self.extension!r} has characters outside GS1 character set 82: "
                f"{' '.join(wrong)}",
                field=self.label,
                value=self.extension,
            )

    @property
    def label(self) -> str:
        """The kind in words: ``lot``, ``logistic unit``."""
        return self.kind.name.lower().replace("_", " ")

    @property
    def id(self) -> Id:
        """The 32 bytes on chain."""
        return Id(
            bytes([self.kind])
            + int(self.digits).to_bytes(8, "big")
            + self.extension.encode("ascii").ljust(20, b"\0")
            + bytes(3)
        )

    @property
    def product(self) -> Gs1Key:
        """The product a lot or unit belongs to.

        Raises:
            KeyInvalid: for a key without GTIN.
        """
        return Gs1Key(Kind.PRODUCT, self.digits)

    def __str__(self) -> str:
        return f"{self.digits} {self.extension}".strip()


CHARACTER_SET_82 = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
"""GS1 General Specifications, figure 7.11-1."""


def key_of(packed: bytes) -> Gs1Key:
    """The key behind 32 bytes from the chain; the exact inverse of `Gs1Key.id`.

    Raises:
        KeyInvalid: not 32 bytes, unknown kind, wrong padding, check digit or character.
    """
    if len(packed) != 32 or any(packed[29:]):
        raise KeyInvalid("an id has 32 bytes, the last three zero", value=packed.hex())
    try:
        kind = Kind(packed[0])
        extension = packed[_ALPHANUMERIC].rstrip(b"\0").decode("ascii")
    except ValueError as error:
        raise KeyInvalid(f"no id of a known kind: {packed.hex()}", value=packed.hex()) from error
    return Gs1Key(kind, str(int.from_bytes(packed[_NUMERIC], "big")).zfill(DIGITS[kind]), extension)


def kind_of(packed: bytes) -> int:
    """The kind byte of a packed id, known or not."""
    return packed[0]


def is_item(packed: bytes) -> bool:
    """Whether a packed id is a lot or a serialised unit."""
    return packed[0] in (Kind.LOT, Kind.UNIT)


def product_of(item: bytes) -> Id:
    """The product's id of a lot's or unit's id."""
    return Id(bytes([Kind.PRODUCT]) + item[_NUMERIC] + bytes(23))


def line_order(item: bytes) -> tuple[bytes, bytes]:
    """Sort key of lines in acts: by numeric key, then by whole id, as the contract demands."""
    return item[_NUMERIC], item


def text_of(packed: bytes) -> str:
    """A packed id for people; its hex where it is malformed."""
    try:
        return str(key_of(packed))
    except KeyInvalid:
        return "0x" + packed.hex()


def product(gtin: str) -> Gs1Key:
    """A product by GTIN-8, -12, -13 or -14; shorter ones are padded with zeros.

    Raises:
        KeyInvalid: wrong length or check digit.
    """
    if len(gtin) not in (8, 12, 13, 14):
        raise KeyInvalid(
            f"{gtin!r} is no GTIN: 8, 12, 13 or 14 digits are needed", field="gtin", value=gtin
        )
    return Gs1Key(Kind.PRODUCT, gtin.zfill(14))


def lot(gtin: str, number: str) -> Gs1Key:
    """A lot by GTIN and lot number (AI 10)."""
    return Gs1Key(Kind.LOT, product(gtin).digits, number)


def unit(gtin: str, serial: str) -> Gs1Key:
    """A serialised unit by GTIN and serial (AI 21)."""
    return Gs1Key(Kind.UNIT, product(gtin).digits, serial)


def party(gln: str) -> Gs1Key:
    """A party by GLN (AI 417)."""
    return Gs1Key(Kind.PARTY, gln)


def place(gln: str, extension: str = "") -> Gs1Key:
    """A place by GLN (AI 414) and extension (AI 254)."""
    return Gs1Key(Kind.PLACE, gln, "" if extension == "0" else extension)


def logistic_unit(sscc: str) -> Gs1Key:
    """A logistic unit by SSCC (AI 00)."""
    return Gs1Key(Kind.LOGISTIC_UNIT, sscc)


def shipment(reference: str, gsin: str = "") -> Gs1Key:
    """A shipment by own reference, or by GSIN (AI 402)."""
    return Gs1Key(Kind.SHIPMENT, gsin or "0" * 17, "" if gsin else reference)

"""What Digital Links are made of: primary keys, their qualifiers and the attributes allowed beside
them.

Source: GS1 syntax dictionary and GS1 Digital Link URI syntax 1.6, as transcribed in our standards
reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledger.errors import DigitalLinkInvalid, KeyInvalid
from ledger.vocabulary import CHARACTER_SET_82, check_digit

CHARACTER_SET_39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""GS1 General Specifications, figure 7.11-2: component and part identifiers."""

_PAIR_DATA = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR_CHECK = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Format:
    """The value of an application identifier: so many digits, then at most ``text`` characters."""

    digits: int = 0
    checked: bool = False
    text: int = 0
    characters: frozenset[str] = CHARACTER_SET_82
    tail: int = 0  # digits after the check digit, for identifiers that have exactly so many
    pair: bool = False  # the text ends in an alphanumeric check pair

    def require(self, name: str, value: str, *, strict: bool = True) -> None:
        """Check a value.

        Raises:
            DigitalLinkInvalid: wrong length or characters.
            KeyInvalid: wrong check digit or pair, where ``strict``.
        """
        number, rest = value[: self.digits], value[self.digits :]
        if len(number) < self.digits or not (not number or (number.isascii() and number.isdigit())):
            raise DigitalLinkInvalid(
                f"{value!r} is no value of ({name}): it begins with {self.digits} digits",
                field=name,
                value=value,
            )
        self._require_rest(name, value, rest)
        if strict:
            self._require_check(name, value, number)

    def _require_rest(self, name: str, value: str, rest: str) -> None:
        if self.tail and not (len(rest) == self.tail and rest.isascii() and rest.isdigit()):
            raise DigitalLinkInvalid(
                f"{value!r} is no value of ({name}): {self.digits + self.tail} digits are needed",
                field=name,
                value=value,
            )
        if not self.tail and (len(rest) > self.text or (not self.digits and not rest)):
            raise DigitalLinkInvalid(
                f"{value!r} is no value of ({name}): at most {self.digits + self.text} characters",
                field=name,
                value=value,
            )
        wrong = sorted({character for character in rest if character not in self.characters})
        if wrong:
            raise DigitalLinkInvalid(
                f"{value!r} is no value of ({name}): characters {' '.join(wrong)} are not allowed",
                field=name,
                value=value,
            )

    def _require_check(self, name: str, value: str, number: str) -> None:
        if self.checked and number[-1] != (right := check_digit(number[:-1])):
            raise KeyInvalid(
                f"{value} has the check digit {number[-1]}, right would be {right}",
                field=name,
                value=value,
                right=right,
            )
        if self.pair and value[-2:] != (right := check_pair(value[:-2])):
            raise KeyInvalid(
                f"{value} has the check pair {value[-2:]}, right would be {right}",
                field=name,
                value=value,
                right=right,
            )


def check_pair(data: str) -> str:
    """The check pair of a global model number (GS1 General Specifications, section 7.9.5)."""
    total = 0
    for character, prime in zip(reversed(data), _primes(), strict=False):
        total += _PAIR_DATA.index(character) * prime
    return _PAIR_CHECK[total % 1021 >> 5] + _PAIR_CHECK[total % 1021 & 31]


def _primes() -> tuple[int, ...]:
    return 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83


_DIGITS = frozenset("0123456789")


def _key(
    digits: int, text: int = 0, *, tail: int = 0, characters: frozenset[str] = CHARACTER_SET_82
) -> Format:
    return Format(digits, checked=True, text=text, tail=tail, characters=characters)


FORMATS: dict[str, Format] = {
    "00": _key(18),
    "01": _key(14),
    "10": Format(text=20),
    "21": Format(text=20),
    "22": Format(text=20),
    "235": Format(text=28),
    "253": _key(13, 17),
    "254": Format(text=20),
    "255": _key(13, 12, characters=_DIGITS),
    "401": Format(text=30),
    "402": _key(17),
    "414": _key(13),
    "415": _key(13),
    "417": _key(13),
    "7040": Format(text=4),
    "8003": _key(14, 16),
    "8004": Format(text=30),
    "8006": _key(14, tail=4),
    "8010": Format(text=30, characters=CHARACTER_SET_39),
    "8011": Format(text=12, characters=_DIGITS),
    "8013": Format(text=25, pair=True),
    "8017": _key(18),
    "8018": _key(18),
    "8019": Format(text=10, characters=_DIGITS),
    "8020": Format(text=25),
}
"""Formats of primary keys and their qualifiers."""

QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": (),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": (),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""Primary keys, each with the sequences of qualifiers that may follow it, in this order."""

NAMES = {
    "sscc": "00", "gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "tpx": "235", "gdti": "253",
    "glnx": "254", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414", "payTo": "415",
    "party": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010", "cpsn": "8011",
    "gmn": "8013", "gsrnp": "8017", "gsrn": "8018", "srin": "8019", "refNo": "8020",
}  # fmt: skip
"""Convenience names of the first Digital Link standard: read, never written."""

_NOT_ATTRIBUTES = frozenset(
    "03 21 22 235 254 7040 7041 8011 8014 8019 8020 8040 8041 8042 8043 8200".split()
)
_ATTRIBUTES = re.compile(
    r"0[0-2]|1[0-3567]|20|24[0-3]|25[01]|253|255|30|3[1-6][0-9]{2}|37|39[0-5][0-9]|40[0-3]|41[0-7]|42[0-7]"
    r"|43[012][0-9]|433[0-3]|700[1-9]|701[01]|702[0-3]|703[0-9]|71[0-7]|723[0-9]|724[0-2]|725[0-9]"
    r"|800[1-9]|8010|801[2378]|8026|8030|811[0-2]|9[0-9]"
)


def is_attribute(identifier: str) -> bool:
    """Whether an application identifier may stand in a Digital Link's query."""
    return bool(_ATTRIBUTES.fullmatch(identifier)) and identifier not in _NOT_ATTRIBUTES


def is_misplaced(identifier: str) -> bool:
    """Whether an application identifier belongs into the path only, or nowhere in a link."""
    return identifier in _NOT_ATTRIBUTES

"""A member's card: 16 digits that nobody can guess or count through; the last checks the others.

Cards begin with 9, as no payment card does (ISO/IEC 7812: set aside for national use), then follow
14 random digits and the check digit of GS1 keys.
"""

from __future__ import annotations

import re
import secrets

from ledger.errors import InvalidInput
from ledger.vocabulary import check_digit

LENGTH = 16
_FIRST = "9"
_RANDOM_DIGITS = 14
_FORM = re.compile(rf"{_FIRST}\d{{{_RANDOM_DIGITS + 1}}}", re.ASCII)
_BETWEEN = str.maketrans("", "", " -\t\u00a0\u2009\u202f")


def new_card() -> str:
    """A fresh random card number."""
    digits = _FIRST + "".join(str(secrets.randbelow(10)) for _ in range(_RANDOM_DIGITS))
    return digits + check_digit(digits)


def read_card(text: str, field: str = "card") -> str:
    """The number of a card as people write it, with spaces or hyphens.

    Raises:
        InvalidInput: not 16 digits that begin with 9, or the check digit is wrong.
    """
    digits = text.translate(_BETWEEN)
    if not _FORM.fullmatch(digits) or check_digit(digits[:-1]) != digits[-1]:
        raise InvalidInput(f"{field}: this is no card number: a digit is wrong", field=field)
    return digits


def card_text(card: str) -> str:
    """A card's number in groups of four, for people."""
    return " ".join(card[i : i + 4] for i in range(0, len(card), 4))

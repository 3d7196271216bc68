"""The code that a member shows at the till: eight characters, good once and for a few minutes.

They are of Crockford's base 32 (`ledger.codes`): 40 random bits, enough for a code that staff of a
retailer may try only so often while it lives.
"""

from __future__ import annotations

from ledger.codes import ALPHABET
from ledger.errors import CodeInvalid

LENGTH = 8
LIFE = 600
"""Seconds a code is good for."""
_GROUP = 4
_READ_AS = {ord("O"): "0", ord("I"): "1", ord("L"): "1"} | dict.fromkeys(map(ord, "-‐‑–— "))


def redemption_code(random: bytes) -> str:
    """The code of eight or more random bytes, without what groups it."""
    return "".join(ALPHABET[byte & 31] for byte in random[:LENGTH])


def redemption_code_text(code: str) -> str:
    """A code as it is shown: two groups of four."""
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def read_redemption_code(text: str) -> str:
    """The one form of a code, however it was typed: in any case, with white space or hyphens, O for
    0, I and L for 1. So two ways to write a code are never two codes.

    Raises:
        CodeInvalid: not eight characters, or one that no code has.
    """
    plain = "".join(text.split()).upper().translate(_READ_AS)
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        raise CodeInvalid(f"a redemption code has {LENGTH} characters", field="code")
    return plain

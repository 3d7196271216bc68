"""What is printed on a pack beside its GTIN: a serial that nobody guesses, and a hidden code.

Both are written in Crockford's base 32: no I, L, O and U, so that nothing is mistaken for another.
A hidden code is 128 random bits and is never stored; twelve bits of a hash follow it in print, so
that a slip of the pen is told from a wrong code.
"""

from __future__ import annotations

import secrets

from ledger.errors import CodeInvalid
from ledger.hashing import sha256, tagged
from ledger.vocabulary import Id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""
SERIAL_LENGTH = 20
"""Characters of a serial: 100 bits."""
CODE_BYTES = 16
"""Bytes of a hidden code."""
CODE_LENGTH = 28
"""Characters of a hidden code in print, without what groups them: 128 bits and 12 of a hash."""
_GROUP = 4
_CHECK_BITS = 12
_PAIRING_LENGTH = 4
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": "", "-": "", "\t": "", "\n": ""})
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_OF_BYTE = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))


def new_serials(count: int) -> list[str]:
    """Serials that nobody can guess: 20 characters of Crockford's base 32, 100 bits."""
    length = SERIAL_LENGTH
    text = secrets.token_bytes(count * length).translate(_OF_BYTE).decode("ascii")
    return [text[i : i + length] for i in range(0, count * length, length)]


def new_codes(count: int) -> list[bytes]:
    """Hidden codes that nobody can guess: 16 random bytes each."""
    random = secrets.token_bytes(count * CODE_BYTES)
    return [random[i : i + CODE_BYTES] for i in range(0, len(random), CODE_BYTES)]


def code_text(code: bytes) -> str:
    """A hidden code as it is printed: seven groups of four characters, hyphens between."""
    text = _text(int.from_bytes(code, "big") << _CHECK_BITS | _check(code), CODE_LENGTH)
    return "-".join(text[i : i + _GROUP] for i in range(0, CODE_LENGTH, _GROUP))


def read_code(text: str) -> bytes:
    """The 16 bytes of a hidden code as a person types it: O is 0, I and L are 1, in any case, with
    or without hyphens and spaces.

    Raises:
        CodeInvalid: too short or too long, a character that no code has, or one mistaken.
    """
    plain = text.upper().translate(_READ_AS)
    if len(plain) != CODE_LENGTH:
        raise CodeInvalid(
            f"a hidden code has {CODE_LENGTH} characters, this one {len(plain)}",
            field="code", length=CODE_LENGTH, given=len(plain),
        )  # fmt: skip
    number = 0
    for character in plain:
        if character not in _VALUES:
            raise CodeInvalid(
                f"no hidden code has the character {character!r}", field="code", value=character
            )
        number = number << 5 | _VALUES[character]
    code = (number >> _CHECK_BITS).to_bytes(CODE_BYTES, "big")
    if number & (1 << _CHECK_BITS) - 1 != _check(code):
        raise CodeInvalid("a character of the hidden code is mistaken", field="code")
    return code


def pairing(unit: Id) -> str:
    """Four characters that are printed beside the outer code and on the hidden one, so that who
    sticks them on one pack sees that they belong together. They tell nothing of the hidden code.
    """
    bits = 5 * _PAIRING_LENGTH
    digest = sha256(tagged("pairing", unit))
    return _text(int.from_bytes(digest, "big") >> 8 * len(digest) - bits, _PAIRING_LENGTH)


def _check(code: bytes) -> int:
    return int.from_bytes(sha256(tagged("code check", code))[:2], "big") >> 16 - _CHECK_BITS


def _text(number: int, length: int) -> str:
    """An even number of characters, two at a time."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])

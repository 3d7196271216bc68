"""How members prove who they are: a password of their choice, or the secret on their card.

Passwords are kept as argon2id; the secret is 128 random bits, so that SHA-256 is enough. Whether a
card is unknown or the word is wrong takes as long and is answered the same.
"""

from __future__ import annotations

import hmac
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, select

from ledger.codes import CODE_BYTES, code_text, new_codes, read_code
from ledger.errors import InvalidInput
from ledger.hashing import sha256, tagged
from records.members.member import Member, find
from records.schema.members import members as t

SHORTEST, LONGEST = 10, 200
"""Characters of a password."""
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """What is kept of a password. Slow on purpose: not for within a transaction.

    Raises:
        InvalidInput: too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(
            f"password: {SHORTEST} to {LONGEST} characters are needed", field="password"
        )
    return _hasher.hash(password)


def new_secret(random: bytes | None = None) -> tuple[str, bytes]:
    """A secret as it is printed on a card, and what is kept of it; made of 16 ``random`` bytes,
    where they are given.
    """
    code = new_codes(1)[0] if random is None else random[:CODE_BYTES]
    return code_text(code), _digest(code)


def sign_in(connection: Connection, card: str, word: str) -> Member | None:
    """The member behind a card and its password or secret; None where there is no such member or
    the word is another: which of them is not told.
    """
    columns = (t.c.password_hash, t.c.secret_hash)
    row = connection.execute(select(*columns).where(t.c.card == card)).one_or_none()
    password_hash, secret_hash = row if row is not None else (None, None)
    fits = _is_password(word, password_hash) | _is_secret(word, secret_hash)
    return find(connection, card) if fits else None


def _is_password(word: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _nobodys(), word[:LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
    return kept is not None


def _is_secret(word: str, kept: bytes | None) -> bool:
    try:
        digest = _digest(read_code(word))
    except InvalidInput:
        return False
    return hmac.compare_digest(digest, kept or bytes(32))


@cache
def _nobodys() -> str:
    """A hash to compare with where there is none, so that it takes as long."""
    return _hasher.hash("nobody's")


def _digest(secret: bytes) -> bytes:
    return sha256(tagged("member secret", secret))

"""API keys: shown once, kept as SHA-256, revoked at once.

A secret is ``lotmark_``, 32 random bytes and their CRC-32, both in base 62. The checksum lets a
scanner for leaked secrets know one when it sees it. SHA-256 is enough for a secret of 256 bits;
slow hashes are for passwords.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger.errors import InvalidInput, NotAllowed, NotAuthenticated, NotFound
from ledger.vocabulary import OrgId, Seconds
from records.accounts import account
from records.schema import api_keys

PREFIX = "lotmark_"
LONGEST_LIFE = 365 * 86400
"""Seconds a key may live."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_DIGITS = 43
_CHECKSUM_DIGITS = 6
_SECRET = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM_DIGITS + _CHECKSUM_DIGITS}}}")
_SCOPE = re.compile(r"[a-z][a-z0-9_.:-]*")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a key may do and for whom; never the secret."""

    id: str
    org: OrgId
    scopes: frozenset[str]
    label: str
    created: Seconds
    expires: Seconds
    revoked: Seconds | None

    def require(self, scope: str) -> None:
        """Lets nobody by without the scope.

        Raises:
            NotAllowed: the key lacks it.
        """
        if scope not in self.scopes:
            raise NotAllowed(f"this API key has no scope {scope!r}", scope=scope)


def create(
    connection: Connection,
    org: OrgId,
    scopes: Iterable[str],
    *,
    label: str = "",
    lifetime: int = LONGEST_LIFE,
    now: Seconds | None = None,
) -> tuple[str, ApiKey]:
    """Makes a key: its secret, which nothing can show again, and what is kept.

    ``lifetime`` in seconds, at most a year.

    Raises:
        InvalidInput: no scope, a malformed one, or a lifetime out of range.
        NotFound: the organisation has no account here.
    """
    wanted = frozenset(scopes)
    if not wanted or not all(_SCOPE.fullmatch(scope) for scope in wanted):
        raise InvalidInput("a key needs scopes of small letters", field="scopes")
    if not 0 < lifetime <= LONGEST_LIFE:
        raise InvalidInput("a key lives at most 365 days", field="lifetime")
    account(connection, org)
    secret, created = _secret(), Seconds(int(time.time()) if now is None else now)
    values = {
        "id": secret[len(PREFIX) :][:12],
        "secret_hash": _hash(secret),
        "org": org,
        "scopes": " ".join(sorted(wanted)),
        "label": label,
        "created": created,
        "expires": created + lifetime,
    }
    connection.execute(insert(api_keys).values(**values))
    return secret, key(connection, str(values["id"]))


def authenticate(connection: Connection, secret: str, *, now: Seconds | None = None) -> ApiKey:
    """The key behind a secret.

    Raises:
        NotAuthenticated: malformed, unknown, expired or revoked; which of them is not told.
    """
    refused = NotAuthenticated("no valid API key")
    if not well_formed(secret):
        raise refused
    digest = _hash(secret)
    row = connection.execute(select(api_keys).where(api_keys.c.secret_hash == digest)).one_or_none()
    if row is None or not hmac.compare_digest(row.secret_hash, digest):
        raise refused
    present = int(time.time()) if now is None else now
    if row.revoked is not None or present >= row.expires:
        raise refused
    return _key(row)


def revoke(connection: Connection, key_id: str, *, now: Seconds | None = None) -> ApiKey:
    """Ends a key; again is harmless.

    Raises:
        NotFound: no such key.
    """
    present = int(time.time()) if now is None else now
    connection.execute(
        update(api_keys)
        .where(api_keys.c.id == key_id, api_keys.c.revoked.is_(None))
        .values(revoked=present)
    )
    return key(connection, key_id)


def key(connection: Connection, key_id: str) -> ApiKey:
    """A key by its id.

    Raises:
        NotFound: no such key.
    """
    row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).one_or_none()
    if row is None:
        raise NotFound(f"no API key has the id {key_id}", id=key_id)
    return _key(row)


def keys_of(connection: Connection, org: OrgId) -> list[ApiKey]:
    """Every key of an organisation, oldest first."""
    found = select(api_keys).where(api_keys.c.org == org)
    return [
        _key(row) for row in connection.execute(found.order_by(api_keys.c.created, api_keys.c.id))
    ]


def well_formed(secret: str) -> bool:
    """Whether a text is a secret of ours by form and checksum; says nothing of its validity."""
    if not _SECRET.fullmatch(secret):
        return False
    digits = secret[len(PREFIX) :]
    return digits[_RANDOM_DIGITS:] == _checksum(digits[:_RANDOM_DIGITS])


def _secret() -> str:
    random = _base62(int.from_bytes(secrets.token_bytes(32), "big"), _RANDOM_DIGITS)
    return PREFIX + random + _checksum(random)


def _checksum(digits: str) -> str:
    return _base62(zlib.crc32(digits.encode("ascii")), _CHECKSUM_DIGITS)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        org=OrgId(row.org),
        scopes=frozenset(row.scopes.split()),
        label=row.label,
        created=Seconds(row.created),
        expires=Seconds(row.expires),
        revoked=None if row.revoked is None else Seconds(row.revoked),
    )

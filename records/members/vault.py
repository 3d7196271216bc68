"""What is known of members as persons, and the keys that sign for them, under lock.

Each member has a data key of 32 random bytes; name, e-mail, phone and signing key are sealed with
it (AES-256-GCM). The data key itself is sealed with the key of the installation, a file beside its
keystores (`records.secret_files`). Whoever has only the database reads nothing; who destroys a data
key has destroyed all that it sealed, in every old copy, too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, select

from ledger.chain.signing import SigningKey
from ledger.errors import VaultClosed
from records.engine import insert_if_absent
from records.schema.members import vaults
from records.secret_files import secret

NAME = "members"
_KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Personal:
    """Who a member is; all of it may be missing."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of a member's secrets."""

    data_key: bytes
    personal: bytes
    signing_key: bytes


@dataclass(frozen=True)
class MembersVault:
    """Seals and opens; built with `open`."""

    _key: bytes = field(repr=False)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The vault whose key stands in this folder; it is made when there is none.

        Raises:
            SettingInvalid: the file can be read by others, or is not what was made.
        """
        return cls(secret(folder, NAME))

    def require(self, connection: Connection) -> None:
        """Lets nothing by that would be sealed with another key than all before it.

        Raises:
            VaultClosed: the key is another than the one that members are sealed with.
        """
        known = connection.scalar(select(vaults.c.fingerprint).where(vaults.c.name == NAME))
        if known is not None and not hmac.compare_digest(known, self._fingerprint):
            raise _closed()

    def adopt(self, connection: Connection) -> None:
        """The same; remembers the key where it is the first.

        Raises:
            VaultClosed: as `require`.
        """
        row = {"name": NAME, "fingerprint": self._fingerprint}
        insert_if_absent(connection, vaults, row, vaults.c.name)
        self.require(connection)

    def seal(self, card: str, personal: Personal, key: SigningKey) -> Sealed:
        """A new member's secrets under a data key of its own."""
        data_key = secrets.token_bytes(_KEY_BYTES)
        told = json.dumps(asdict(personal), ensure_ascii=False, sort_keys=True).encode()
        return Sealed(
            _seal(self._subkey("data keys"), card, "data key", data_key),
            _seal(data_key, card, "personal", told),
            _seal(data_key, card, "signing key", key.secret),
        )

    def personal(self, card: str, sealed: Sealed) -> Personal:
        """Who a member is.

        Raises:
            VaultClosed: the key does not open it.
        """
        told = _open(self._data_key(card, sealed), card, "personal", sealed.personal)
        return Personal(**json.loads(told))

    def signing_key(self, card: str, sealed: Sealed) -> SigningKey:
        """The key that signs for a member.

        Raises:
            VaultClosed: the key does not open it.
        """
        opened = _open(self._data_key(card, sealed), card, "signing key", sealed.signing_key)
        return SigningKey.of(opened)

    def mac_of(self, purpose: str, text: str) -> bytes:
        """A keyed hash: equal for equal texts, and worth nothing without the vault's key."""
        message = unicodedata.normalize("NFC", text).encode()
        return hmac.new(self._subkey(purpose), message, hashlib.sha256).digest()

    def email_mac(self, email: str | None) -> bytes | None:
        """What two spellings of one e-mail address share."""
        return self.mac_of("email", email.strip().casefold()) if email else None

    @property
    def _fingerprint(self) -> bytes:
        return self._subkey("fingerprint")

    def _data_key(self, card: str, sealed: Sealed) -> bytes:
        return _open(self._subkey("data keys"), card, "data key", sealed.data_key)

    def _subkey(self, purpose: str) -> bytes:
        info = f"lotmark/v1/members/{purpose}".encode()
        return HKDF(SHA256(), _KEY_BYTES, None, info).derive(self._key)


def _seal(key: bytes, card: str, what: str, data: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, _place(card, what))


def _open(key: bytes, card: str, what: str, sealed: bytes) -> bytes:
    nonce, data = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, data, _place(card, what))
    except (InvalidTag, ValueError) as error:
        raise _closed() from error


def _place(card: str, what: str) -> bytes:
    """Where something sealed belongs: moved elsewhere it does not open."""
    return f"lotmark/v1/members/{card}/{what}".encode()


def _closed() -> VaultClosed:
    return VaultClosed(
        "members cannot be read: keys/members.secret is not the key that they were sealed with; "
        "restore it from the backup that belongs to this database"
    )

"""Signing keys in encrypted files (keystore v3), one per address; the records know whose each is.

Without a password file the files are opened by a password that everyone knows: that is refused on
any chain but a development chain.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from eth_account import Account
from sqlalchemy import Connection, Engine, insert, select, update

from ledger.chain.signing import SigningKey
from ledger.errors import NotADevelopmentChain, NotFound, SettingInvalid
from ledger.settings import DEVELOPMENT_CHAINS, Settings
from ledger.vocabulary import Address, OrgId
from records.accounts import account
from records.engine import reading, writing
from records.schema import signing_keys

DEVELOPMENT_PASSWORD = "development"  # noqa: S105  # known to all, and refused elsewhere
SCRYPT_ROUNDS = 262_144
LIGHT_SCRYPT_ROUNDS = 1_024


class Keystore:
    """The signing keys of an installation. May be used from several threads."""

    def __init__(
        self, engine: Engine, folder: Path, chain_id: int, password: str | None = None
    ) -> None:
        """Keys under ``folder`` for use on one chain.

        Raises:
            NotADevelopmentChain: no password, and the chain is not a development chain.
        """
        self._development = password is None
        if self._development and chain_id not in DEVELOPMENT_CHAINS:
            raise NotADevelopmentChain(
                f"chain {chain_id} is no development chain: set a keystore password file",
                chain_id=chain_id,
            )
        self._engine = engine
        self._folder = folder
        self._password = DEVELOPMENT_PASSWORD if password is None else password
        self._opened: dict[Address, SigningKey] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, engine: Engine, chain_id: int) -> Keystore:
        """The keystore that the settings name.

        Raises:
            NotADevelopmentChain: no password file, and the chain is not a development chain.
            SettingInvalid: the password file cannot be read or is empty.
        """
        return cls(engine, settings.keys_dir, chain_id, _password(settings))

    def create(self, org: OrgId) -> SigningKey:
        """A new key for an organisation: the file first, then the record of it.

        Raises:
            NotFound: the organisation has no account here.
        """
        with reading(self._engine) as connection:
            account(connection, org)
        key = self.make()
        self.adopt(key, org)
        return key

    def make(self) -> SigningKey:
        """A new key that stands for nobody yet: of an office, or of an organisation that is to
        `adopt` it.
        """
        key = SigningKey.new()
        self._write(key)
        self._opened[key.address] = key
        return key

    def adopt(self, key: SigningKey, org: OrgId) -> None:
        """Lets an organisation sign with a key of this keystore from now on.

        Raises:
            NotFound: the organisation has no account here.
        """
        with writing(self._engine) as connection:
            account(connection, org)
            row = {"address": key.address, "org": org, "created": int(time.time())}
            connection.execute(insert(signing_keys).values(**row))

    def key_for(self, org: OrgId) -> SigningKey:
        """The key that an organisation signs with now.

        Raises:
            NotFound: it has none here.
        """
        with reading(self._engine) as connection:
            address = active_address(connection, org)
        if address is None:
            raise NotFound(f"organisation {org} has no signing key here", org=org)
        return self.key(address)

    def key(self, address: Address) -> SigningKey:
        """The key of an address.

        Raises:
            NotFound: there is no such file.
            NotADevelopmentChain: the file is of a development chain, and this is none.
            SettingInvalid: the password does not open the file.
        """
        with self._lock:
            if address not in self._opened:
                self._opened[address] = self._read(address)
            return self._opened[address]

    def retire(self, address: Address) -> None:
        """Signs nothing more with a key; what it has signed is still brought to its end."""
        with writing(self._engine) as connection:
            mine = signing_keys.c.address == address
            retired = {"retired": int(time.time())}
            connection.execute(update(signing_keys).where(mine).values(**retired))

    def _path(self, address: Address) -> Path:
        return self._folder / f"{address.hex()}.json"

    def _write(self, key: SigningKey) -> None:
        rounds = LIGHT_SCRYPT_ROUNDS if self._development else SCRYPT_ROUNDS
        document: dict[str, Any] = dict(
            Account.encrypt(key.secret, self._password, kdf="scrypt", iterations=rounds)
        )
        document["development"] = self._development
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self._path(key.address), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())

    def _read(self, address: Address) -> SigningKey:
        try:
            document = json.loads(self._path(address).read_text())
            of_development = document.pop("development", False)
        except FileNotFoundError as error:
            raise NotFound(f"no keystore of 0x{address.hex()} is here", address=address) from error
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise SettingInvalid(f"the keystore of 0x{address.hex()} cannot be read") from error
        if of_development and not self._development:
            raise NotADevelopmentChain("a development key is refused here", address=address)
        try:
            return SigningKey.of(bytes(Account.decrypt(document, self._password)))
        except (ValueError, LookupError, TypeError) as error:
            raise SettingInvalid(
                f"the password does not open the keystore of 0x{address.hex()}",
                field="keystore_password_file",
            ) from error


def active_address(connection: Connection, org: OrgId) -> Address | None:
    """The address that an organisation signs with: its newest key that is not retired."""
    query = select(signing_keys.c.address).where(
        signing_keys.c.org == org, signing_keys.c.retired.is_(None)
    )
    newest = query.order_by(signing_keys.c.created.desc(), signing_keys.c.address).limit(1)
    found = connection.scalar(newest)
    return None if found is None else Address(bytes(found))


def is_retired(connection: Connection, address: Address) -> bool:
    """Whether an address signs no more. Nobody retires it until the caller's transaction ends."""
    query = select(signing_keys.c.retired).where(signing_keys.c.address == address)
    return connection.scalar(query.with_for_update()) is not None


def retired_addresses(connection: Connection, org: OrgId) -> list[Address]:
    """The addresses that an organisation signs with no more, oldest first."""
    query = select(signing_keys.c.address).where(
        signing_keys.c.org == org, signing_keys.c.retired.is_not(None)
    )
    rows = connection.scalars(query.order_by(signing_keys.c.created, signing_keys.c.address))
    return [Address(bytes(each)) for each in rows]


def _password(settings: Settings) -> str | None:
    path = settings.keystore_password_file
    if path is None:
        return None
    try:
        password = path.read_text().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise SettingInvalid(f"{path} cannot be read", field="keystore_password_file") from error
    if not password:
        raise SettingInvalid(f"{path} is empty", field="keystore_password_file")
    return password

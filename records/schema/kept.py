"""Accounts and keys, documents and statements, the outbox and its sender."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from records.blob import Blob
from records.schema.metadata import Counted, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("org", BigInteger, primary_key=True, autoincrement=False),
    Column("gln", String(13), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("names", Text, nullable=False),  # name by language
    Column("created", BigInteger, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("address", Blob(20), primary_key=True),
    Column("org", ForeignKey(accounts.c.org), nullable=False, index=True),
    Column("created", BigInteger, nullable=False),
    Column("retired", BigInteger),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("secret_hash", Blob(32), nullable=False, unique=True),
    Column("org", ForeignKey(accounts.c.org), nullable=False, index=True),
    Column("scopes", Text, nullable=False),  # words with a space between them
    Column("label", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("revoked", BigInteger),
)

documents = Table(
    "documents",
    metadata,
    Column("hash", Blob(32), primary_key=True),  # SHA-256 of data
    Column("media_type", Text, nullable=False),
    Column("name", Text),  # the first name it came under
    Column("data", Blob, nullable=False),
    Column("created", BigInteger, nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("hash", Blob(32), primary_key=True),  # SHA-256 of the slice
    Column("org", BigInteger, primary_key=True, autoincrement=False),
    Column("document", ForeignKey(documents.c.hash), nullable=False, index=True),
    Column("start", BigInteger, nullable=False),  # where the slice begins in the document, in bytes
    Column("length", BigInteger, nullable=False),
    Column("pointer", Text, nullable=False),  # JSON pointer
    Column("event_id", Text),  # of an EPCIS event that has one
    Column("line", BigInteger, nullable=False),  # first line, from 1
    Column("created", BigInteger, nullable=False),
)

captures = Table(
    "captures",
    metadata,
    Column("org", ForeignKey(accounts.c.org), primary_key=True, autoincrement=False),
    Column("idempotency_key", String(255), primary_key=True),
    Column("request_hash", Blob(32), nullable=False),
    Column("created", BigInteger, nullable=False),
)

operation_numbers = Table(
    "operation_numbers",
    metadata,
    Column("org", ForeignKey(accounts.c.org), primary_key=True, autoincrement=False),
    Column("next", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Counted, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("org", ForeignKey(accounts.c.org), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("request_hash", Blob(32), nullable=False),
    Column("commands", Text, nullable=False),
    Column("fallback", Text),
    Column("statement", Blob(32)),
    Column("brought", Text),  # by `records.brought`; null: the organisation's own acts
    Column("needs", Text),  # ids of earlier operations that it waits for, with a space between
    Column("state", String(9), nullable=False),
    Column("reason_code", String(64)),
    Column("reason_values", Text),
    Column("first_reason_code", String(64)),
    Column("first_reason_values", Text),
    Column("attention", Text),
    Column("tries", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("settled", BigInteger),
    Column("tx", Blob(32)),
    Column("block", BigInteger),
    Column("block_hash", Blob(32)),
    UniqueConstraint("org", "idempotency_key"),
    UniqueConstraint("org", "number"),
    Index(None, "state", "org", "seq"),
    Index(None, "org", "seq"),
    Index(None, "state", "block"),
    sqlite_autoincrement=True,
)

senders = Table(
    "senders",
    metadata,
    Column("address", Blob(20), primary_key=True),
    Column("next_nonce", BigInteger, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("operation", ForeignKey(outbox.c.seq), index=True),  # null: a transaction to itself
    Column("sender", ForeignKey(senders.c.address), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("hash", Blob(32), nullable=False, unique=True),
    Column("raw", Blob, nullable=False),
    Column("gas", BigInteger, nullable=False),
    Column("max_fee", BigInteger, nullable=False),  # wei per gas
    Column("priority_fee", BigInteger, nullable=False),  # wei per gas
    Column("state", String(9), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("broadcast_ms", BigInteger),
    Column(
        "missing_since", BigInteger
    ),  # block at which the nonce was first seen to be used by another
    Index(None, "sender", "state", "nonce"),
    sqlite_autoincrement=True,
)

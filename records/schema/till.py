"""Receipts of sales and returns."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from records.blob import Blob
from records.schema.kept import accounts, outbox
from records.schema.metadata import Counted, metadata

till_requests = Table(
    "till_requests",
    metadata,
    Column("org", ForeignKey(accounts.c.org), primary_key=True, autoincrement=False),
    Column("idempotency_key", String(255), primary_key=True),
    Column("request_hash", Blob(32), nullable=False),
    Column("created", BigInteger, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    Column("seq", Counted, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),  # random: tells nothing, not even when
    Column("org", ForeignKey(accounts.c.org), nullable=False),
    Column("number", String(64), nullable=False),  # the till's own
    Column("kind", String(6), nullable=False),  # sale, return
    Column("reason", String(8)),  # of a return
    Column("sale", ForeignKey("receipts.id"), index=True),  # what a return takes back of
    Column("channel", String(6), nullable=False),  # store, online
    Column("site", String(13)),  # GLN
    Column("card", String(64), index=True),  # of a member; none once the member is forgotten
    Column("currency", String(3), nullable=False),  # ISO 4217
    Column("total", BigInteger, nullable=False),  # minor units
    Column("programme", BigInteger),
    Column("points", BigInteger, nullable=False),  # promised by a sale, taken back by a return
    Column("no_points", String(64)),  # why there are none, by the name of the refusal
    Column("chain_number", Blob(32), nullable=False, unique=True),  # random: stands for nobody
    Column("idempotency_key", String(255), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("undone", BigInteger),
    UniqueConstraint("org", "number"),
    Index(None, "org", "seq"),
    Index("ix_receipts_request", "org", "idempotency_key"),
    sqlite_autoincrement=True,
)

receipt_lines = Table(
    "receipt_lines",
    metadata,
    Column("receipt", ForeignKey(receipts.c.id), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("item", Blob(32), nullable=False, index=True),  # a lot or a serialised unit
    Column("issue", BigInteger),  # with index: a unit of the lot
    Column("unit_index", BigInteger),
    Column("unit", Blob(32)),  # the unit's own id
    Column("amount", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),  # minor units, of the whole line
    Column("points", BigInteger, nullable=False),
    Column("returned", BigInteger, nullable=False),  # of amount
    Column("of_line", Integer),  # of the sale, in a return
)

receipt_operations = Table(
    "receipt_operations",
    metadata,
    Column("receipt", ForeignKey(receipts.c.id), primary_key=True),
    Column("operation", ForeignKey(outbox.c.id), primary_key=True, index=True),
    Column("purpose", String(8), nullable=False),  # sale, award, return, clawback
)

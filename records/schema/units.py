"""Units that were prepared to be printed: what verification needs of them.

A *place* is a unit's number in its run, from 0. Neither serials nor hidden codes are kept.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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
from records.schema.kept import accounts, outbox
from records.schema.metadata import Counted, metadata

print_runs = Table(
    "print_runs",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("org", ForeignKey(accounts.c.org), nullable=False),
    Column("lot", Blob(32), nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("each", BigInteger, nullable=False),  # of the lot, in the smallest part of its unit
    Column("root", Blob(32), nullable=False),
    Column("codes", Boolean, nullable=False),  # whether its units have hidden codes
    Column("activation", String(8), nullable=False),
    Column("operation", ForeignKey(outbox.c.id), nullable=False, unique=True),
    Column("recipient", Text, nullable=False),  # age
    Column("replaces", ForeignKey("print_runs.id")),
    Column("replaced_first", BigInteger),  # place in the run that it replaces
    Column("replaced_count", BigInteger),
    Column("reason", Integer),  # `ledger.vocabulary.VoidReason`
    Column("created", BigInteger, nullable=False),
    Column("handing_out", BigInteger),  # since when its print file is being sent
    Column("handed_out", BigInteger),
    UniqueConstraint("lot", "root"),
    Index(None, "org", "created", "id"),
    Index(None, "replaces"),
)

unit_chunks = Table(
    "unit_chunks",
    metadata,
    Column("run", ForeignKey(print_runs.c.id), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("root", Blob(32), nullable=False),
    Column("leaves", Blob, nullable=False),  # leaf hashes of 32 bytes
    Column("codes", Blob),  # addresses of 20 bytes
)

unit_lookups = Table(
    "unit_lookups",
    metadata,
    Column("key", Blob(16), primary_key=True),  # tagged SHA-256 of the unit's id, cut
    Column("run", ForeignKey(print_runs.c.id), nullable=False),
    Column("place", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

unit_activations = Table(
    "unit_activations",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("run", ForeignKey(print_runs.c.id), nullable=False),
    Column("first", BigInteger, nullable=False),  # place
    Column("count", BigInteger, nullable=False),
    Column("reference", Text, nullable=False),
    Column("operation", ForeignKey(outbox.c.id)),  # counts unless this is refused
    Column("created", BigInteger, nullable=False),
    Index(None, "run", "first"),
    sqlite_autoincrement=True,
)

"""What was read, and what it contradicts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, SmallInteger, Text

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

mention = table(
    "mention",
    part("subject", Blob),
    part("block", BigInteger),
    part("log_index", Integer),
    column("event", SmallInteger),
)
"""Which events name an id."""

raw_log = table(
    "raw_log",
    part("block", BigInteger),
    part("log_index", Integer),
    column("tx_index", Integer),
    column("topics", Blob),
    column("data", Blob),
)
"""The logs as they came: topics joined, data. The contract is that of the event."""

transaction = table(
    "transaction",
    part("block", BigInteger),
    part("tx_index", Integer),
    column("hash", Blob),
    Index("mirror_transaction_hash", "hash"),
)
"""Transactions with logs of ours."""

block_header = table(
    "block_header",
    part("block", BigInteger),
    column("hash", Blob),
    column("parent", Blob),
    column("time", BigInteger),
)
"""Headers of all blocks with logs of ours, of the ends of ranges, and of all that may still be
reorganised.
"""

event_head = table(
    "event_head",
    part("contract", Text),
    part("block", BigInteger),
    column("head", Blob),
)
"""A contract's journal (count, 8 bytes, and running hash, 24 bytes) after the last event of a
block.
"""

finding = table(
    "finding",
    part("block", BigInteger),
    part("log_index", Integer),
    part("number", Integer),
    column("kind", Text),
    column("severity", Text),
    column("org", BigInteger),
    column("statement", Blob),
    column("subject", Blob),
    column("values_json", Text),
    column("closed_block", BigInteger, null=True),
    column("closed_log_index", Integer, null=True),
    column("closed_by", Text, null=True),
    Index("mirror_finding_org", "org"),
    Index("mirror_finding_statement", "statement"),
    Index("mirror_finding_subject", "subject"),
    Index("mirror_finding_closed", "closed_block"),
)
"""`ledger.findings`; ``values_json`` has sorted keys."""

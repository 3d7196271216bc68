"""What the mirror keeps about itself."""

from __future__ import annotations

from sqlalchemy import BigInteger, SmallInteger, Text

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

undo = table(
    "undo",
    part("first", BigInteger),
    part("state", Text),
    part("key", Blob),
    column("last", BigInteger),
    column("rows", Blob, null=True),
)
"""What an entry of the state was before the range of blocks from ``first`` to ``last``."""

cursor = table(
    "cursor",
    part("one", SmallInteger),
    column("block", BigInteger),
    column("hash", Blob),
    column("time", BigInteger),
    column("fence", BigInteger),
    column("verified_block", BigInteger),
    column("final_block", BigInteger),
    column("head_block", BigInteger),
    column("undo_from", BigInteger),
    column("facts", BigInteger),
)
"""One row: how far the mirror is. Whoever writes must find the fence and hash that it left.

``undo`` reaches back to ``undo_from``.
"""

meta = table("meta", part("name", Text), column("value", Text))
"""What the mirror was made by and from: schema, catalogue and decoder digest, fingerprint of the
deployment.
"""

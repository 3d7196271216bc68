"""The log of scans as a stranger checks it: each head seals all before it.

A scan's *record* is a salted hash of what is kept of it, so that the details can be deleted while
the chain of heads stays whole. The heads are the leaves of an RFC 6962 tree whose root is anchored
(`ledger.vocabulary.AnchoredContent.SCANS`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.hashing import canonical, sha256, tagged

EMPTY_HEAD = bytes(32)
"""The head before the first entry."""
SALT_BYTES = 16


def record_of(salt: bytes, details: Mapping[str, object]) -> bytes:
    """What stands in the log for details: 32 bytes that say nothing without the salt."""
    return sha256(tagged("scan-record", salt + canonical(details)))


def next_head(head: bytes, seq: int, time: int, record: bytes) -> bytes:
    """The head after the entry ``seq`` (from 1), added at ``time`` (seconds since 1970)."""
    entry = {"record": record.hex(), "seq": seq, "time": time}
    return sha256(tagged("scan", head + canonical(entry)))

"""The state: certificates and anchors."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, SmallInteger

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

certificate = table(
    "certificate",
    part("org", BigInteger),
    part("subject", Blob),
    part("document", Blob),
    column("scheme", Blob),
    column("issued_at", BigInteger),
    column("valid_from", BigInteger),
    column("valid_to", BigInteger),
    column("revoked_at", BigInteger),
    column("reason", SmallInteger),
    Index("mirror_certificate_subject", "subject"),
)
anchor = table(
    "anchor",
    part("org", BigInteger),
    part("content", SmallInteger),
    column("root", Blob),
    column("size", BigInteger),
)

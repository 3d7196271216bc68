"""The state: what the registry knows."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, SmallInteger

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

organisation = table(
    "organisation",
    part("org", BigInteger),
    column("party", Blob),
    column("admin", Blob),
    column("roles", Integer),
    column("suspended", Boolean),
)
party = table("party", part("party", Blob), column("org", BigInteger))
place = table(
    "place",
    part("place", Blob),
    column("org", BigInteger),
    Index("mirror_place_org", "org"),
)
prefix = table(
    "prefix",
    part("length", SmallInteger),
    part("prefix", BigInteger),
    column("org", BigInteger),
    Index("mirror_prefix_org", "org"),
)
key = table(
    "key",
    part("key", Blob),
    column("org", BigInteger),
    column("roles", Integer),
    column("valid_from", BigInteger),
    column("valid_to", BigInteger),
    column("revoked", Boolean),
    Index("mirror_key_org", "org"),
)

pause = table("pause", part("what", SmallInteger), column("paused", Boolean))

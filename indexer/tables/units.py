"""The state: units. Words are 256 bits, big-endian."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

unit_lot = table(
    "unit_lot",
    part("lot", Blob),
    column("issues", BigInteger),
    column("next", BigInteger),
    column("covered", BigInteger),
)
unit_issue = table(
    "unit_issue",
    part("lot", Blob),
    part("issue", BigInteger),
    column("org", BigInteger),
    column("first", BigInteger),
    column("count", BigInteger),
    column("each", BigInteger),
    column("root", Blob),
    Index("mirror_unit_issue_org", "org"),
)
unit_word = table(
    "unit_word",
    part("lot", Blob),
    part("word", BigInteger),
    column("sold", Blob),
    column("returned", Blob),
    column("claimed", Blob),
    column("voided", Blob),
)
unit_seller = table(
    "unit_seller",
    part("lot", Blob),
    part("org", BigInteger),
    part("word", BigInteger),
    column("sold", Blob),
)

"""Scans, their hash chain, and what conflicts in them."""

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
from records.schema.metadata import Counted, metadata

scan_log = Table(
    "scan_log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("time", BigInteger, nullable=False),
    Column("record", Blob(32), nullable=False),  # hash of salt and details
    Column("head", Blob(32), nullable=False),
)

scan_head = Table(  # one row: who appends locks it
    "scan_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("head", Blob(32), nullable=False),
)

scan_details = Table(  # what retention deletes
    "scan_details",
    metadata,
    Column("seq", ForeignKey(scan_log.c.seq), primary_key=True, autoincrement=False),
    Column("salt", Blob(16), nullable=False),
    Column("subject", Blob(32), nullable=False),  # id of a unit or lot
    Column("kind", String(8), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("device", Blob(32)),  # the same for all codes of a day
    Column("visitor", Blob(32), unique=True),  # the same for this subject only, for ever
    Column("country", String(2)),  # ISO 3166-1
    Column("latitude", Integer),  # in half degrees
    Column("longitude", Integer),  # in half degrees
    Column("org", BigInteger),  # staff
    Column("site", Text),  # GLN and extension of a place, as staff name it
    Column("key_id", String(12)),  # API key of staff
    Index(None, "subject", "seq"),
    Index(None, "device", "seq"),
    Index(None, "org", "site", "seq"),
)

scan_subjects = Table(  # what outlives the details
    "scan_subjects",
    metadata,
    Column("subject", Blob(32), primary_key=True),
    Column("lot", Blob(32), index=True),  # of a unit, and who made it: once it was looked up
    Column("maker", BigInteger, index=True),
    Column("count", BigInteger, nullable=False),  # views by devices; staff is not counted
    Column("first_seq", BigInteger),  # of these views
    Column("first_time", BigInteger),
    Column("first_country", String(2)),
    Column("last_seq", BigInteger, nullable=False, index=True),
)

scan_forgettings = Table(  # entries of the log that say what was deleted by retention
    "scan_forgettings",
    metadata,
    Column("seq", ForeignKey(scan_log.c.seq), primary_key=True, autoincrement=False),
    Column("salt", Blob(16), nullable=False),
    Column("through", BigInteger, nullable=False),  # details up to this entry are gone
    Column("before", BigInteger, nullable=False),  # they were older than this
)

scan_tiles = Table(  # roots of whole subtrees of 256 heads: where the tree goes on from
    "scan_tiles",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("root", Blob(32), nullable=False),
)

scan_days = Table(  # keys of pseudonyms, destroyed two days later
    "scan_days",
    metadata,
    Column("day", BigInteger, primary_key=True, autoincrement=False),  # days since 1970
    Column("key", Blob(32), nullable=False),
)

scan_progress = Table(  # how far periodic work has come
    "scan_progress",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

scan_alerts = Table(
    "scan_alerts",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("subject", Blob(32), nullable=False),  # unit or lot, or a hash that stands for a device
    Column("kind", String(6), nullable=False),
    Column("rules", String(16), nullable=False),  # version
    Column("level", String(8), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("outcome", String(11)),  # the last of scan_outcomes
    UniqueConstraint("subject", "rules"),
    sqlite_autoincrement=True,
)

scan_alert_makers = Table(  # whose goods it is about, and who therefore sees it
    "scan_alert_makers",
    metadata,
    Column("alert", ForeignKey(scan_alerts.c.id), primary_key=True, autoincrement=False),
    Column("org", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "org", "alert"),
)

scan_outcomes = Table(  # only ever added to
    "scan_outcomes",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("alert", ForeignKey(scan_alerts.c.id), nullable=False, index=True),
    Column("outcome", String(11), nullable=False),
    Column("note", Text, nullable=False),
    Column("org", BigInteger, nullable=False),
    Column("by", Text, nullable=False),  # API key, or who wrote it on the command line
    Column("time", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

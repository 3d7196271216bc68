"""The state: programmes, and what members have in them. Points stand by quarter & 3."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, SmallInteger

from indexer.blob import Blob
from indexer.tables.schema import column, part, table

programme = table(
    "programme",
    part("programme", BigInteger),
    column("org", BigInteger),
    column("rules", Blob),
    column("budget", BigInteger),
    column("daily_cap", BigInteger),
    column("return_window", BigInteger),
    column("closed", Boolean),
    column("issued", BigInteger),
    column("today", BigInteger),
    column("issued_today", BigInteger),
    Index("mirror_programme_org", "org"),
)
partner = table(
    "partner",
    part("programme", BigInteger),
    part("partner", BigInteger),
    column("rights", SmallInteger),
    Index("mirror_partner_partner", "partner"),
)
opening = table(
    "opening",
    part("lot", Blob),
    part("issue", BigInteger),
    column("programme", BigInteger),
    column("points", BigInteger),
    column("closes", BigInteger),
    Index("mirror_opening_programme", "programme"),
)
earning = table(
    "earning",
    part("programme", BigInteger),
    part("earning", Blob),
    column("member", Blob),
    column("earned", BigInteger),
    column("points", BigInteger),
    column("available_from", BigInteger),
    column("settled", Boolean),
    column("compensated", Boolean),
    column("since", BigInteger),
    Index("mirror_earning_member", "programme", "member"),
    Index("mirror_earning_due", "settled", "available_from"),
)
account = table(
    "account",
    part("programme", BigInteger),
    part("member", Blob),
    column("points0", BigInteger),
    column("points1", BigInteger),
    column("points2", BigInteger),
    column("points3", BigInteger),
    column("owed", BigInteger),
    column("quarter", Integer),
)
redemption = table(
    "redemption",
    part("programme", BigInteger),
    part("member", Blob),
    part("redemption", Blob),
    column("org", BigInteger),
    column("taken0", BigInteger),
    column("taken1", BigInteger),
    column("taken2", BigInteger),
    column("taken3", BigInteger),
    column("quarter", Integer),
    column("cancelled", Boolean),
    column("since", BigInteger),
    Index("mirror_redemption_number", "redemption"),
)

"""Notices of recalls and what compensates for them; campaigns and referrals.

Cards of erased members are null.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
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
from records.schema.kept import accounts
from records.schema.members import members
from records.schema.metadata import Counted, metadata
from records.schema.till import receipts

told_recalls = Table(
    "told_recalls",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("item", Blob(32), nullable=False),
    Column("document", Blob(32), nullable=False),  # hash of what the recall says
    Column("org", BigInteger, nullable=False),  # who recalled
    Column("created", BigInteger, nullable=False),
    UniqueConstraint("item", "document"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("recall", ForeignKey(told_recalls.c.id), nullable=False),
    Column("card", ForeignKey(members.c.card), index=True),  # null: to an organisation
    Column("org", BigInteger),  # null: to a member
    Column("created", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),  # when it should be acknowledged
    Column("acknowledged", BigInteger),
    Column("acknowledged_by", String(16)),  # page, interface, command
    UniqueConstraint("recall", "card"),
    UniqueConstraint("recall", "org"),
    Index(None, "org", "id"),
    sqlite_autoincrement=True,
)

messages = Table(
    "messages",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("notice", ForeignKey(notices.c.id), nullable=False, unique=True),
    Column("card", ForeignKey(members.c.card), nullable=False, index=True),
    Column("language", String(35), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

compensations = Table(
    "compensations",
    metadata,
    Column("receipt", ForeignKey(receipts.c.id), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("item", Blob(32), nullable=False, index=True),  # that was recalled
    Column("org", BigInteger, nullable=False),  # who awards
    Column("programme", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("number", Blob(32), nullable=False, unique=True),  # of the award on chain: random
    Column("operation", String(64), nullable=False, index=True),
    Column("created", BigInteger, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("org", ForeignKey(accounts.c.org), nullable=False, index=True),
    Column("programme", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("segment", Text, nullable=False),  # JSON
    Column("bonus", Text, nullable=False),  # JSON
    Column("control", Integer, nullable=False),  # share of the control group, of 10,000
    Column("budget", BigInteger, nullable=False),  # points
    Column("spent", BigInteger, nullable=False),  # points
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("stopped", BigInteger),
    Column("created", BigInteger, nullable=False),
    CheckConstraint("spent <= budget", name="within_budget"),
    Index(None, "programme", "ends"),
    sqlite_autoincrement=True,
)

campaign_awards = Table(
    "campaign_awards",
    metadata,
    Column("campaign", ForeignKey(campaigns.c.id), primary_key=True, autoincrement=False),
    Column("receipt", ForeignKey(receipts.c.id), primary_key=True, index=True),
    Column("points", BigInteger, nullable=False),
    Column("taken_back", BigInteger, nullable=False),  # of points
    Column("number", Blob(32), nullable=False, unique=True),  # of the award on chain: random
    Column("created", BigInteger, nullable=False),
)

referrals = Table(
    "referrals",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("newcomer", ForeignKey(members.c.card), unique=True),
    Column("referrer", ForeignKey(members.c.card)),
    Column("created", BigInteger, nullable=False),
    Column("programme", BigInteger),  # that rewards it
    Column("receipt", ForeignKey(receipts.c.id)),  # the purchase that it is rewarded for
    Column("rewarded", BigInteger),
    Column("referrer_number", Blob(32), nullable=False, unique=True),  # of the award on chain
    Column("newcomer_number", Blob(32), nullable=False, unique=True),
    Column("operation", String(64)),
    Index(None, "rewarded", "id"),
    Index(None, "referrer", "rewarded"),
    sqlite_autoincrement=True,
)

refused_referrals = Table(
    "refused_referrals",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("newcomer", ForeignKey(members.c.card), index=True),
    Column("referrer", ForeignKey(members.c.card), index=True),
    Column("reason", String(24), nullable=False),  # of `insights.referrals`
    Column("created", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

request_answers = Table(
    "request_answers",
    metadata,
    Column("org", ForeignKey(accounts.c.org), primary_key=True, autoincrement=False),
    Column("idempotency_key", String(255), primary_key=True),
    Column("request_hash", Blob(32), nullable=False),
    Column("answer", Text, nullable=False),  # JSON
    Column("created", BigInteger, nullable=False),
)
"""What requests that perform nothing on chain were answered, so that a repeat hears the same."""

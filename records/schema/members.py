"""Members: who takes part in loyalty programmes, their claims and redemption codes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, text

from records.blob import Blob
from records.schema.metadata import Counted, metadata

vaults = Table(
    "vaults",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("fingerprint", Blob(32), nullable=False),  # of the key that all below are wrapped with
)

members = Table(
    "members",
    metadata,
    Column("card", String(16), primary_key=True),
    # All below but the dates is null once the member is erased: what stays says that this card is
    # no more.
    Column("address", Blob(20), unique=True),
    Column("data_key", Blob),  # wrapped
    Column("personal", Blob),  # name, e-mail, phone: JSON, sealed under the data key
    Column("signing_key", Blob),  # sealed under the data key
    Column("email_mac", Blob(32), index=True),
    Column("password_hash", Text),  # argon2
    Column("secret_hash", Blob(32)),  # SHA-256 of the secret that is printed on the card
    Column("language", String(35)),
    Column("channel", String(6)),
    Column("org", BigInteger),  # who took the member in; null: by our own page
    Column("referred_by", String(16), index=True),  # the card of who brought the member
    Column("joined", BigInteger, nullable=False),
    Column("erased", BigInteger),
)

member_consents = Table(
    "member_consents",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("card", ForeignKey(members.c.card), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index(None, "card", "purpose", "id"),
    sqlite_autoincrement=True,
)

member_devices = Table(
    "member_devices",
    metadata,
    Column("card", ForeignKey(members.c.card), primary_key=True),
    Column("device", Blob(32), primary_key=True),  # keyed hash of what its cookie says
    Column("since", BigInteger, nullable=False),
)

member_messages = Table(
    "member_messages",
    metadata,
    Column("id", Counted, primary_key=True),
    Column("card", ForeignKey(members.c.card), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("created", BigInteger, nullable=False),
    Index(None, "card", "id"),
    sqlite_autoincrement=True,
)

claims = Table(
    "claims",
    metadata,
    Column("lot", Blob(32), primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("card", ForeignKey(members.c.card), index=True),  # null: the member is erased
    Column("programme", BigInteger, nullable=False),
    Column("channel", String(6), nullable=False),
    Column("operation", String(64), index=True),  # that claims the points on chain
    Column("settled", Boolean, nullable=False),  # the operation is final
    Column("created", BigInteger, nullable=False),
    Index(None, "settled", "created"),
)

redemption_codes = Table(
    "redemption_codes",
    metadata,
    Column("number", Blob(32), primary_key=True),  # of the redemption on chain
    Column("card", ForeignKey(members.c.card)),  # null: the member is erased
    Column("code_mac", Blob(32), nullable=False, unique=True),  # keyed hash
    Column("programme", BigInteger, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("state", String(9), nullable=False),  # open, used, cancelled
    Column("channel", String(6)),  # where it was used
    Column("org", BigInteger),  # who confirmed it
    Column("key_id", String(12)),  # with which API key
    Column("operation", String(64), index=True),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    # One open code at a time.
    Index(
        "ix_redemption_codes_open",
        "card",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(None, "card", "created"),
)

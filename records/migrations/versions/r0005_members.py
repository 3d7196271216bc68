"""Members, claims, redemption codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "vaults",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_vaults")),
    )
    _members()
    _of_members()
    _claims()
    _redemption_codes()


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("card", sa.String(length=16), nullable=False),
        sa.Column("address", sa.LargeBinary(length=20)),
        sa.Column("data_key", sa.LargeBinary()),
        sa.Column("personal", sa.LargeBinary()),
        sa.Column("signing_key", sa.LargeBinary()),
        sa.Column("email_mac", sa.LargeBinary(length=32)),
        sa.Column("password_hash", sa.Text()),
        sa.Column("secret_hash", sa.LargeBinary(length=32)),
        sa.Column("language", sa.String(length=35)),
        sa.Column("channel", sa.String(length=6)),
        sa.Column("org", sa.BigInteger()),
        sa.Column("referred_by", sa.String(length=16)),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.BigInteger()),
        sa.PrimaryKeyConstraint("card", name=op.f("pk_members")),
        sa.UniqueConstraint("address", name=op.f("uq_members_address")),
    )
    for column in ("email_mac", "referred_by"):
        op.create_index(op.f(f"ix_members_{column}"), "members", [column])


def _of_members() -> None:
    op.create_table(
        "member_consents",
        sa.Column("id", _COUNTED, nullable=False),
        sa.Column("card", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_member_consents_card")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_consents")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_member_consents_card_purpose_id"), "member_consents", ["card", "purpose", "id"]
    )
    op.create_table(
        "member_devices",
        sa.Column("card", sa.String(length=16), nullable=False),
        sa.Column("device", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_member_devices_card")),
        sa.PrimaryKeyConstraint("card", "device", name=op.f("pk_member_devices")),
    )
    op.create_table(
        "member_messages",
        sa.Column("id", _COUNTED, nullable=False),
        sa.Column("card", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_member_messages_card")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_member_messages_card_id"), "member_messages", ["card", "id"])


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("lot", sa.LargeBinary(length=32), nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("card", sa.String(length=16)),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=6), nullable=False),
        sa.Column("operation", sa.String(length=64)),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_claims_card")),
        sa.PrimaryKeyConstraint("lot", "index", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_card"), "claims", ["card"])
    op.create_index(op.f("ix_claims_operation"), "claims", ["operation"])
    op.create_index(op.f("ix_claims_settled_created"), "claims", ["settled", "created"])


def _redemption_codes() -> None:
    op.create_table(
        "redemption_codes",
        sa.Column("number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("card", sa.String(length=16)),
        sa.Column("code_mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("channel", sa.String(length=6)),
        sa.Column("org", sa.BigInteger()),
        sa.Column("key_id", sa.String(length=12)),
        sa.Column("operation", sa.String(length=64)),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_redemption_codes_card")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_redemption_codes")),
        sa.UniqueConstraint("code_mac", name=op.f("uq_redemption_codes_code_mac")),
    )
    op.create_index(op.f("ix_redemption_codes_operation"), "redemption_codes", ["operation"])
    op.create_index(
        op.f("ix_redemption_codes_card_created"), "redemption_codes", ["card", "created"]
    )
    op.create_index(
        "ix_redemption_codes_open",
        "redemption_codes",
        ["card"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    for name in (
        "redemption_codes", "claims", "member_messages", "member_devices", "member_consents",
        "members", "vaults",
    ):  # fmt: skip
        op.drop_table(name)

"""Campaigns, referrals and notices of recalls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    "told_recalls",
    "notices",
    "messages",
    "compensations",
    "campaigns",
    "campaign_awards",
    "referrals",
    "refused_referrals",
    "request_answers",
)


def _counted() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "told_recalls",
        sa.Column("id", _counted(), nullable=False),
        sa.Column("item", sa.LargeBinary(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(length=32), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_recalls")),
        sa.UniqueConstraint("item", "document", name=op.f("uq_told_recalls_item_document")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notices",
        sa.Column("id", _counted(), nullable=False),
        sa.Column("recall", _counted(), nullable=False),
        sa.Column("card", sa.String(length=16), nullable=True),
        sa.Column("org", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_notices_card")),
        sa.ForeignKeyConstraint(["recall"], ["told_recalls.id"], name=op.f("fk_notices_recall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("recall", "card", name=op.f("uq_notices_recall_card")),
        sa.UniqueConstraint("recall", "org", name=op.f("uq_notices_recall_org")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notices_card"), "notices", ["card"], unique=False)
    op.create_index(op.f("ix_notices_org_id"), "notices", ["org", "id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", _counted(), nullable=False),
        sa.Column("notice", _counted(), nullable=False),
        sa.Column("card", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["members.card"], name=op.f("fk_messages_card")),
        sa.ForeignKeyConstraint(["notice"], ["notices.id"], name=op.f("fk_messages_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("notice", name=op.f("uq_messages_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_messages_card"), "messages", ["card"], unique=False)
    op.create_table(
        "compensations",
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.LargeBinary(length=32), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipts.id"], name=op.f("fk_compensations_receipt")
        ),
        sa.PrimaryKeyConstraint("receipt", "line", name=op.f("pk_compensations")),
        sa.UniqueConstraint("number", name=op.f("uq_compensations_number")),
    )
    op.create_index(op.f("ix_compensations_item"), "compensations", ["item"], unique=False)
    op.create_index(
        op.f("ix_compensations_operation"), "compensations", ["operation"], unique=False
    )
    op.create_table(
        "campaigns",
        sa.Column("id", _counted(), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("bonus", sa.Text(), nullable=False),
        sa.Column("control", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("stopped", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent <= budget", name="within_budget"),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_campaigns_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_campaigns_org"), "campaigns", ["org"], unique=False)
    op.create_index(
        op.f("ix_campaigns_programme_ends"), "campaigns", ["programme", "ends"], unique=False
    )
    op.create_table(
        "campaign_awards",
        sa.Column("campaign", _counted(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("taken_back", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaigns.id"], name=op.f("fk_campaign_awards_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipts.id"], name=op.f("fk_campaign_awards_receipt")
        ),
        sa.PrimaryKeyConstraint("campaign", "receipt", name=op.f("pk_campaign_awards")),
        sa.UniqueConstraint("number", name=op.f("uq_campaign_awards_number")),
    )
    op.create_index(
        op.f("ix_campaign_awards_receipt"), "campaign_awards", ["receipt"], unique=False
    )
    op.create_table(
        "referrals",
        sa.Column("id", _counted(), nullable=False),
        sa.Column("newcomer", sa.String(length=16), nullable=True),
        sa.Column("referrer", sa.String(length=16), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=True),
        sa.Column("receipt", sa.String(length=32), nullable=True),
        sa.Column("rewarded", sa.BigInteger(), nullable=True),
        sa.Column("referrer_number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("newcomer_number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["newcomer"], ["members.card"], name=op.f("fk_referrals_newcomer")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_referrals_receipt")),
        sa.ForeignKeyConstraint(["referrer"], ["members.card"], name=op.f("fk_referrals_referrer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint("newcomer", name=op.f("uq_referrals_newcomer")),
        sa.UniqueConstraint("referrer_number", name=op.f("uq_referrals_referrer_number")),
        sa.UniqueConstraint("newcomer_number", name=op.f("uq_referrals_newcomer_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_referrals_referrer_rewarded"), "referrals", ["referrer", "rewarded"], unique=False
    )
    op.create_index(op.f("ix_referrals_rewarded_id"), "referrals", ["rewarded", "id"], unique=False)
    op.create_table(
        "refused_referrals",
        sa.Column("id", _counted(), nullable=False),
        sa.Column("newcomer", sa.String(length=16), nullable=True),
        sa.Column("referrer", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["newcomer"], ["members.card"], name=op.f("fk_refused_referrals_newcomer")
        ),
        sa.ForeignKeyConstraint(
            ["referrer"], ["members.card"], name=op.f("fk_refused_referrals_referrer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_referrals")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_refused_referrals_newcomer"), "refused_referrals", ["newcomer"], unique=False
    )
    op.create_index(
        op.f("ix_refused_referrals_referrer"), "refused_referrals", ["referrer"], unique=False
    )
    op.create_table(
        "request_answers",
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_request_answers_org")),
        sa.PrimaryKeyConstraint("org", "idempotency_key", name=op.f("pk_request_answers")),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)

"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gln", sa.String(length=13), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org", name=op.f("pk_accounts")),
        sa.UniqueConstraint("gln", name=op.f("uq_accounts_gln")),
    )
    op.create_table(
        "documents",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_documents")),
    )
    op.create_table(
        "senders",
        sa.Column("address", sa.LargeBinary(length=20), nullable=False),
        sa.Column("next_nonce", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_senders")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_api_keys_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_keys_secret_hash")),
    )
    op.create_index(op.f("ix_api_keys_org"), "api_keys", ["org"], unique=False)
    op.create_table(
        "operation_numbers",
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_operation_numbers_org")),
        sa.PrimaryKeyConstraint("org", name=op.f("pk_operation_numbers")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("commands", sa.Text(), nullable=False),
        sa.Column("fallback", sa.Text(), nullable=True),
        sa.Column("statement", sa.LargeBinary(length=32), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason_values", sa.Text(), nullable=True),
        sa.Column("first_reason_code", sa.String(length=64), nullable=True),
        sa.Column("first_reason_values", sa.Text(), nullable=True),
        sa.Column("attention", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("tx", sa.LargeBinary(length=32), nullable=True),
        sa.Column("block", sa.BigInteger(), nullable=True),
        sa.Column("block_hash", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_outbox_org")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
        sa.UniqueConstraint("org", "idempotency_key", name=op.f("uq_outbox_org_idempotency_key")),
        sa.UniqueConstraint("org", "number", name=op.f("uq_outbox_org_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_org_seq"), "outbox", ["org", "seq"], unique=False)
    op.create_index(
        op.f("ix_outbox_state_org_seq"), "outbox", ["state", "org", "seq"], unique=False
    )
    op.create_table(
        "signing_keys",
        sa.Column("address", sa.LargeBinary(length=20), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_signing_keys_org")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_signing_keys")),
    )
    op.create_index(op.f("ix_signing_keys_org"), "signing_keys", ["org"], unique=False)
    op.create_table(
        "statements",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.LargeBinary(length=32), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text()),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["documents.hash"], name=op.f("fk_statements_document")
        ),
        sa.PrimaryKeyConstraint("hash", "org", name=op.f("pk_statements")),
    )
    op.create_index(op.f("ix_statements_document"), "statements", ["document"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender", sa.LargeBinary(length=20), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("gas", sa.BigInteger(), nullable=False),
        sa.Column("max_fee", sa.BigInteger(), nullable=False),
        sa.Column("priority_fee", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("broadcast_ms", sa.BigInteger(), nullable=True),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["operation"], ["outbox.seq"], name=op.f("fk_attempts_operation")),
        sa.ForeignKeyConstraint(["sender"], ["senders.address"], name=op.f("fk_attempts_sender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("hash", name=op.f("uq_attempts_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_attempts_operation"), "attempts", ["operation"], unique=False)
    op.create_index(
        op.f("ix_attempts_sender_state_nonce"),
        "attempts",
        ["sender", "state", "nonce"],
        unique=False,
    )


def downgrade() -> None:
    for table in (
        "attempts",
        "statements",
        "signing_keys",
        "outbox",
        "operation_numbers",
        "api_keys",
        "senders",
        "documents",
        "accounts",
    ):
        op.drop_table(table)

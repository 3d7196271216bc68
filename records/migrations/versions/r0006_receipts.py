"""Receipts of the till, and operations that wait for others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("needs", sa.Text()))
    op.create_index(op.f("ix_outbox_state_block"), "outbox", ["state", "block"])
    op.create_table(
        "till_requests",
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_till_requests_org")),
        sa.PrimaryKeyConstraint("org", "idempotency_key", name=op.f("pk_till_requests")),
    )
    _receipts()
    _lines()
    _operations()


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("seq", COUNTED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("reason", sa.String(length=8)),
        sa.Column("sale", sa.String(length=32)),
        sa.Column("channel", sa.String(length=6), nullable=False),
        sa.Column("site", sa.String(length=13)),
        sa.Column("card", sa.String(length=64)),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger()),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("no_points", sa.String(length=64)),
        sa.Column("chain_number", sa.LargeBinary(length=32), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.BigInteger()),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_receipts_org")),
        sa.ForeignKeyConstraint(["sale"], ["receipts.id"], name=op.f("fk_receipts_sale")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_receipts")),
        sa.UniqueConstraint("id", name=op.f("uq_receipts_id")),
        sa.UniqueConstraint("org", "number", name=op.f("uq_receipts_org_number")),
        sa.UniqueConstraint("chain_number", name=op.f("uq_receipts_chain_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_receipts_sale"), "receipts", ["sale"])
    op.create_index(op.f("ix_receipts_card"), "receipts", ["card"])
    op.create_index(op.f("ix_receipts_org_seq"), "receipts", ["org", "seq"])
    op.create_index("ix_receipts_request", "receipts", ["org", "idempotency_key"])


def _lines() -> None:
    op.create_table(
        "receipt_lines",
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issue", sa.BigInteger()),
        sa.Column("unit_index", sa.BigInteger()),
        sa.Column("unit", sa.LargeBinary(length=32)),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("of_line", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipts.id"], name=op.f("fk_receipt_lines_receipt")
        ),
        sa.PrimaryKeyConstraint("receipt", "line", name=op.f("pk_receipt_lines")),
    )
    op.create_index(op.f("ix_receipt_lines_item"), "receipt_lines", ["item"])


def _operations() -> None:
    op.create_table(
        "receipt_operations",
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipts.id"], name=op.f("fk_receipt_operations_receipt")
        ),
        sa.ForeignKeyConstraint(
            ["operation"], ["outbox.id"], name=op.f("fk_receipt_operations_operation")
        ),
        sa.PrimaryKeyConstraint("receipt", "operation", name=op.f("pk_receipt_operations")),
    )
    op.create_index(op.f("ix_receipt_operations_operation"), "receipt_operations", ["operation"])


def downgrade() -> None:
    for table in ("receipt_operations", "receipt_lines", "receipts", "till_requests"):
        op.drop_table(table)
    op.drop_index(op.f("ix_outbox_state_block"), "outbox")
    op.drop_column("outbox", "needs")

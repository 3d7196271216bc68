"""Units that were prepared to be printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_runs",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("each", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("codes", sa.Boolean(), nullable=False),
        sa.Column("activation", sa.String(length=8), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("replaces", sa.String(length=12), nullable=True),
        sa.Column("replaced_first", sa.BigInteger(), nullable=True),
        sa.Column("replaced_count", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("handing_out", sa.BigInteger(), nullable=True),
        sa.Column("handed_out", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_print_runs_org")),
        sa.ForeignKeyConstraint(["operation"], ["outbox.id"], name=op.f("fk_print_runs_operation")),
        sa.ForeignKeyConstraint(
            ["replaces"], ["print_runs.id"], name=op.f("fk_print_runs_replaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_runs")),
        sa.UniqueConstraint("operation", name=op.f("uq_print_runs_operation")),
        sa.UniqueConstraint("lot", "root", name=op.f("uq_print_runs_lot_root")),
    )
    op.create_index(
        op.f("ix_print_runs_org_created_id"), "print_runs", ["org", "created", "id"], unique=False
    )
    op.create_index(op.f("ix_print_runs_replaces"), "print_runs", ["replaces"], unique=False)
    op.create_table(
        "unit_chunks",
        sa.Column("run", sa.String(length=12), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["print_runs.id"], name=op.f("fk_unit_chunks_run")),
        sa.PrimaryKeyConstraint("run", "number", name=op.f("pk_unit_chunks")),
    )
    op.create_table(
        "unit_lookups",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("run", sa.String(length=12), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["print_runs.id"], name=op.f("fk_unit_lookups_run")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unit_lookups")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_activations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run", sa.String(length=12), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("operation", sa.String(length=64), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["print_runs.id"], name=op.f("fk_unit_activations_run")),
        sa.ForeignKeyConstraint(
            ["operation"], ["outbox.id"], name=op.f("fk_unit_activations_operation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_activations")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_unit_activations_run_first"), "unit_activations", ["run", "first"], unique=False
    )


def downgrade() -> None:
    op.drop_table("unit_activations")
    op.drop_table("unit_lookups")
    op.drop_table("unit_chunks")
    op.drop_table("print_runs")

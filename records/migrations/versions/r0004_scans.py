"""Scans and what conflicts in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scan_alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("rules", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=11), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_alerts")),
        sa.UniqueConstraint("subject", "rules", name=op.f("uq_scan_alerts_subject_rules")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "scan_days",
        sa.Column("day", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_scan_days")),
    )
    op.create_table(
        "scan_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_head")),
    )
    op.create_table(
        "scan_log",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(length=32), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_scan_log")),
    )
    op.create_table(
        "scan_progress",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scan_progress")),
    )
    op.create_table(
        "scan_subjects",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("lot", sa.LargeBinary(length=32), nullable=True),
        sa.Column("maker", sa.BigInteger(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=True),
        sa.Column("first_time", sa.BigInteger(), nullable=True),
        sa.Column("first_country", sa.String(length=2), nullable=True),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_scan_subjects")),
    )
    op.create_index(op.f("ix_scan_subjects_last_seq"), "scan_subjects", ["last_seq"], unique=False)
    op.create_index(op.f("ix_scan_subjects_lot"), "scan_subjects", ["lot"], unique=False)
    op.create_index(op.f("ix_scan_subjects_maker"), "scan_subjects", ["maker"], unique=False)
    op.create_table(
        "scan_tiles",
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_scan_tiles")),
    )
    op.create_table(
        "scan_alert_makers",
        sa.Column(
            "alert",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"], ["scan_alerts.id"], name=op.f("fk_scan_alert_makers_alert")
        ),
        sa.PrimaryKeyConstraint("alert", "org", name=op.f("pk_scan_alert_makers")),
    )
    op.create_index(
        op.f("ix_scan_alert_makers_org_alert"), "scan_alert_makers", ["org", "alert"], unique=False
    )
    op.create_table(
        "scan_details",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("device", sa.LargeBinary(length=32), nullable=True),
        sa.Column("visitor", sa.LargeBinary(length=32), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("latitude", sa.Integer(), nullable=True),
        sa.Column("longitude", sa.Integer(), nullable=True),
        sa.Column("org", sa.BigInteger(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("key_id", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["scan_log.seq"], name=op.f("fk_scan_details_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_scan_details")),
        sa.UniqueConstraint("visitor", name=op.f("uq_scan_details_visitor")),
    )
    op.create_index(
        op.f("ix_scan_details_device_seq"), "scan_details", ["device", "seq"], unique=False
    )
    op.create_index(
        op.f("ix_scan_details_org_site_seq"), "scan_details", ["org", "site", "seq"], unique=False
    )
    op.create_index(
        op.f("ix_scan_details_subject_seq"), "scan_details", ["subject", "seq"], unique=False
    )
    op.create_table(
        "scan_forgettings",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["scan_log.seq"], name=op.f("fk_scan_forgettings_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_scan_forgettings")),
    )
    op.create_table(
        "scan_outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(length=11), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("org", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["scan_alerts.id"], name=op.f("fk_scan_outcomes_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_outcomes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_scan_outcomes_alert"), "scan_outcomes", ["alert"], unique=False)
    head = sa.table("scan_head", sa.column("id"), sa.column("seq"), sa.column("head"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "head": bytes(32)}])


def downgrade() -> None:
    for table in (
        "scan_outcomes",
        "scan_forgettings",
        "scan_details",
        "scan_alert_makers",
        "scan_tiles",
        "scan_subjects",
        "scan_progress",
        "scan_log",
        "scan_head",
        "scan_days",
        "scan_alerts",
    ):
        op.drop_table(table)

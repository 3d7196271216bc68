"""Operations that others have signed, in the outbox of who brings them; and which requests brought
documents in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("brought", sa.Text()))
    op.create_table(
        "captures",
        sa.Column("org", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org"], ["accounts.org"], name=op.f("fk_captures_org")),
        sa.PrimaryKeyConstraint("org", "idempotency_key", name=op.f("pk_captures")),
    )


def downgrade() -> None:
    op.drop_table("captures")
    op.drop_column("outbox", "brought")

"""Operations that others have signed, in the outbox of who brings them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("brought", sa.Text()))


def downgrade() -> None:
    op.drop_column("outbox", "brought")

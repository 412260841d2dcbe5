"""Commitments that companies withdraw themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None

WITHDRAWAL = ("withdrawal_text", "withdrawal_hash", "withdrawer_name", "withdrawer_role")


def upgrade():
    with op.batch_alter_table("signed_paper") as table:
        for name in WITHDRAWAL:
            table.add_column(sa.Column(name, sa.Text(), nullable=True))


def downgrade():
    with op.batch_alter_table("signed_paper") as table:
        for name in reversed(WITHDRAWAL):
            table.drop_column(name)

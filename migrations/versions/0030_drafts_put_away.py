"""Drafts of groups that nobody works on any more are put away: out of the list, and found again."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("group_draft", sa.Column("is_put_away", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("group_draft") as table:
        table.alter_column("is_put_away", server_default=None)


def downgrade():
    op.drop_column("group_draft", "is_put_away")

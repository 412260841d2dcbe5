"""An answer of a company in a group remembers what it answered to: a day that moves asks for a new one."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("confirmation", sa.Column("answered_to", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    # Earlier answers were to what their company was told last, as far as anybody knows.
    op.execute("update confirmation set answered_to = told where answered_at is not null")
    with op.batch_alter_table("confirmation") as table:
        table.alter_column("answered_to", server_default=None)


def downgrade():
    op.drop_column("confirmation", "answered_to")

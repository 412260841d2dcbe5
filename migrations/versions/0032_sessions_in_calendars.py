"""Sessions have an identity of their own in calendars, and those that are taken away are remembered for them."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("course_session", sa.Column("uid", sa.Text(), nullable=False, server_default=""))
    op.add_column("cohort", sa.Column("called_off", sa.JSON(), nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    # Calendars know the sessions of earlier by their keys.
    op.execute("update course_session set uid = cast(id as text)")
    for table, column in (("course_session", "uid"), ("cohort", "called_off")):
        with op.batch_alter_table(table) as rows:
            rows.alter_column(column, server_default=None)


def downgrade():
    op.drop_column("cohort", "called_off")
    op.drop_column("course_session", "uid")

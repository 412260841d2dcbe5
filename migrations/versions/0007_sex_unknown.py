"""How many people of a need, of its part in a cohort and of its copy in a project have no sex recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("need", "cohort_need", "contribution")


def upgrade():
    for table in TABLES:
        op.add_column(table, sa.Column("unknown_sex", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    for table in TABLES:
        op.drop_column(table, "unknown_sex")

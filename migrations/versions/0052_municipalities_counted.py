"""An index of municipalities alone: the one that is in the order of lists takes twenty times the room to count by."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_company_municipality_code", "company", ["municipality_code"])


def downgrade():
    op.drop_index("ix_company_municipality_code", "company")

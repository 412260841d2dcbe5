"""When the register was asked, so that an installation asks no more often than it may."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "register_question",
        sa.Column("id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_question")),
    )
    op.create_index(op.f("ix_register_question_asked_at"), "register_question", ["asked_at"])


def downgrade():
    op.drop_table("register_question")

"""Which account at the sign-in service is whose."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "sign_on_account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_on_account_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_on_account")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_sign_on_account_issuer_subject")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_sign_on_account_user_id_issuer")),
    )


def downgrade():
    op.drop_table("sign_on_account")

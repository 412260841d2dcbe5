"""Views of lists that people save and share."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "saved_view",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "page",
            sa.Enum("foretag", "kontakter", "behov", name="listpage", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_saved_view_organisation_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_view_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_saved_view_page", ["organisation_id", "page"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("alter table saved_view enable row level security"))
        op.execute(sa.text("alter table saved_view force row level security"))
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        op.execute(sa.text(f"create policy own_rows on saved_view using {allowed} with check {allowed}"))


def downgrade():
    op.drop_table("saved_view")

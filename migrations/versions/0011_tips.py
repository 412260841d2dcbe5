"""Tips that anybody gives over an organisation's public form."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "tip_page",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tip_page_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_page")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_tip_page_organisation_id")),
        sa.UniqueConstraint("token", name=op.f("uq_tip_page_token")),
    )
    op.create_table(
        "tip_attempt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tip_attempt_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_attempt")),
    )
    op.create_index(op.f("ix_tip_attempt_address"), "tip_attempt", ["address"])
    op.create_index(op.f("ix_tip_attempt_organisation_id"), "tip_attempt", ["organisation_id"])
    op.create_table(
        "tip",
        sa.Column("id", KEY, nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("organisation_number", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("company_knows", sa.Boolean(), nullable=False),
        sa.Column("tipper_name", sa.Text(), nullable=True),
        sa.Column("tipper_reach", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("new", "taken", "dismissed", name="tipstate", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("company_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_tip_company_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tip_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip")),
    )
    op.create_index(op.f("ix_tip_company_id"), "tip", ["company_id"])
    op.create_index(op.f("ix_tip_organisation_id"), "tip", ["organisation_id"])
    op.create_index("ix_tip_state", "tip", ["organisation_id", "state"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("alter table tip enable row level security"))
        op.execute(sa.text("alter table tip force row level security"))
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        op.execute(sa.text(f"create policy own_rows on tip using {allowed} with check {allowed}"))


def downgrade():
    op.drop_table("tip")
    op.drop_table("tip_attempt")
    op.drop_table("tip_page")

"""Drafts of groups and their steps."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SCOPE = "(select current_setting('broker.scope', true))"
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "group_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_group_draft_made_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_group_draft_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_draft")),
    )
    op.create_index(op.f("ix_group_draft_organisation_id"), "group_draft", ["organisation_id"])
    op.create_table(
        "group_draft_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["group_draft.id"], name=op.f("fk_group_draft_step_draft_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_group_draft_step_made_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_group_draft_step_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_draft_step")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_group_draft_step_draft_id_number")),
    )
    op.create_index(op.f("ix_group_draft_step_draft_id"), "group_draft_step", ["draft_id"])
    op.create_index(op.f("ix_group_draft_step_organisation_id"), "group_draft_step", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id::text = {SCOPE})"
        for table in ("group_draft", "group_draft_step"):
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    op.drop_table("group_draft_step")
    op.drop_table("group_draft")

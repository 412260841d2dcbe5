"""Rounds in which companies were asked about a need."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "inquiry_round",
        sa.Column("id", KEY, nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("half_year", sa.Text(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_inquiry_round_asked_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_inquiry_round_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_round")),
    )
    op.create_index("ix_inquiry_round_topic", "inquiry_round", ["organisation_id", "topic_id", "asked_on"])
    op.create_table(
        "asked_company",
        sa.Column("id", KEY, nullable=False),
        sa.Column("round_id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("inquiry_id", KEY, nullable=True),
        sa.Column("task_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["inquiry_round.id"], name=op.f("fk_asked_company_round_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_asked_company_company_id")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_asked_company_inquiry_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_asked_company_task_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_asked_company_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_company")),
    )
    for column in ("round_id", "company_id", "inquiry_id", "task_id"):
        op.create_index(op.f(f"ix_asked_company_{column}"), "asked_company", [column])
    for table in ("inquiry_round", "asked_company"):
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        if op.get_bind().dialect.name == "postgresql":
            allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    op.drop_table("asked_company")
    op.drop_table("inquiry_round")

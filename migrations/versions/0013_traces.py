"""Agreements between two organisations on what they show each other, questions to colleagues, visits told of."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("proposed", "withdrawn", "declined", "accepted", "ended")


def upgrade():
    op.create_table(
        "agreement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("has_sole_traders", sa.Boolean(), nullable=False),
        sa.Column(
            "state", sa.Enum(*STATES, name="agreementstate", native_enum=False, length=60), nullable=False
        ),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposer_id", KEY, nullable=False),
        sa.Column("receiver_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposer_id"], ["organisation.id"], name=op.f("fk_agreement_proposer_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["organisation.id"], name=op.f("fk_agreement_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_proposer_id"), "agreement", ["proposer_id"])
    op.create_index(op.f("ix_agreement_receiver_id"), "agreement", ["receiver_id"])
    op.create_table(
        "trace_question",
        sa.Column("id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("receiver_id", KEY, nullable=False),
        sa.Column("colleague_id", KEY, nullable=True),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_trace_question_asked_by_id")),
        sa.ForeignKeyConstraint(["colleague_id"], ["user.id"], name=op.f("fk_trace_question_colleague_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_trace_question_company_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_trace_question_organisation_id")
        ),
        sa.ForeignKeyConstraint(["receiver_id"], ["organisation.id"], name=op.f("fk_trace_question_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace_question")),
    )
    op.create_index("ix_trace_question_asker", "trace_question", ["organisation_id", "asked_by_id", "asked_at"])
    op.create_index(op.f("ix_trace_question_company_id"), "trace_question", ["company_id"])
    op.create_index(op.f("ix_trace_question_organisation_id"), "trace_question", ["organisation_id"])
    op.create_table(
        "visit_notice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("other_task_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_visit_notice_organisation_id")),
        sa.ForeignKeyConstraint(["other_task_id"], ["task.id"], name=op.f("fk_visit_notice_other_task_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_visit_notice_owner_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_visit_notice_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_notice")),
        sa.UniqueConstraint(
            "task_id",
            "other_task_id",
            "month",
            "owner_id",
            name=op.f("uq_visit_notice_task_id_other_task_id_month_owner_id"),
        ),
    )
    op.create_index(op.f("ix_visit_notice_organisation_id"), "visit_notice", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        _protect("agreement", f"proposer_id::text = {SCOPE} or receiver_id::text = {SCOPE}")
        for table in ("trace_question", "visit_notice"):
            _protect(table, f"organisation_id::text = {SCOPE}")


def downgrade():
    op.drop_table("visit_notice")
    op.drop_table("trace_question")
    op.drop_table("agreement")


def _protect(table, rule):
    op.execute(sa.text(f"alter table {table} enable row level security"))
    op.execute(sa.text(f"alter table {table} force row level security"))
    allowed = f"({SCOPE} = '*' or {rule})"
    op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

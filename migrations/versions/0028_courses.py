"""How a cohort is taught: its offering, venue and sessions; confirmations, attendance and evaluations."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
MOMENT = sa.DateTime(timezone=True)
TABLES = ("course_session", "attendance", "confirmation", "evaluation", "evaluation_answer")


def upgrade():
    with op.batch_alter_table("cohort") as batch_op:
        batch_op.add_column(sa.Column("delivered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("offering_id", KEY, nullable=True))
        for name in ("venue", "address", "cost"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_cohort_offering_id"), "offering", ["offering_id"], ["id"])
    op.create_index(op.f("ix_cohort_offering_id"), "cohort", ["offering_id"])
    _add_sessions()
    _add_attendance()
    _add_confirmations()
    _add_evaluations()
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        if op.get_bind().dialect.name == "postgresql":
            allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    for table in reversed(TABLES):
        op.drop_table(table)
    # An earlier version knows no delivered cohorts; their needs have been met or ended.
    op.execute(sa.text("update cohort set status = 'formed' where status = 'delivered'"))
    op.drop_index(op.f("ix_cohort_offering_id"), "cohort")
    with op.batch_alter_table("cohort") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cohort_offering_id"), type_="foreignkey")
        for name in ("cost", "address", "venue", "offering_id", "delivered_on"):
            batch_op.drop_column(name)


def _columns(table, *references):
    return (
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, target in (*references, ("organisation_id", "organisation"))
        ),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _number(*names):
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _add_sessions():
    table = "course_session"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        *_number("break_minutes", "version"),
        *_columns(table, ("cohort_id", "cohort")),
        sa.UniqueConstraint("cohort_id", "day", "starts_at", name=op.f("uq_course_session_cohort_id_day_starts_at")),
    )


def _add_attendance():
    table = "attendance"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        *_number("women", "men", "unknown_sex", "women_minutes", "men_minutes", "unknown_minutes", "version"),
        *_columns(table, ("cohort_id", "cohort"), ("company_id", "company")),
    )
    _index(table, "cohort_id", "company_id")


def _link():
    return (
        sa.Column("id", KEY, nullable=False),
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
    )


def _add_confirmations():
    table = "confirmation"
    op.create_table(
        table,
        *_link(),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("takes_part", sa.Boolean(), nullable=True),
        *_number("women", "men", "unknown_sex", "version"),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("noted_by", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        *_columns(table, ("cohort_id", "cohort"), ("company_id", "company"), ("person_id", "person")),
        sa.UniqueConstraint("token", name=op.f("uq_confirmation_token")),
    )
    _index(table, "cohort_id", "company_id", "person_id")


def _add_evaluations():
    table = "evaluation"
    op.create_table(
        table,
        *_link(),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=False),
        *_number("version"),
        *_columns(table, ("cohort_id", "cohort"), ("company_id", "company"), ("person_id", "person")),
        sa.UniqueConstraint("token", name=op.f("uq_evaluation_token")),
    )
    _index(table, "cohort_id", "company_id", "person_id")
    table = "evaluation_answer"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("evaluation_id", KEY, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        *_columns(table, ("evaluation_id", "evaluation")),
    )
    _index(table, "evaluation_id")


def _index(table, *names):
    for name in names:
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])

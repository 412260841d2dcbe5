"""Links to the company's own form of needs, and the answers that wait to be confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
KIND = sa.Enum("company", "campaign", "organisation", name="inquirykind", native_enum=False, length=60)
STATE = sa.Enum("new", "confirmed", "rejected", name="answerstate", native_enum=False, length=60)
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    _add_inquiries()
    _add_answers()
    for table in ("inquiry", "inquiry_answer"):
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        op.create_index(op.f(f"ix_{table}_company_id"), table, ["company_id"])
        if op.get_bind().dialect.name == "postgresql":
            allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))
    with op.batch_alter_table("need") as batch_op:
        batch_op.add_column(sa.Column("answer_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_need_answer_id"), "inquiry_answer", ["answer_id"], ["id"])
    op.create_index(op.f("ix_need_answer_id"), "need", ["answer_id"])


def downgrade():
    op.drop_index(op.f("ix_need_answer_id"), "need")
    with op.batch_alter_table("need") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_need_answer_id"), type_="foreignkey")
        batch_op.drop_column("answer_id")
    op.drop_table("inquiry_answer")
    op.drop_table("inquiry")


def _add_inquiries():
    op.create_table(
        "inquiry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company_id", KEY, nullable=True),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("topic_ids", sa.JSON(), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_inquiry_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inquiry_person_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_inquiry_created_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_inquiry_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("token", name=op.f("uq_inquiry_token")),
    )
    op.create_index(op.f("ix_inquiry_person_id"), "inquiry", ["person_id"])


def _add_answers():
    table = "inquiry_answer"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("inquiry_id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=True),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("organisation_number", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("topic_ids", sa.JSON(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("unknown_sex", sa.Integer(), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("barriers", sa.JSON(), nullable=False),
        sa.Column("barrier_note", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_reach", sa.Text(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("state_at", MOMENT, nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f(f"fk_{table}_inquiry_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_inquiry_id"), table, ["inquiry_id"])
    op.create_index("ix_inquiry_answer_state", table, ["organisation_id", "state"])

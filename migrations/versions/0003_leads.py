"""Leads: what is offered to other organisations, and their own copies, behind the second wall."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
PRIVATE_TABLES = ["lead", "lead_offer", "received_lead"]


def upgrade():
    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=True),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum("consent", "own_task", "general_clause", name="leadground", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("ground_note", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("offered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_lead_company_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["user.id"], name=op.f("fk_lead_offered_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_lead_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "lead_offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receiver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "opened",
                "asked",
                "accepted",
                "declined",
                "returned",
                "revoked",
                name="offerstate",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "result",
            sa.Enum("need", "training", "nothing", name="leadresult", native_enum=False, length=60),
            nullable=True,
        ),
        sa.Column("result_note", sa.Text(), nullable=True),
        sa.Column("result_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_offer_lead_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_lead_offer_organisation_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["organisation.id"], name=op.f("fk_lead_offer_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_offer")),
    )
    with op.batch_alter_table("lead_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_offer_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_offer_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "received_lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=True),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum("consent", "own_task", "general_clause", name="leadground", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("ground_note", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "opened",
                "asked",
                "accepted",
                "declined",
                "returned",
                "revoked",
                name="offerstate",
                native_enum=False,
                length=60,
            ),
            nullable=False,
        ),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "result",
            sa.Enum("need", "training", "nothing", name="leadresult", native_enum=False, length=60),
            nullable=True,
        ),
        sa.Column("result_note", sa.Text(), nullable=True),
        sa.Column("result_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_received_lead_company_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["lead_offer.id"], name=op.f("fk_received_lead_offer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_received_lead_organisation_id")
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["organisation.id"], name=op.f("fk_received_lead_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_lead")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_received_lead_offer_id")),
    )
    with op.batch_alter_table("received_lead", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_lead_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_received_lead_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_received_lead_waiting", ["organisation_id", "state", "answer_by"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for table in PRIVATE_TABLES:
            _protect(table)


def _protect(table):
    op.execute(sa.text(f'alter table "{table}" enable row level security'))
    op.execute(sa.text(f'alter table "{table}" force row level security'))
    allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
    op.execute(sa.text(f'create policy "own_rows" on "{table}" using {allowed} with check {allowed}'))


def downgrade():
    with op.batch_alter_table("received_lead", schema=None) as batch_op:
        batch_op.drop_index("ix_received_lead_waiting")
        batch_op.drop_index(batch_op.f("ix_received_lead_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_received_lead_company_id"))

    op.drop_table("received_lead")
    with op.batch_alter_table("lead_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_offer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_lead_offer_lead_id"))

    op.drop_table("lead_offer")
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_lead_company_id"))

    op.drop_table("lead")

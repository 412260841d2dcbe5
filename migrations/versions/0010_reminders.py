"""How people want to be reminded of their tasks, and how often we talk to companies."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "reminder_choice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("shows_titles", sa.Boolean(), nullable=False),
        sa.Column("shows_companies", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reminder_choice_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_choice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_choice")),
        sa.UniqueConstraint("organisation_id", "user_id", name=op.f("uq_reminder_choice_organisation_id_user_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reminder_choice_token_hash")),
    )
    with op.batch_alter_table("reminder_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_choice_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_choice_user_id"), ["user_id"], unique=False)
    op.create_table(
        "contact_rule",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "new", "contacted", "active", "resting", "declined",
                name="engagementstatus", native_enum=False, length=60,
            ),
            nullable=True,
        ),
        sa.Column("tag", sa.Text(), nullable=True),
        sa.Column("least_employees", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_contact_rule_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_rule")),
    )
    with op.batch_alter_table("contact_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_rule_organisation_id"), ["organisation_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        for table in ("reminder_choice", "contact_rule"):
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    op.drop_table("contact_rule")
    op.drop_table("reminder_choice")

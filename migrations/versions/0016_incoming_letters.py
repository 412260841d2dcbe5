"""Private addresses for letters, the letters that come there, and who a logged letter says that it is from."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("waiting", "logged", "thrown")
TABLES = ("letter_address", "incoming_letter")


def upgrade():
    op.create_table(
        "letter_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_letter_address_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_letter_address_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_address")),
        sa.UniqueConstraint("organisation_id", "user_id", name=op.f("uq_letter_address_organisation_id_user_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_letter_address_secret_hash")),
    )
    op.create_table(
        "incoming_letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="letterstate", native_enum=False, length=60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_incoming_letter_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_incoming_letter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_letter")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", "key", name=op.f("uq_incoming_letter_organisation_id_user_id_key")
        ),
    )
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    op.create_index(op.f("ix_incoming_letter_received_at"), "incoming_letter", ["received_at"])
    op.create_index(op.f("ix_incoming_letter_content_hash"), "incoming_letter", ["content_hash"])
    op.create_index("ix_incoming_letter_waiting", "incoming_letter", ["organisation_id", "user_id", "state"])
    op.add_column("interaction", sa.Column("letter_from", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        for table in TABLES:
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    op.drop_column("interaction", "letter_from")
    op.drop_table("incoming_letter")
    op.drop_table("letter_address")

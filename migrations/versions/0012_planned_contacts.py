"""Contacts that are planned: tasks with a kind, a time and a length; contacts that were letters, and each person's latest."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = ("visit", "call", "email", "meeting", "digital_meeting", "event", "no_answer")


def upgrade():
    kind = sa.Enum(*KINDS, name="interactionkind", native_enum=False, length=60)
    op.add_column("task", sa.Column("kind", kind, nullable=True))
    op.add_column("task", sa.Column("starts_at", sa.Time(), nullable=True))
    op.add_column("task", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("interaction", sa.Column("letter_key", sa.Text(), nullable=True))
    op.create_index(op.f("ix_interaction_letter_key"), "interaction", ["letter_key"])
    op.create_index("ix_interaction_logged_by", "interaction", ["organisation_id", "logged_by_id", "id"])


def downgrade():
    op.drop_index("ix_interaction_logged_by", table_name="interaction")
    op.drop_index(op.f("ix_interaction_letter_key"), table_name="interaction")
    op.drop_column("interaction", "letter_key")
    op.drop_column("task", "minutes")
    op.drop_column("task", "starts_at")
    op.drop_column("task", "kind")

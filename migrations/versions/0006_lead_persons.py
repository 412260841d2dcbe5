"""Leads know whose details they carry, keep a question apart from a reason, and know the receiver's next step."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BOTH_SIDES = ("lead_offer", "received_lead")
# A reason that was given before the lead was said no to was a question.
QUESTIONS = "state in ('asked', 'opened', 'accepted')"


def upgrade():
    _see_every_row()
    with op.batch_alter_table("lead") as batch_op:
        batch_op.add_column(sa.Column("person_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_lead_person_id"), "person", ["person_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_lead_person_id"), ["person_id"])
    with op.batch_alter_table("received_lead") as batch_op:
        batch_op.add_column(sa.Column("task_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_received_lead_task_id"), "task", ["task_id"], ["id"])
    for table in BOTH_SIDES:
        op.add_column(table, sa.Column("question", sa.Text(), nullable=True))
        op.execute(f"update {table} set question = reason, reason = null where {QUESTIONS}")  # noqa: S608


def downgrade():
    _see_every_row()
    for table in BOTH_SIDES:
        op.execute(f"update {table} set reason = question where {QUESTIONS}")  # noqa: S608
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("question")
    with op.batch_alter_table("received_lead") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_received_lead_task_id"), type_="foreignkey")
        batch_op.drop_column("task_id")
    with op.batch_alter_table("lead") as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_person_id"))
        batch_op.drop_constraint(batch_op.f("fk_lead_person_id"), type_="foreignkey")
        batch_op.drop_column("person_id")


def _see_every_row():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")

"""Contacts that can be taken back: their keys are given once, and a planned one knows the contact that it became."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0052"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    # PostgreSQL never gives a key twice; SQLite gives the highest one again, and with it the history of what is gone.
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("interaction", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    with op.batch_alter_table("task") as table:
        table.add_column(sa.Column("logged_as_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_task_logged_as_id"), "interaction", ["logged_as_id"], ["id"])
    for name in ("interaction_id", "logged_as_id"):
        op.create_index(op.f(f"ix_task_{name}"), "task", [name])
    for table in ("need", "imported_event"):
        op.create_index(op.f(f"ix_{table}_interaction_id"), table, ["interaction_id"])


def downgrade():
    for table in ("need", "imported_event"):
        op.drop_index(op.f(f"ix_{table}_interaction_id"), table)
    for name in ("interaction_id", "logged_as_id"):
        op.drop_index(op.f(f"ix_task_{name}"), "task")
    with op.batch_alter_table("task") as table:
        table.drop_constraint(op.f("fk_task_logged_as_id"), type_="foreignkey")
        table.drop_column("logged_as_id")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("interaction", recreate="always"):
            pass

"""Commitments that companies withdraw themselves; needs that several activities meet; prices per participant;
which letters people want."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
# Read once for a statement, not once for each row.
IN_PROJECT = f"project_id in (select m.project_id from project_member m where m.organisation_id = {NUMBER})"
WITHDRAWAL = ("withdrawal_text", "withdrawal_hash", "withdrawer_name", "withdrawer_role")


def upgrade():
    with op.batch_alter_table("signed_paper") as table:
        for name in WITHDRAWAL:
            table.add_column(sa.Column(name, sa.Text(), nullable=True))


    _add_needs_met()
    with op.batch_alter_table("budget_row") as table:
        table.add_column(sa.Column("follows_participants", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("budget_row") as table:
        table.alter_column("follows_participants", server_default=None)
    _add_letters()


def downgrade():
    with op.batch_alter_table("reminder_choice") as table:
        for name in ("mails_corrections", "mails_mentions"):
            table.drop_column(name)
    with op.batch_alter_table("budget_row") as table:
        table.drop_column("follows_participants")
    op.drop_table("activity_need")
    with op.batch_alter_table("signed_paper") as table:
        for name in reversed(WITHDRAWAL):
            table.drop_column(name)


def _add_needs_met():
    table, ends = "activity_need", ("activity", "contribution")
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *(sa.Column(f"{end}_id", KEY, nullable=False) for end in ends),
        *(
            sa.ForeignKeyConstraint([f"{end}_id"], [f"{end}.id"], name=op.f(f"fk_{table}_{end}_id"), ondelete="CASCADE")
            for end in ends
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f(f"fk_{table}_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("activity_id", "contribution_id", name=op.f(f"uq_{table}_activity_id_contribution_id")),
    )
    for column in ("contribution_id", "project_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _protect(table)


def _add_letters():
    """Add the choices; who has the letter of the morning has had the one about corrections so far."""
    with op.batch_alter_table("reminder_choice") as table:
        table.add_column(sa.Column("mails_mentions", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("mails_corrections", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("select set_config('broker.scope', '*', true)"))
    op.execute(sa.text("update reminder_choice set mails_corrections = is_mailed"))
    with op.batch_alter_table("reminder_choice") as table:
        for name in ("mails_mentions", "mails_corrections"):
            table.alter_column(name, server_default=None)


def _protect(table):
    if op.get_bind().dialect.name != "postgresql":
        return
    allowed = f"({IS_EVERYWHERE} or {IN_PROJECT})"
    op.execute(sa.text(f"alter table {table} enable row level security"))
    op.execute(sa.text(f"alter table {table} force row level security"))
    op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

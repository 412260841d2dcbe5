"""Commitments that companies withdraw themselves; needs that several activities meet; prices per participant;
which letters people want; what goals lead to
as rows."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
# Read once for a statement, not once for each row.
IN_PROJECT = f"project_id in (select m.project_id from project_member m where m.organisation_id = {NUMBER})"
EFFECTS = (("result", "short_term_effect"), ("effect", "long_term_effect"))
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
    _add_effects()


def downgrade():
    _take_effects_back()
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
    _see_everything()
    op.execute(sa.text("update reminder_choice set mails_corrections = is_mailed"))
    with op.batch_alter_table("reminder_choice") as table:
        for name in ("mails_mentions", "mails_corrections"):
            table.alter_column(name, server_default=None)


def _add_effects():
    """Make rows of what goals said that they lead to in two columns of their own."""
    table, kind = "goal_effect", sa.Enum("result", "effect", name="effectkind", native_enum=False, length=60)
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("goal_id", KEY, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("sign", "owner_role")),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{end}_id"], [f"{end}.id"], name=op.f(f"fk_{table}_{end}_id"))
            for end in ("goal", "project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("goal_id", "project_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _see_everything()
    for value, column in EFFECTS:
        columns = "project_id, goal_id, kind, text, is_active, version"
        chosen = f"select project_id, id, '{value}', {column}, is_active, 1 from goal where trim(coalesce({column}, '')) <> ''"
        op.execute(sa.text(f"insert into {table} ({columns}) {chosen} order by id"))
    _protect(table)
    with op.batch_alter_table("goal") as goals:
        for _value, column in EFFECTS:
            goals.drop_column(column)


def _take_effects_back():
    with op.batch_alter_table("goal") as goals:
        for _value, column in EFFECTS:
            goals.add_column(sa.Column(column, sa.Text(), nullable=True))
    _see_everything()
    bind = op.get_bind()
    rows = bind.execute(sa.text("select goal_id, kind, text from goal_effect where is_active order by id")).all()
    for value, column in EFFECTS:
        told = {}
        for goal_id, kind, text in rows:
            if kind == value:
                told.setdefault(goal_id, []).append(text)
        for goal_id, texts in told.items():
            words = {"text": "\n".join(texts), "id": goal_id}
            bind.execute(sa.text(f"update goal set {column} = :text where id = :id"), words)
    op.drop_table("goal_effect")


def _see_everything():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("select set_config('broker.scope', '*', true)"))


def _protect(table):
    if op.get_bind().dialect.name != "postgresql":
        return
    allowed = f"({IS_EVERYWHERE} or {IN_PROJECT})"
    op.execute(sa.text(f"alter table {table} enable row level security"))
    op.execute(sa.text(f"alter table {table} force row level security"))
    op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

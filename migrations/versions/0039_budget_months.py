"""Costs and contributions have days, an activity and a share of full time; what comes from whom; cohorts that were taken out again."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCOPE = "current_setting('broker.scope', true)"
IS_EVERYWHERE = f"(select {SCOPE} = '*')"
NUMBER = f"(select nullif(nullif({SCOPE}, '*'), '')::bigint)"
OURS = f"(select project_id from project_member where organisation_id = {NUMBER})"
TABLES = ("budget_row", "co_financing_row")


def upgrade():
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("activity_id", KEY, nullable=True))
            table.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
            table.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_activity_id"), "activity", ["activity_id"], ["id"])
            table.create_index(op.f(f"ix_{name}_activity_id"), ["activity_id"])
    with op.batch_alter_table("budget_row") as table:
        table.add_column(sa.Column("share", sa.Numeric(6, 4), nullable=True))
    with op.batch_alter_table("co_financing_row") as table:
        table.add_column(sa.Column("actor_id", KEY, nullable=True))
        table.add_column(sa.Column("follows_groups", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_foreign_key(op.f("fk_co_financing_row_actor_id"), "actor", ["actor_id"], ["id"])
        table.create_index(op.f("ix_co_financing_row_actor_id"), ["actor_id"])
    with op.batch_alter_table("co_financing_row") as table:
        table.alter_column("follows_groups", server_default=None)
    _add_taken_out()


def downgrade():
    op.drop_table("taken_out_cohort")
    with op.batch_alter_table("co_financing_row") as table:
        table.drop_index(op.f("ix_co_financing_row_actor_id"))
        table.drop_constraint(op.f("fk_co_financing_row_actor_id"), type_="foreignkey")
        table.drop_column("follows_groups")
        table.drop_column("actor_id")
    with op.batch_alter_table("budget_row") as table:
        table.drop_column("share")
    for name in reversed(TABLES):
        with op.batch_alter_table(name) as table:
            table.drop_index(op.f(f"ix_{name}_activity_id"))
            table.drop_constraint(op.f(f"fk_{name}_activity_id"), type_="foreignkey")
            table.drop_column("ends_on")
            table.drop_column("starts_on")
            table.drop_column("activity_id")


def _add_taken_out():
    name = "taken_out_cohort"
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_out_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f(f"fk_{name}_project_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f(f"fk_{name}_cohort_id")),
        sa.UniqueConstraint("project_id", "cohort_id", name=op.f(f"uq_{name}_project_id_cohort_id")),
    )
    op.create_index(op.f(f"ix_{name}_project_id"), name, ["project_id"])
    op.create_index(op.f(f"ix_{name}_cohort_id"), name, ["cohort_id"])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or project_id in {OURS})"
        op.execute(sa.text(f"alter table {name} enable row level security"))
        op.execute(sa.text(f"alter table {name} force row level security"))
        op.execute(sa.text(f"create policy own_rows on {name} using {allowed} with check {allowed}"))

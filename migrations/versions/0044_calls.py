"""Calls: every field of the template, unit costs from a file, and letters about the last hours."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
MOMENT = sa.DateTime(timezone=True)
LISTS = ("parts", "sectors", "priorities", "phases")


def upgrade():
    op.create_table(
        "unit_cost_table",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("read_by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["read_by_id"], ["user.id"], name=op.f("fk_unit_cost_table_read_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_cost_table")),
    )
    with op.batch_alter_table("call") as table:
        table.add_column(sa.Column("price_table_id", KEY, nullable=True))
        table.add_column(sa.Column("flat_rate", sa.Numeric(6, 4), nullable=True))
        table.add_column(sa.Column("excerpt", sa.Text(), nullable=True))
        for name in LISTS:
            table.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        table.create_foreign_key(op.f("fk_call_price_table_id"), "unit_cost_table", ["price_table_id"], ["id"])
    with op.batch_alter_table("call") as table:
        for name in LISTS:
            table.alter_column(name, server_default=None)
    _add_letters()


def downgrade():
    op.drop_table("call_letter")
    with op.batch_alter_table("call") as table:
        table.drop_constraint(op.f("fk_call_price_table_id"), type_="foreignkey")
        for name in ("price_table_id", "flat_rate", "excerpt", *LISTS):
            table.drop_column(name)
    op.drop_table("unit_cost_table")


def _add_letters():
    table = "call_letter"
    unique = ("organisation_id", "project_id", "user_id", "kind", "due_at")
    keys = ("organisation", "project", "user")
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{key}_id"], [f"{key}.id"], name=op.f(f"fk_{table}_{key}_id"))
            for key in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{'_'.join(unique)}")),
    )
    for key in ("project_id", "organisation_id"):
        op.create_index(op.f(f"ix_{table}_{key}"), table, [key])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
        op.execute(sa.text(f"alter table {table} enable row level security"))
        op.execute(sa.text(f"alter table {table} force row level security"))
        op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

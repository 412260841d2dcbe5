"""Colleagues who took part in a contact or come along to a planned one."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    for owner in ("interaction", "task"):
        _add_colleagues(owner)


def downgrade():
    for owner in ("task", "interaction"):
        op.drop_table(f"{owner}_colleague")


def _add_colleagues(owner):
    table = f"{owner}_colleague"
    op.create_table(
        table,
        sa.Column(f"{owner}_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{table}_{owner}_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint(f"{owner}_id", "user_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    # Who took part is seen by whoever sees the contact: the contact's own policy answers that.
    _protect(table, f"exists (select 1 from {owner} o where o.id = {owner}_id)")


def _protect(table, rule):
    if op.get_bind().dialect.name != "postgresql":
        return
    allowed = f"({SCOPE} = '*' or {rule})"
    op.execute(sa.text(f"alter table {table} enable row level security"))
    op.execute(sa.text(f"alter table {table} force row level security"))
    op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

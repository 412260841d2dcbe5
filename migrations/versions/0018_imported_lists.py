"""Lists that can be undone: what was before each row, and keys that are never given out again after a removal."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What the undoing of a list may remove, or time, while pages and the history still name it by its key.
REMOVABLE = ("workplace", "person", "engagement", "company", "attachment")


def upgrade():
    _see_every_row()
    op.create_table(
        "imported_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("undo_until", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_imported_list_job_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_imported_list_organisation_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_imported_list_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_list")),
        sa.UniqueConstraint("job_id", name=op.f("uq_imported_list_job_id")),
    )
    op.create_index(op.f("ix_imported_list_organisation_id"), "imported_list", ["organisation_id"])
    op.add_column("imported_row", sa.Column("images", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        op.execute(sa.text("alter table imported_list enable row level security"))
        op.execute(sa.text("alter table imported_list force row level security"))
        op.execute(sa.text(f"create policy own_rows on imported_list using {allowed} with check {allowed}"))
        return
    # PostgreSQL never gives a key twice; SQLite gives the highest one again, and with it the history of what is gone.
    for table in REMOVABLE:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass


def downgrade():
    _see_every_row()
    op.drop_column("imported_row", "images")
    op.drop_table("imported_list")
    if op.get_bind().dialect.name == "sqlite":
        for table in REMOVABLE:
            with op.batch_alter_table(table, recreate="always"):
                pass


def _see_every_row():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")

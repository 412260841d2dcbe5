"""Merges of duplicates, which can be undone, and pairs that only look alike; companies without a number."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KIND = sa.Enum("company", "person", name="mergekind", native_enum=False, length=60)
WITHOUT_NUMBER = sa.text("organisation_number is null and identity_hash is null")


def upgrade():
    _see_every_row()
    _add_merge()
    _add_not_duplicate()
    for table in ("engagement", "person"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("merge_id", KEY, nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_merge_id"), "merge", ["merge_id"], ["id"])
            batch_op.create_index(batch_op.f(f"ix_{table}_merge_id"), ["merge_id"])
    op.create_index(
        "ix_company_without_number",
        "company",
        ["organisation_number", "identity_hash"],
        sqlite_where=WITHOUT_NUMBER,
        postgresql_where=WITHOUT_NUMBER,
    )
    op.create_index(
        "ix_company_whole_name", "company", ["name_key"], postgresql_using="hash", sqlite_where=sa.text("0")
    )
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        for table in ("merge", "not_duplicate"):
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    _see_every_row()
    op.drop_index("ix_company_without_number", "company")
    op.drop_index("ix_company_whole_name", "company")
    for table in ("person", "engagement"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_merge_id"))
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_merge_id"), type_="foreignkey")
            batch_op.drop_column("merge_id")
    op.drop_table("not_duplicate")
    op.drop_table("merge")


def _add_merge():
    op.create_table(
        "merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("gone_id", KEY, nullable=False),
        sa.Column("parked_id", KEY, nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("had", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("merged_by_id", KEY, nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo_until", sa.Date(), nullable=False),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["merged_by_id"], ["user.id"], name=op.f("fk_merge_merged_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_merge_organisation_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_organisation_id"), "merge", ["organisation_id"])
    op.create_index("ix_merge_gone", "merge", ["organisation_id", "kind", "gone_id"])
    op.create_index("ix_merge_kept", "merge", ["organisation_id", "kind", "kept_id"])


def _add_not_duplicate():
    op.create_table(
        "not_duplicate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.Column("decided_by_id", KEY, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_not_duplicate_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_not_duplicate_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_duplicate")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "first_id", "second_id",
            name=op.f("uq_not_duplicate_organisation_id_kind_first_id_second_id"),
        ),
    )
    op.create_index(op.f("ix_not_duplicate_organisation_id"), "not_duplicate", ["organisation_id"])


def _see_every_row():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")

"""States of a need with their day, reason and owner, and what keeps people from training; analyses; a need may be kept before everything about it is known."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
MAY_BE_OPEN = {"topic_id": sa.Text(), "earliest_on": sa.Date(), "latest_on": sa.Date()}
VIEW = sa.table("saved_view", sa.column("id"), sa.column("page"), sa.column("arguments", sa.JSON()))


def upgrade():
    _see_every_row()
    _add_analyses()
    op.add_column("need", sa.Column("status_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("need", sa.Column("status_reason", sa.Text(), nullable=True))
    op.add_column("need", sa.Column("owner_id", KEY, nullable=True))
    op.add_column("need", sa.Column("analysis_id", KEY, nullable=True))
    # Who added a need follows it until somebody else does; when it came to where it stands, nobody noted before.
    op.add_column("cohort", sa.Column("begun_on", sa.Date(), nullable=True))
    op.execute("update need set owner_id = added_by_id, status_at = created_at")
    op.execute("update need set status = 'clarified' where status = 'open'")
    with op.batch_alter_table("need") as batch_op:
        batch_op.alter_column("status_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("owner_id", existing_type=KEY, nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_need_owner_id"), "user", ["owner_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_need_analysis_id"), "analysis", ["analysis_id"], ["id"])
        for column, kind in MAY_BE_OPEN.items():
            batch_op.alter_column(column, existing_type=kind, nullable=True)
    for table in ("need", "contribution"):
        op.add_column(table, sa.Column("barriers", sa.JSON(), nullable=False, server_default="[]"))
        op.add_column(table, sa.Column("barrier_note", sa.Text(), nullable=True))
    op.create_index(op.f("ix_need_owner_id"), "need", ["owner_id"])
    op.create_index(op.f("ix_need_analysis_id"), "need", ["analysis_id"])
    _rename_in_views("open", "clarified")


def downgrade():
    """Make what is not known yet the least that the older tables take: no topic, and the day on which it was added."""
    _see_every_row()
    op.execute("update need set topic_id = '' where topic_id is null")
    for column in ("earliest_on", "latest_on"):
        op.execute(f"update need set {column} = coalesce(earliest_on, latest_on, date(created_at)) where {column} is null")
    op.execute("update need set status = 'open' where status in ('identified', 'clarified')")
    op.execute("update need set status = 'in_cohort' where status = 'in_delivery'")
    for column in ("barrier_note", "barriers"):
        op.drop_column("contribution", column)
    op.drop_index(op.f("ix_need_analysis_id"), "need")
    op.drop_index(op.f("ix_need_owner_id"), "need")
    with op.batch_alter_table("need") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_need_analysis_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_need_owner_id"), type_="foreignkey")
        for column in ("analysis_id", "owner_id", "status_at", "status_reason", "barriers", "barrier_note"):
            batch_op.drop_column(column)
        for column, kind in MAY_BE_OPEN.items():
            batch_op.alter_column(column, existing_type=kind, nullable=False)
    op.drop_column("cohort", "begun_on")
    op.drop_table("analysis")
    _rename_in_views("clarified", "open")


def _add_analyses():
    op.create_table(
        "analysis",
        sa.Column("id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("ability", sa.Text(), nullable=True),
        sa.Column("gap", sa.Text(), nullable=True),
        sa.Column("consequence", sa.Text(), nullable=True),
        sa.Column("added_by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_analysis_added_by_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_analysis_company_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_analysis_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
    )
    for column in ("company_id", "organisation_id"):
        op.create_index(op.f(f"ix_analysis_{column}"), "analysis", [column])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
        op.execute(sa.text("alter table analysis enable row level security"))
        op.execute(sa.text("alter table analysis force row level security"))
        op.execute(sa.text(f"create policy own_rows on analysis using {allowed} with check {allowed}"))


def _rename_in_views(old, new):
    rows = op.get_bind().execute(sa.select(VIEW.c.id, VIEW.c.arguments).where(VIEW.c.page == "behov")).all()
    for key, arguments in rows:
        if arguments.get("status") == [old]:
            op.execute(VIEW.update().where(VIEW.c.id == key).values(arguments=arguments | {"status": [new]}))


def _see_every_row():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")

"""What an organisation changes about the national topics, and the words that it knows them by."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KIND = sa.Enum("merged", "split", "retired", name="changekind", native_enum=False, length=60)
SCOPE = "(select current_setting('broker.scope', true))"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"


def upgrade():
    op.create_table(
        "topic_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("changed_by_id", KEY, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_topic_change_changed_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_topic_change_organisation_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_topic_change_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_change")),
    )
    op.create_table(
        "topic_word",
        sa.Column("id", KEY, nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("added_by_id", KEY, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_topic_word_added_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_topic_word_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_word")),
        sa.UniqueConstraint("organisation_id", "topic_id", "key", name=op.f("uq_topic_word_organisation_id_topic_id_key")),
    )
    for table in ("topic_change", "topic_word"):
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        if op.get_bind().dialect.name == "postgresql":
            allowed = f"({SCOPE} = '*' or organisation_id = {NUMBER})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    """Give rows of topics that were split off their national topic again, for that is all that is known before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    for table in ("need", "cohort", "offering", "lead"):
        found = sa.table(table, sa.column("id"), sa.column("topic_id"))
        rows = op.get_bind().execute(sa.select(found.c.id, found.c.topic_id).where(found.c.topic_id.like("%.%"))).all()
        for key, topic_id in rows:
            national = topic_id.partition(".")[0]
            op.execute(found.update().where(found.c.id == key).values(topic_id=national))
    op.drop_table("topic_word")
    op.drop_table("topic_change")

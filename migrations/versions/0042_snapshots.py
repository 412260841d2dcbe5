"""What is taken out of a project is kept as it was, file by file, and never changes; one of it is marked as ready."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"


def upgrade():
    _table(
        "snapshot",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column("call_version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("taken_by_id", KEY, nullable=True),
        sa.Column("taken_at", MOMENT, nullable=False),
        points={"project_id": "project", "taken_by_id": "user"},
        unique=("project_id", "number"),
    )
    _table(
        "snapshot_file",
        sa.Column("snapshot_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        points={"project_id": "project", "snapshot_id": "snapshot"},
        unique=("snapshot_id", "name"),
    )
    _table(
        "ready_mark",
        sa.Column("snapshot_id", KEY, nullable=False),
        sa.Column("marked_by_id", KEY, nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by_id", KEY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        points={
            "project_id": "project",
            "snapshot_id": "snapshot",
            "marked_by_id": "user",
            "withdrawn_by_id": "user",
        },
    )


def downgrade():
    op.drop_table("ready_mark")
    op.drop_table("snapshot_file")
    op.drop_table("snapshot")


def _table(name, *columns, points, unique=None):
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, table in points.items()
        ),
        *([sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}"))] if unique else []),
    )
    op.create_index(op.f(f"ix_{name}_project_id"), name, ["project_id"])
    if op.get_bind().dialect.name == "postgresql":
        rule = (
            f"exists (select 1 from project_member m where m.project_id = {name}.project_id"
            f" and m.organisation_id = {NUMBER})"
        )
        allowed = f"({IS_EVERYWHERE} or {rule})"
        op.execute(sa.text(f"alter table {name} enable row level security"))
        op.execute(sa.text(f"alter table {name} force row level security"))
        op.execute(sa.text(f"create policy own_rows on {name} using {allowed} with check {allowed}"))

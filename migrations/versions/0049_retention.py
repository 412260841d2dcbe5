"""Rules of how long records are kept, what is exempted, what has been destroyed; when a person was met last."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
KINDS = (
    "contacts",
    "tasks",
    "people",
    "relations",
    "sent_leads",
    "received_leads",
    "tips",
    "needs",
    "analyses",
    "answers",
    "applications",
    "confirmations",
    "evaluation_texts",
    "score_replies",
)
TABLES = ("retention_rule", "retention_exemption", "destruction")


def upgrade():
    # When the contacts with a person have been destroyed, this is what is still known of the last one.
    op.add_column("person", sa.Column("last_met_on", sa.Date(), nullable=True))
    _table(
        "retention_rule",
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("noted_by_id", KEY, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        points={"noted_by_id": "user"},
    )
    op.create_index("ix_retention_rule_kind", "retention_rule", ["organisation_id", "kind", "valid_from"])
    _table(
        "retention_exemption",
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        points={"made_by_id": "user", "ended_by_id": "user"},
    )
    _once("uq_retention_exemption_now", "retention_exemption", ["organisation_id", "kind", "record_id"], "ended_at")
    _table(
        "destruction",
        sa.Column("rule_id", KEY, nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.Column("last_id", KEY, nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("destroyed", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("job_id", KEY, nullable=True),
        sa.Column("waiting_files", sa.JSON(), nullable=False),
        points={"rule_id": "retention_rule", "decided_by_id": "user", "job_id": "job"},
    )
    op.create_index(op.f("ix_destruction_rule_id"), "destruction", ["rule_id"])
    _once("uq_destruction_running", "destruction", ["organisation_id", "kind"], "finished_at")


def downgrade():
    for name in reversed(TABLES):
        op.drop_table(name)
    op.drop_column("person", "last_met_on")


def _table(name, *columns, points):
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, name="recordkind", native_enum=False, length=60), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{name}_organisation_id")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, other in points.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_organisation_id"), name, ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
        op.execute(sa.text(f"alter table {name} enable row level security"))
        op.execute(sa.text(f"alter table {name} force row level security"))
        op.execute(sa.text(f"create policy own_rows on {name} using {allowed} with check {allowed}"))


def _once(name, table, columns, end):
    is_now = sa.text(f"{end} is null")
    op.create_index(name, table, columns, unique=True, sqlite_where=is_now, postgresql_where=is_now)

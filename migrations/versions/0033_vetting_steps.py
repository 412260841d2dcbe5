"""Hearings, decisions and events of vetting; an item may be shown by equivalent proof."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
TABLE = "vetting_step"
KIND = ("heard", "answered", "assessed", "decided", "reopened")
OUTCOME = ("approved", "with_conditions", "rejected")
CURE = ("enough", "not_enough", "unfounded")


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("kind", _words("stepkind", KIND), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("item_ids", sa.Text(), nullable=False),
        sa.Column("outcome", _words("outcome", OUTCOME), nullable=True),
        sa.Column("cure", _words("cure", CURE), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("text", "conditions", "recipient")),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{name}"))
            for name, target in (("provider_id", "provider"), ("made_by_id", "user"), ("organisation_id", "organisation"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_vetting_step_provider", TABLE, ["provider_id", "id"])
    op.create_index(op.f(f"ix_{TABLE}_organisation_id"), TABLE, ["organisation_id"])
    op.add_column(
        "vetting_check", sa.Column("is_equivalent", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("vetting_check") as table:
        table.alter_column("is_equivalent", server_default=None)
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
        op.execute(sa.text(f"alter table {TABLE} enable row level security"))
        op.execute(sa.text(f"alter table {TABLE} force row level security"))
        op.execute(sa.text(f"create policy own_rows on {TABLE} using {allowed} with check {allowed}"))


def downgrade():
    with op.batch_alter_table("vetting_check") as table:
        table.drop_column("is_equivalent")
    op.drop_table(TABLE)


def _words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, length=60)

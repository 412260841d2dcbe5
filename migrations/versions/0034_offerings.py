"""The kind of a provider; what an offering says of its price, group, lead time, days and certificate; earlier prices stay per participant."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("private", "komvux", "yh", "folkhogskola", "hogskola", "internal")
KIND = sa.Enum(*KINDS, name="providerkind", native_enum=False, length=60)
# Earlier rows have a price per participant, take groups of any size and can be ordered at once.
KNOWN = (("fixed_price_ore", KEY, "0"), ("smallest_group", sa.Integer(), "1"), ("lead_weeks", sa.Integer(), "0"))
OPEN = (
    ("skills", sa.Text()),
    ("valid_from", sa.Date()),
    ("valid_to", sa.Date()),
    ("certificate", sa.Text()),
    ("renewal_years", sa.Integer()),
)


def upgrade():
    op.add_column("provider", sa.Column("kind", KIND, nullable=True))
    with op.batch_alter_table("offering") as table:
        for name, kind, value in KNOWN:
            table.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name, kind in OPEN:
            table.add_column(sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("offering") as table:
        for name, _kind, _value in KNOWN:
            table.alter_column(name, server_default=None)


def downgrade():
    # An earlier version counts per participant only. A fixed price shared by the largest group is the least it can be.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    op.execute("update offering set price_per_participant_ore = price_per_participant_ore + fixed_price_ore / capacity")
    with op.batch_alter_table("offering") as table:
        for name, *_rest in (*OPEN, *KNOWN):
            table.drop_column(name)
    op.drop_column("provider", "kind")

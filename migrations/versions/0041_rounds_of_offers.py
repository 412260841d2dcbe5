"""A purchase that has to be done again asks for offers in a new round; the one that ended keeps what was its own."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"


def upgrade():
    for name in ("purchase", "purchase_offer", "offer_sheet"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
            if name == "purchase":
                table.add_column(sa.Column("round_began_at", MOMENT, nullable=True))
    for name in ("purchase", "purchase_offer", "offer_sheet"):
        with op.batch_alter_table(name) as table:
            table.alter_column("round", server_default=None)
            if name == "offer_sheet":
                table.drop_constraint(op.f("uq_offer_sheet_purchase_id"), type_="unique")
                table.create_unique_constraint(op.f("uq_offer_sheet_purchase_id_round"), ["purchase_id", "round"])
    op.create_table(
        "purchase_round",
        sa.Column("id", KEY, primary_key=True, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("purchase_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_purchase_round_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_round_purchase_id_purchase")),
        sa.UniqueConstraint("purchase_id", "number", name=op.f("uq_purchase_round_purchase_id_number")),
    )
    op.create_index(op.f("ix_purchase_round_organisation_id"), "purchase_round", ["organisation_id"])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
        op.execute(sa.text("alter table purchase_round enable row level security"))
        op.execute(sa.text("alter table purchase_round force row level security"))
        op.execute(sa.text(f"create policy own_rows on purchase_round using {allowed} with check {allowed}"))


def downgrade():
    # An earlier version knows one round: the present one, with what stands on the purchase.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("select set_config('broker.scope', '*', true)"))
    op.drop_table("purchase_round")
    past = "round < (select round from purchase where purchase.id = {}.purchase_id)"
    sheets = f"select id from offer_sheet where {past.format('offer_sheet')}"
    criteria = f"select id from offer_criterion where sheet_id in ({sheets})"
    op.execute(sa.text(f"delete from offer_score where criterion_id in ({criteria})"))
    op.execute(sa.text(f"delete from offer_criterion where sheet_id in ({sheets})"))
    op.execute(sa.text(f"delete from offer_sheet where {past.format('offer_sheet')}"))
    op.execute(sa.text(f"delete from purchase_offer where {past.format('purchase_offer')}"))
    with op.batch_alter_table("offer_sheet") as table:
        table.drop_constraint(op.f("uq_offer_sheet_purchase_id_round"), type_="unique")
        table.create_unique_constraint(op.f("uq_offer_sheet_purchase_id"), ["purchase_id"])
        table.drop_column("round")
    with op.batch_alter_table("purchase_offer") as table:
        table.drop_column("round")
    with op.batch_alter_table("purchase") as table:
        table.drop_column("round_began_at")
        table.drop_column("round")

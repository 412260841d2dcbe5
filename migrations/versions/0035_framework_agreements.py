"""Framework agreements with their suppliers, options and who has said no; a purchase can be called off from one."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
AGREEMENT, SUPPLIER, OPTION, DECLINE = TABLES = (
    "framework_agreement",
    "framework_supplier",
    "framework_option",
    "framework_decline",
)
LAW = ("eu", "chapter_19")
MODEL = ("single_supplier", "ranking", "fixed_allocation", "mini_competition")
UNIT = ("participants", "hours")
STATE = ("open", "used", "unused")


def upgrade():
    _table(
        AGREEMENT,
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("diary_number", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("topic_ids", sa.JSON(), nullable=False),
        sa.Column("cpv_codes", sa.JSON(), nullable=False),
        sa.Column("law", _words("frameworklaw", LAW), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("term_reason", sa.Text(), nullable=True),
        sa.Column("model", _words("calloffmodel", MODEL), nullable=False),
        sa.Column("ceiling_ore", KEY, nullable=False),
        sa.Column("volume_unit", _words("volumeunit", UNIT), nullable=True),
        sa.Column("volume_ceiling", KEY, nullable=True),
        sa.Column("used_elsewhere_ore", KEY, nullable=False),
        sa.Column("used_elsewhere_volume", KEY, nullable=False),
        sa.Column("is_own_named", sa.Boolean(), nullable=False),
        sa.Column("named_users", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    _table(
        SUPPLIER,
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("share_percent", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("framework_id", "provider_id", name=op.f(f"uq_{SUPPLIER}_framework_id_provider_id")),
        keys=(("framework_id", AGREEMENT), ("provider_id", "provider")),
    )
    _table(
        OPTION,
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("extends_to", sa.Date(), nullable=False),
        sa.Column("call_by", sa.Date(), nullable=False),
        sa.Column("state", _words("optionstate", STATE), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        keys=(("framework_id", AGREEMENT),),
    )
    _table(
        DECLINE,
        sa.Column("framework_id", KEY, nullable=False),
        sa.Column("supplier_id", KEY, nullable=False),
        sa.Column("purchase_id", KEY, nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_by_id", KEY, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        keys=(
            ("framework_id", AGREEMENT),
            ("supplier_id", SUPPLIER),
            ("purchase_id", "purchase"),
            ("noted_by_id", "user"),
        ),
    )
    with op.batch_alter_table("purchase") as table:
        table.add_column(sa.Column("framework_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_purchase_framework_id"), AGREEMENT, ["framework_id"], ["id"])
        table.create_index(op.f("ix_purchase_framework_id"), ["framework_id"])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
        for name in TABLES:
            op.execute(sa.text(f"alter table {name} enable row level security"))
            op.execute(sa.text(f"alter table {name} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {name} using {allowed} with check {allowed}"))


def downgrade():
    _type_names()
    with op.batch_alter_table("purchase") as table:
        table.drop_index(op.f("ix_purchase_framework_id"))
        table.drop_constraint(op.f("fk_purchase_framework_id"), type_="foreignkey")
        table.drop_column("framework_id")
    for name in reversed(TABLES):
        op.drop_table(name)


def _type_names():
    # An earlier version knows an agreement by its name, with its terms typed beside it.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    columns = (sa.column(name) for name in ("id", "framework_id"))
    purchase = sa.table("purchase", *columns, sa.column("values", sa.JSON()))
    names = ("id", "name", "model", "ceiling_ore", "is_own_named")
    agreement = sa.table(AGREEMENT, *(sa.column(name) for name in names), sa.column("ends_on", sa.Date()))
    terms = (agreement.c[name] for name in (*names[1:], "ends_on"))
    query = sa.select(purchase.c.id, purchase.c["values"], *terms).join(
        agreement, agreement.c.id == purchase.c.framework_id
    )
    for row in op.get_bind().execute(query).mappings().all():
        typed = {
            "framework": row["name"],
            "framework_end": row["ends_on"].isoformat(),
            "framework_ceiling_sek": f"{row['ceiling_ore'] / 100:.2f}",
            "buyer_named_in_framework": bool(row["is_own_named"]),
            "call_off_model": row["model"],
        }
        changed = sa.update(purchase).where(purchase.c.id == row["id"])
        op.execute(changed.values({"values": {**row["values"], **typed}}))


def _table(name, *parts, keys=()):
    keys = (*keys, ("organisation_id", "organisation"))
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        *parts,
        sa.Column("organisation_id", KEY, nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, target in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column, target in keys:
        if target != "user":
            op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, length=60)

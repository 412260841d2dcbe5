"""Purchases have a handler, offers as rows, a sheet that compares them, and requests for reasons; offers leak no more."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
PARTS = ("present", "assessor")
STANDINGS = ("valid", "late", "not_accepted", "withdrawn")
MODELS = ("lowest_price", "weighted", "deduction")
# The states in which no provider is decided on yet, by the workflow until this revision.
SECRET = "'offers_in', 'tenders_opened', 'supplier_check', 'evaluated', 'mini_tenders_in'"
TABLES = {
    "offer_reader": {
        "columns": (("purchase_id", KEY), ("user_id", KEY), ("part", PARTS, "readerpart"), ("named_at", MOMENT)),
        "points": {"purchase_id": "purchase", "user_id": "user"},
        "unique": ("purchase_id", "user_id"),
    },
    "purchase_offer": {
        "columns": (
            ("purchase_id", KEY),
            ("provider_id", KEY, None),
            ("bidder_name", sa.Text()),
            ("organisation_number", sa.Text(), None),
            ("received_at", MOMENT),
            ("fixed_price_ore", KEY),
            ("price_per_participant_ore", KEY),
            ("valid_to", sa.Date(), None),
            ("attachment_id", KEY, None),
            ("note", sa.Text(), None),
            ("standing", STANDINGS, "standing"),
            ("standing_reason", sa.Text(), None),
            ("registered_by_id", KEY),
            ("created_at", MOMENT),
            ("version", sa.Integer()),
        ),
        "points": {
            "purchase_id": "purchase",
            "provider_id": "provider",
            "attachment_id": "attachment",
            "registered_by_id": "user",
        },
        "indexes": ("purchase_id", "provider_id"),
    },
    "offer_sheet": {
        "columns": (
            ("purchase_id", KEY),
            ("model", MODELS, "sheetmodel"),
            ("participants", sa.Integer()),
            ("price_weight", sa.Integer()),
            ("created_at", MOMENT),
            ("version", sa.Integer()),
        ),
        "points": {"purchase_id": "purchase"},
        "unique": ("purchase_id",),
    },
    "offer_criterion": {
        "columns": (
            ("sheet_id", KEY),
            ("name", sa.Text()),
            ("meaning", sa.Text()),
            ("weight", sa.Integer()),
            ("worth_ore", KEY),
        ),
        "points": {"sheet_id": "offer_sheet"},
        "indexes": ("sheet_id",),
    },
    "offer_score": {
        "columns": (
            ("criterion_id", KEY),
            ("offer_id", KEY),
            ("points", sa.Integer()),
            ("reason", sa.Text()),
            ("scored_by_id", KEY),
            ("scored_at", MOMENT),
            ("version", sa.Integer()),
        ),
        "points": {"criterion_id": "offer_criterion", "offer_id": "purchase_offer", "scored_by_id": "user"},
        "unique": ("criterion_id", "offer_id"),
        "indexes": ("offer_id",),
    },
    "reasons_request": {
        "columns": (
            ("purchase_id", KEY),
            ("asked_by", sa.Text()),
            ("received_on", sa.Date()),
            ("answered_on", sa.Date(), None),
            ("note", sa.Text(), None),
            ("registered_by_id", KEY),
            ("created_at", MOMENT),
            ("version", sa.Integer()),
        ),
        "points": {"purchase_id": "purchase", "registered_by_id": "user"},
        "indexes": ("purchase_id",),
    },
}


def upgrade():
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute("select set_config('broker.scope', '*', true)")
    _add_handler()
    # A provider that is chosen but not decided on was told by the costs of projects.
    op.execute(f"update purchase set provider_id = null where state in ({SECRET})")
    for name, table in TABLES.items():
        _create(name, table)
        if is_postgresql:
            allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
            op.execute(sa.text(f"alter table {name} enable row level security"))
            op.execute(sa.text(f"alter table {name} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {name} using {allowed} with check {allowed}"))


def downgrade():
    for name in reversed(TABLES):
        op.drop_table(name)
    with op.batch_alter_table("purchase") as table:
        table.drop_constraint(op.f("fk_purchase_handler_id"), type_="foreignkey")
        table.drop_column("handler_id")


def _add_handler():
    op.add_column("purchase", sa.Column("handler_id", KEY, nullable=True))
    op.execute(
        "update purchase set handler_id = coalesce("
        "(select taken_by_id from purchase_step where purchase_id = purchase.id order by id limit 1), "
        "(select min(user_id) from membership where membership.organisation_id = purchase.organisation_id))"
    )
    with op.batch_alter_table("purchase") as table:
        table.alter_column("handler_id", existing_type=KEY, nullable=False)
        table.create_foreign_key(op.f("fk_purchase_handler_id"), "user", ["handler_id"], ["id"])


def _create(name, table):
    points = {**table["points"], "organisation_id": "organisation"}
    unique = table.get("unique")
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        *(_column(*column) for column in table["columns"]),
        sa.Column("organisation_id", KEY, nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, target in points.items()
        ),
        *([sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}"))] if unique else []),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in (*table.get("indexes", ()), "organisation_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _column(name, kind, more=""):
    if isinstance(kind, tuple):
        kind = sa.Enum(*kind, name=more, native_enum=False, length=60)
    return sa.Column(name, kind, nullable=more is None)

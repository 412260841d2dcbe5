"""Colleagues who took part in a contact or come along to a planned one; figures and owners by which size is judged."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CATEGORIES = ("micro", "small", "medium", "large")
HOLDERS = (
    "enterprise", "person", "public_body", "small_municipality", "venture_capital", "business_angel", "university",
    "institutional",
)  # fmt: skip


def upgrade():
    for owner in ("interaction", "task"):
        _add_colleagues(owner)
    for add in (_add_outside_owner, _add_size_figures, _add_ownership, _add_size_status):
        add()
    for table in ("outside_owner", "size_figures", "ownership", "size_status"):
        _protect(table, f"organisation_id::text = {SCOPE}")


def downgrade():
    for table in ("size_status", "ownership", "size_figures", "outside_owner"):
        op.drop_table(table)
    for owner in ("task", "interaction"):
        op.drop_table(f"{owner}_colleague")


def _add_colleagues(owner):
    table = f"{owner}_colleague"
    op.create_table(
        table,
        sa.Column(f"{owner}_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.ForeignKeyConstraint([f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{table}_{owner}_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id")),
        sa.PrimaryKeyConstraint(f"{owner}_id", "user_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    # Who took part is seen by whoever sees the contact: the contact's own policy answers that.
    _protect(table, f"exists (select 1 from {owner} o where o.id = {owner}_id)")


def _add_outside_owner():
    op.create_table(
        "outside_owner",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        *_common("outside_owner"),
    )
    op.create_index(op.f("ix_outside_owner_organisation_id"), "outside_owner", ["organisation_id"])


def _add_size_figures():
    table = "size_figures"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=True),
        sa.Column("outside_owner_id", KEY, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("headcount", sa.Numeric(10, 2), nullable=True),
        sa.Column("turnover", sa.Numeric(18, 2), nullable=True),
        sa.Column("balance", sa.Numeric(18, 2), nullable=True),
        sa.Column("currency", sa.Enum("sek", "eur", name="currency", native_enum=False, length=60), nullable=False),
        sa.Column("sek_per_eur", sa.Numeric(10, 4), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.Text(), nullable=True),
        sa.Column("is_consolidated", sa.Boolean(), nullable=False),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id")),
        sa.ForeignKeyConstraint(["outside_owner_id"], ["outside_owner.id"], name=op.f(f"fk_{table}_outside_owner_id")),
        *_common(table),
    )
    for column in ("company_id", "outside_owner_id", "organisation_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _add_ownership():
    ends = {
        "owner_company_id": "company",
        "owner_outside_id": "outside_owner",
        "owned_company_id": "company",
        "owned_outside_id": "outside_owner",
    }
    op.create_table(
        "ownership",
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(column, KEY, nullable=True) for column in ends),
        sa.Column("kind", sa.Enum(*HOLDERS, name="holderkind", native_enum=False, length=60), nullable=False),
        sa.Column("capital", sa.Numeric(5, 2), nullable=False),
        sa.Column("votes", sa.Numeric(5, 2), nullable=False),
        sa.Column("controls", sa.Boolean(), nullable=False),
        sa.Column("is_same_market", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_ownership_{column}"))
            for column, target in ends.items()
        ),
        *_common("ownership"),
    )
    for column in (*ends, "organisation_id"):
        op.create_index(op.f(f"ix_ownership_{column}"), "ownership", [column])


def _add_size_status():
    table = "size_status"
    category = sa.Enum(*CATEGORIES, name="category", native_enum=False, length=60)
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("smallest", category, nullable=False),
        sa.Column("largest", category, nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", category, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id")),
        *_common(table),
    )
    for column in ("company_id", "organisation_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("ix_size_status_company", table, ["organisation_id", "company_id"])


def _common(table):
    return (
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _protect(table, rule):
    if op.get_bind().dialect.name != "postgresql":
        return
    allowed = f"({SCOPE} = '*' or {rule})"
    op.execute(sa.text(f"alter table {table} enable row level security"))
    op.execute(sa.text(f"alter table {table} force row level security"))
    op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

"""Commitments over links, what companies have signed, earlier aid in kronor, and a ledger of aid."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
PROJECT_TABLES = ("commitment_link", "signed_paper")
WAYS = ("screen", "paper")


def upgrade():
    with op.batch_alter_table("de_minimis_aid") as table:
        table.alter_column("amount_eur", existing_type=sa.Numeric(14, 2), nullable=True)
        table.add_column(sa.Column("amount_kr", sa.Numeric(14, 2), nullable=True))
        table.add_column(sa.Column("sek_per_eur", sa.Numeric(10, 4), nullable=True))
        table.add_column(sa.Column("rate_source", sa.Text(), nullable=True))
    _add_links()
    _add_papers()
    _add_grants()
    if op.get_bind().dialect.name == "postgresql":
        for table in PROJECT_TABLES:
            member = f"select m.project_id from project_member m where m.organisation_id = {NUMBER}"
            _protect(table, f"project_id in ({member})")
        _protect("aid_grant", f"organisation_id = {NUMBER}")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    for table in ("aid_grant", "signed_paper", "commitment_link"):
        op.drop_table(table)
    # An earlier version knows only euro: an amount whose rate nobody has read takes the project's, or else counts as
    # euro, which leaves too little room rather than too much.
    rate = "(select p.sek_per_eur from project p where p.id = de_minimis_aid.project_id)"
    converted = f"round(amount_kr / coalesce({rate}, 1), 2)"
    op.execute(sa.text(f"update de_minimis_aid set amount_eur = {converted} where amount_eur is null"))
    with op.batch_alter_table("de_minimis_aid") as table:
        for name in ("rate_source", "sek_per_eur", "amount_kr"):
            table.drop_column(name)
        table.alter_column("amount_eur", existing_type=sa.Numeric(14, 2), nullable=False)


def _add_links():
    table = "commitment_link"
    days = ("sent_on", "reminded_on", "last_call_on")
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in days),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("created_by_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *_keys(
            table,
            ("commitment_id", "commitment"),
            ("organisation_id", "organisation"),
            ("person_id", "person"),
            ("created_by_id", "user"),
            ("project_id", "project"),
        ),
        sa.UniqueConstraint("commitment_id", name=op.f(f"uq_{table}_commitment_id")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{table}_token")),
    )
    _index(table, "organisation_id", "person_id", "project_id")


def _add_papers():
    table = "signed_paper"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("way", sa.Enum(*WAYS, name="signingway", native_enum=False, length=60), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("text", "text_hash")),
        sa.Column("promise", sa.JSON(), nullable=False),
        sa.Column("has_certificate", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("signer_name", "signer_role")),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("content_hash", "file_name")),
        sa.Column("size", KEY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_id", KEY, nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *_keys(
            table,
            ("commitment_id", "commitment"),
            ("recorded_by_id", "user"),
            ("withdrawn_by_id", "user"),
            ("project_id", "project"),
        ),
    )
    _index(table, "commitment_id", "project_id")


def _add_grants():
    table = "aid_grant"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("giver", "instrument")),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("amount_kr", sa.Numeric(14, 2), nullable=True),
        sa.Column("sek_per_eur", sa.Numeric(10, 4), nullable=True),
        sa.Column("rate_source", sa.Text(), nullable=True),
        sa.Column("amount_eur", sa.Numeric(14, 2), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("registered_by_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        *_keys(
            table,
            ("company_id", "company"),
            ("project_id", "project"),
            ("recorded_by_id", "user"),
            ("registered_by_id", "user"),
            ("organisation_id", "organisation"),
        ),
    )
    _index(table, "company_id", "project_id", "organisation_id")
    op.create_index("ix_aid_grant_day", table, ["organisation_id", "granted_on"])


def _keys(table, *references):
    return (
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, target in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index(table, *columns):
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _protect(table, rule):
    allowed = f"({IS_EVERYWHERE} or {rule})"
    op.execute(sa.text(f"alter table {table} enable row level security"))
    op.execute(sa.text(f"alter table {table} force row level security"))
    op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))

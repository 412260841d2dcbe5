"""How each row of a list ended, a company's industry in our own words, companies by post town and postcode."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "imported_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("company_id", KEY, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("new", "changed", "unchanged", name="rowoutcome", native_enum=False, length=60),
            nullable=False,
        ),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_imported_row_company_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_imported_row_job_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_imported_row_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
    )
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.create_index("ix_imported_row_job", ["job_id", "outcome", "row"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_row_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_row_organisation_id"), ["organisation_id"], unique=False)
    op.add_column("engagement", sa.Column("industry", sa.Text(), nullable=True))
    op.create_index("ix_company_post_town_sort", "company", ["post_town", "sort_key", "id", "name_key"])
    op.drop_index("ix_company_municipality_sort", "company")
    op.create_index("ix_company_municipality_sort", "company", ["municipality_code", "sort_key", "id", "name_key"])
    op.create_index("ix_company_postcode", "company", ["postcode"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("alter table imported_row enable row level security"))
        op.execute(sa.text("alter table imported_row force row level security"))
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        op.execute(sa.text(f"create policy own_rows on imported_row using {allowed} with check {allowed}"))


def downgrade():
    op.drop_index("ix_company_municipality_sort", "company")
    op.create_index("ix_company_municipality_sort", "company", ["municipality_code", "sort_key", "id"])
    op.drop_index("ix_company_postcode", "company")
    op.drop_index("ix_company_post_town_sort", "company")
    op.drop_column("engagement", "industry")
    op.drop_table("imported_row")

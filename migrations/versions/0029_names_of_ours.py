"""The searched name of a company beside each relation to it, kept there by the database whoever changes which of them.

A name is changed by many doors: people, lists, registers, merges and their undoing. Looked up company by company, the
eight thousand names of an organisation took longer than the rest of a search in a nation.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NAMED = "update engagement set name_key = (select name_key from company where id = new.company_id) where id = new.id"
SQLITE = (
    f"create trigger engagement_named after insert on engagement begin {NAMED}; end",
    "create trigger engagement_moved after update of company_id on engagement"
    f" when new.company_id is not old.company_id begin {NAMED}; end",
    "create trigger company_renamed after update of name_key on company when new.name_key is not old.name_key"
    " begin update engagement set name_key = new.name_key where company_id = new.id; end",
)
# A company is renamed for everybody who has a relation to it: for that one statement every organisation is in scope.
POSTGRESQL = (
    """
    create function name_engagement() returns trigger language plpgsql as $$
    begin
        select name_key into new.name_key from company where id = new.company_id;
        return new;
    end $$
    """,
    """
    create function rename_engagements() returns trigger language plpgsql as $$
    declare
        scope text := coalesce(current_setting('broker.scope', true), '');
    begin
        perform set_config('broker.scope', '*', true);
        update engagement set name_key = new.name_key where company_id = new.id;
        perform set_config('broker.scope', scope, true);
        return null;
    end $$
    """,
    "create trigger engagement_named before insert or update of company_id on engagement"
    " for each row execute function name_engagement()",
    "create trigger company_renamed after update of name_key on company"
    " for each row when (old.name_key is distinct from new.name_key) execute function rename_engagements()",
)
GONE = {
    "sqlite": ["drop trigger engagement_named", "drop trigger engagement_moved", "drop trigger company_renamed"],
    "postgresql": [
        "drop trigger company_renamed on company",
        "drop trigger engagement_named on engagement",
        "drop function rename_engagements()",
        "drop function name_engagement()",
    ],
}


def upgrade():
    op.add_column("engagement", sa.Column("name_key", FOLDED, nullable=True))
    engine = op.get_bind().dialect.name
    if engine == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    op.execute("update engagement set name_key = (select name_key from company where company.id = engagement.company_id)")
    op.create_index("ix_engagement_name", "engagement", ["organisation_id", "name_key", "company_id", "merge_id"])
    for statement in POSTGRESQL if engine == "postgresql" else SQLITE:
        op.execute(sa.text(statement))


def downgrade():
    for statement in GONE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_index("ix_engagement_name", "engagement")
    op.drop_column("engagement", "name_key")

"""The order and the number of a company beside each relation to it, and the names of our people in an index.

A list of our own companies was sorted by looking up each of them, so was a number searched for among them; a search
looked up each of our people.

PostgreSQL takes the index of pieces for a rare word and reads on until it has enough for a common one. From a hundred
names it cannot tell a word in three of a hundred from one in six.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OURS, PEOPLE = "ix_engagement_name", "ix_person_ours"
NAMES_LOOKED_AT = "alter table company alter column name_key set statistics "
KEPT_BEFORE, KEPT = ("name_key",), ("name_key", "sort_key", "organisation_number")
OLD_INDEX = ["organisation_id", "name_key", "company_id", "merge_id"]
NEW_INDEX = ["organisation_id", "sort_key", "company_id", "merge_id", "name_key", "organisation_number"]
PEOPLE_INDEX = ["organisation_id", "name_key", "company_id", "is_active", "is_protected", "merge_id"]


def upgrade():
    op.add_column("engagement", sa.Column("sort_key", FOLDED, nullable=True))
    op.add_column("engagement", sa.Column("organisation_number", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
        op.execute(f"{NAMES_LOOKED_AT} 1000")
    op.drop_index(OURS, "engagement")
    op.execute(
        "update engagement set (sort_key, organisation_number)"
        " = (select sort_key, organisation_number from company where company.id = engagement.company_id)"
    )
    op.create_index(OURS, "engagement", NEW_INDEX)
    op.create_index(PEOPLE, "person", PEOPLE_INDEX)
    _keep(KEPT)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{NAMES_LOOKED_AT} -1")
    _keep(KEPT_BEFORE)
    op.drop_index(PEOPLE, "person")
    op.drop_index(OURS, "engagement")
    op.drop_column("engagement", "organisation_number")
    op.drop_column("engagement", "sort_key")
    op.create_index(OURS, "engagement", OLD_INDEX)


def _keep(keys):
    """Let the database keep these keys of a company beside the relations to it, instead of those that it keeps now."""
    make = _on_postgresql if op.get_bind().dialect.name == "postgresql" else _on_sqlite
    for statement in make(keys):
        op.execute(sa.text(statement))


def _on_sqlite(keys):
    names = ", ".join(keys)
    named = f"update engagement set ({names}) = (select {names} from company where id = new.company_id) where id = new.id"
    is_renamed = " or ".join(f"new.{key} is not old.{key}" for key in keys)
    renamed = ", ".join(f"{key} = new.{key}" for key in keys)
    yield from (f"drop trigger {name}" for name in ("engagement_named", "engagement_moved", "company_renamed"))
    yield f"create trigger engagement_named after insert on engagement begin {named}; end"
    yield (
        "create trigger engagement_moved after update of company_id on engagement"
        f" when new.company_id is not old.company_id begin {named}; end"
    )
    yield (
        f"create trigger company_renamed after update of {names} on company when {is_renamed}"
        f" begin update engagement set {renamed} where company_id = new.id; end"
    )


def _on_postgresql(keys):
    is_renamed = " or ".join(f"old.{key} is distinct from new.{key}" for key in keys)
    yield f"""
        create or replace function name_engagement() returns trigger language plpgsql as $$
        begin
            select {", ".join(keys)} into {", ".join(f"new.{key}" for key in keys)}
                from company where id = new.company_id;
            return new;
        end $$
    """
    # A company is renamed for everybody who has a relation to it: for that one statement all are in scope.
    yield f"""
        create or replace function rename_engagements() returns trigger language plpgsql as $$
        declare
            scope text := coalesce(current_setting('broker.scope', true), '');
        begin
            perform set_config('broker.scope', '*', true);
            update engagement set {", ".join(f"{key} = new.{key}" for key in keys)} where company_id = new.id;
            perform set_config('broker.scope', scope, true);
            return null;
        end $$
    """
    yield "drop trigger company_renamed on company"
    yield (
        f"create trigger company_renamed after update of {', '.join(keys)} on company for each row"
        f" when ({is_renamed}) execute function rename_engagements()"
    )

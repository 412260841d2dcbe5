"""Row-level security on PostgreSQL: the second wall around every organisation's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
PRIVATE_TABLES = [
    "attachment",
    "cohort",
    "cohort_need",
    "engagement",
    "interaction",
    "job",
    "need",
    "offering",
    "person",
    "provider",
    "purchase",
    "purchase_step",
    "task",
    "vetting_check",
    "workplace",
]
PROJECT_TABLES = [
    "activity",
    "actor",
    "answer",
    "budget_row",
    "co_financing_row",
    "commitment",
    "contribution",
    "de_minimis_aid",
    "gate_state",
    "goal",
    "project",
    "project_file",
]


def upgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in PRIVATE_TABLES:
        _protect(table, f"organisation_id::text = {SCOPE}")
    for table in PROJECT_TABLES:
        key = "id" if table == "project" else "project_id"
        rule = (
            f'exists (select 1 from project_member m where m.project_id = "{table}".{key}'
            f" and m.organisation_id::text = {SCOPE})"
        )
        # A new project has no members yet in the moment when it is stored.
        _protect(table, f"{rule} or owner_id::text = {SCOPE}" if table == "project" else rule)


def downgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in [*PRIVATE_TABLES, *PROJECT_TABLES]:
        op.execute(sa.text(f'drop policy "own_rows" on "{table}"'))
        op.execute(sa.text(f'alter table "{table}" no force row level security'))
        op.execute(sa.text(f'alter table "{table}" disable row level security'))


def _protect(table, rule):
    op.execute(sa.text(f'alter table "{table}" enable row level security'))
    op.execute(sa.text(f'alter table "{table}" force row level security'))
    allowed = f"({SCOPE} = '*' or {rule})"
    op.execute(sa.text(f'create policy "own_rows" on "{table}" using {allowed} with check {allowed}'))

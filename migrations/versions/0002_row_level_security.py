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
    "project_member",
]


def upgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in PRIVATE_TABLES:
        _protect(table, f"organisation_id::text = {SCOPE}")
    for table in PROJECT_TABLES:
        key = "id" if table == "project" else "project_id"
        _protect(
            table,
            f'exists (select 1 from project_member m where m.project_id = "{table}".{key}'
            f" and m.organisation_id::text = {SCOPE})",
            "true" if table == "project" else None,
        )


def downgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in [*PRIVATE_TABLES, *PROJECT_TABLES]:
        op.execute(sa.text(f'drop policy "own_rows" on "{table}"'))
        op.execute(sa.text(f'alter table "{table}" no force row level security'))
        op.execute(sa.text(f'alter table "{table}" disable row level security'))


def _protect(table, rule, added=None):
    op.execute(sa.text(f'alter table "{table}" enable row level security'))
    op.execute(sa.text(f'alter table "{table}" force row level security'))
    everything = f"{SCOPE} = '*'"
    op.execute(
        sa.text(
            f'create policy "own_rows" on "{table}" using ({everything} or {rule})'
            f" with check ({added or f'{everything} or {rule}'})"
        )
    )

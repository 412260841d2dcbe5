"""What lets PostgreSQL plan well: policies whose share of the rows it can guess, and two indexes.

Of a comparison with a value that is not known yet PostgreSQL believes that one row in two hundred fits, so it took an
organisation with eight thousand companies for one with seventy. Of a condition that is a value itself it believes half.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SETTING = r"current_setting\('broker\.scope'::text, true\)"
COMPARED = re.compile(rf"\(\( SELECT {SETTING} AS current_setting\) = '\*'::text\)")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
POLICIES = "select tablename, policyname, qual, with_check from pg_policies where schemaname = current_schema()"


def upgrade():
    op.create_index("ix_need_newest", "need", ["organisation_id", "id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_index("ix_company_whole_name", "company")
    op.create_index("ix_company_whole_name", "company", ["name_key"])
    for table, policy, rule, check in op.get_bind().execute(sa.text(POLICIES)).all():
        changed = f"using ({_asked(rule)})" + (f" with check ({_asked(check)})" if check else "")
        op.get_bind().exec_driver_sql(f'alter policy "{policy}" on "{table}" {changed}')


def downgrade():
    """Leave the policies and the index of names: the earlier ones mean the same."""
    op.drop_index("ix_need_newest", "need")


def _asked(rule):
    return COMPARED.sub(IS_EVERYWHERE, rule)

"""Names found by any three letters in a row on SQLite; keys compared byte for byte on PostgreSQL."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FOLDED = {
    "company": ("name_key", "sort_key"),
    "person": ("name_key", "sort_key"),
    "provider": ("name_key", "sort_key"),
    "organisation": ("sort_key",),
    "user": ("sort_key",),
    "staged_company": ("name_key", "sort_key"),
}


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create virtual table company_search"
            " using fts5 (name_key, content='company', content_rowid='id', tokenize='trigram')"
        )
        op.execute("insert into company_search (rowid, name_key) select id, name_key from company")
    else:
        _collate("C")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table company_search")
    else:
        _collate("default")


def _collate(collation):
    for table, columns in FOLDED.items():
        changes = ", ".join(f'alter column {column} type text collate "{collation}"' for column in columns)
        op.execute(f'alter table "{table}" {changes}')

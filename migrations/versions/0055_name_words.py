"""The words of companies' names, among which what somebody means who makes a slip is looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WORDS = {
    "sqlite": "select distinct value from company, json_each('[\"' || replace(name_key, ' ', '\",\"') || '\"]')",
    "postgresql": "select distinct unnest(string_to_array(name_key, ' ')) from company",
}


def upgrade():
    op.create_table(
        "name_word",
        sa.Column("word", FOLDED, nullable=False),
        sa.Column("from_second", FOLDED, sa.Computed("substr(word, 2)", persisted=True), nullable=False),
        sa.Column("from_third", FOLDED, sa.Computed("substr(word, 3)", persisted=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_word")),
    )
    op.execute(f"insert into name_word (word) {WORDS[op.get_bind().dialect.name]}")
    for column in ("word", "from_second", "from_third"):
        op.create_index(op.f(f"ix_name_word_{column}"), "name_word", [column])


def downgrade():
    op.drop_table("name_word")

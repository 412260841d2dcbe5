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
    "sqlite": "select value as word from company, json_each('[\"' || replace(name_key, ' ', '\",\"') || '\"]')",
    "postgresql": "select unnest(string_to_array(name_key, ' ')) as word from company",
}


def upgrade():
    op.create_table(
        "name_word",
        sa.Column("word", FOLDED, nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_word")),
    )
    words = WORDS[op.get_bind().dialect.name]
    op.execute(
        "insert into name_word (word, names, counted_on)"
        f" select word, count(*), current_date from ({words}) as words where word <> '' group by word"
    )
    op.create_index(op.f("ix_name_word_word"), "name_word", ["word"])


def downgrade():
    op.drop_table("name_word")

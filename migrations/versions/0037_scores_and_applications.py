"""Evaluations at four levels: what is asked when, texts that a moderator shows, scores of trainings, a provider's reply; its own application, people."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
MOMENT = sa.DateTime(timezone=True)
FORMS = ("direct", "later", "company")
LEVELS = ("reaction", "learning", "behaviour", "result")
STATES = ("held", "waiting", "released", "withheld")
STEPS = ("new", "accepted", "declined")
BASES = ("public_task", "consent")
KINDS = ("private", "komvux", "yh", "folkhogskola", "hogskola", "internal")
TABLES = ("evaluation_text", "training_score", "score_reply", "provider_application", "provider_person")


def upgrade():
    with op.batch_alter_table("evaluation") as table:
        table.add_column(sa.Column("kind", _words("formkind", FORMS), nullable=False, server_default="direct"))
        table.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
    with op.batch_alter_table("evaluation") as table:
        table.alter_column("kind", server_default=None)
    _add_texts()
    _add_scores()
    _add_replies()
    _move_texts()
    _add_applications()
    _add_people()
    _let_strangers_send(True)
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        if op.get_bind().dialect.name == "postgresql":
            allowed = f"({IS_EVERYWHERE} or organisation_id = {NUMBER})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def downgrade():
    # What somebody wrote stays with the earlier version only as far as it was shown; it never had a text apart.
    _see_everything()
    # An earlier version says of every file who of ours kept it; of a stranger's it cannot.
    op.execute(sa.text("delete from attachment where uploaded_by_id is null"))
    _let_strangers_send(False)
    op.drop_table("application_page")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute(sa.text("delete from evaluation_answer where evaluation_id in (select id from evaluation where kind <> 'direct')"))
    op.execute(sa.text("delete from evaluation where kind <> 'direct'"))
    with op.batch_alter_table("evaluation") as table:
        table.drop_column("closed_on")
        table.drop_column("kind")


def _add_texts():
    table = "evaluation_text"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("evaluation_id", KEY, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        *_moderated(),
        *_columns(table, ("evaluation_id", "evaluation")),
    )
    op.create_index(op.f(f"ix_{table}_evaluation_id"), table, ["evaluation_id"])
    op.create_index("ix_evaluation_text_state", table, ["organisation_id", "state"])


def _add_scores():
    table = "training_score"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=True),
        sa.Column("level", _words("scorelevel", LEVELS), nullable=False),
        sa.Column("is_by_company", sa.Boolean(), nullable=False),
        sa.Column("taught_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("answers", "total")),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        *_columns(table, ("cohort_id", "cohort"), ("provider_id", "provider")),
        sa.UniqueConstraint(
            "cohort_id", "level", "is_by_company", name=op.f("uq_training_score_cohort_id_level_is_by_company")
        ),
    )
    op.create_index(op.f(f"ix_{table}_provider_id"), table, ["provider_id"])


def _add_replies():
    table = "score_reply"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("open_until", sa.Date(), nullable=False),
        *_moderated(),
        *_columns(table, ("provider_id", "provider")),
        sa.UniqueConstraint("token", name=op.f("uq_score_reply_token")),
    )
    op.create_index(op.f(f"ix_{table}_provider_id"), table, ["provider_id"])
    op.create_index("ix_score_reply_state", table, ["organisation_id", "state"])


def _add_applications():
    table = "application_page"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        *_columns(table),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_application_page_organisation_id")),
        sa.UniqueConstraint("token", name=op.f("uq_application_page_token")),
    )
    table = "provider_application"
    texts = ("name", "offerings", "reach")
    open_texts = ("organisation_number", "contact_name", "contact_function", "email", "phone", "website", "proofs")
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Text(), nullable=True) for name in (*open_texts, "answered_by", "reason")),
        sa.Column("kind", _words("providerkind", KINDS), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("topic_ids", "languages")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("received_at", "state_at")),
        sa.Column("state", _words("applicationstate", STEPS), nullable=False),
        sa.Column("provider_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_columns(table, ("provider_id", "provider")),
    )
    op.create_index(op.f(f"ix_{table}_provider_id"), table, ["provider_id"])
    op.create_index("ix_provider_application_state", table, ["organisation_id", "state"])


def _add_people():
    table = "provider_person"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "source")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("function", "email", "phone")),
        sa.Column("legal_basis", _words("legalbasis", BASES), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_columns(table, ("provider_id", "provider")),
    )
    op.create_index(op.f(f"ix_{table}_provider_id"), table, ["provider_id"])


def _let_strangers_send(is_open):
    kept = {"table_kwargs": {"sqlite_autoincrement": True}} if op.get_bind().dialect.name == "sqlite" else {}
    with op.batch_alter_table("attachment", **kept) as table:
        table.alter_column("uploaded_by_id", existing_type=KEY, nullable=is_open)


def _move_texts():
    """Take the texts out of earlier answers: figures are shown by themselves, texts once somebody has read them."""
    _see_everything()
    bind = op.get_bind()
    rows = bind.execute(sa.text("select content from reference_document where kind = 'evaluation_form'")).scalars()
    contents = [json.loads(row) if isinstance(row, str) else row for row in rows]
    texts = {row["id"] for content in contents for row in content.get("questions", ()) if row["kind"] == "text"}
    answer = sa.table(
        "evaluation_answer",
        *(sa.column(name) for name in ("id", "evaluation_id", "organisation_id")),
        sa.column("answers", sa.JSON()),
        sa.column("received_on", sa.Date()),
    )
    kept = sa.table(
        "evaluation_text",
        *(sa.column(name) for name in ("evaluation_id", "organisation_id", "question_id", "text", "state", "version")),
        sa.column("received_on", sa.Date()),
    )
    for row in bind.execute(sa.select(answer).order_by(answer.c.id)).all():
        found = {name: text for name, text in row.answers.items() if name in texts and text}
        if not found:
            continue
        values = {"evaluation_id": row.evaluation_id, "organisation_id": row.organisation_id, "state": "held"}
        values |= {"version": 1, "received_on": row.received_on}
        bind.execute(sa.insert(kept), [values | {"question_id": name, "text": text} for name, text in found.items()])
        left = {name: value for name, value in row.answers.items() if name not in texts}
        bind.execute(sa.update(answer).where(answer.c.id == row.id).values(answers=left))


def _moderated():
    return (
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("state", _words("textstate", STATES), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("moderated_by", sa.Text(), nullable=True),
        sa.Column("moderated_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _columns(table, *references):
    return (
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, target in (*references, ("organisation_id", "organisation"))
        ),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _see_everything():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")


def _words(name, values):
    return sa.Enum(*values, name=name, native_enum=False, length=60)

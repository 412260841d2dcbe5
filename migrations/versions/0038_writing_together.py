"""Writing together: versions of answers, the pen, what is done, comments with mentions, suggestions."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
MOMENT = sa.DateTime(timezone=True)
ORIGINS = ("written", "restored", "suggested", "updated")
TABLES = (
    "answer_version",
    "answer_state",
    "writer_presence",
    "answer_comment",
    "comment_mention",
    "answer_suggestion",
)


def upgrade():
    _add_versions()
    _add_states()
    _add_presence()
    _add_comments()
    _add_suggestions()
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_project_id"), table, ["project_id"])
        if op.get_bind().dialect.name == "postgresql":
            is_member = (
                f"exists (select 1 from project_member m where m.project_id = {table}.project_id"
                f" and m.organisation_id = {NUMBER})"
            )
            allowed = f"({IS_EVERYWHERE} or {is_member})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))
    _keep_what_is_written()


def downgrade():
    for table in reversed(TABLES):
        op.drop_table(table)


def _add_versions():
    table = "answer_version"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("origin", sa.Enum(*ORIGINS, name="origin", native_enum=False, length=60), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("written_by_id", KEY, nullable=True),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("started_at", "saved_at")),
        *_columns(table, written_by_id="user"),
        sa.UniqueConstraint(
            "project_id", "question_id", "number", name=op.f("uq_answer_version_project_id_question_id_number")
        ),
    )


def _add_states():
    table = "answer_state"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("done_by_id", KEY, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", KEY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("is_text_changed", sa.Boolean(), nullable=False),
        sa.Column("fetched_text", sa.Text(), nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_columns(table, done_by_id="user", withdrawn_by_id="user"),
        sa.UniqueConstraint("project_id", "question_id", name=op.f("uq_answer_state_project_id_question_id")),
    )


def _add_presence():
    table = "writer_presence"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("since", "seen_at")),
        sa.Column("has_pen", sa.Boolean(), nullable=False),
        sa.Column("taken_over_by_id", KEY, nullable=True),
        *_columns(table, user_id="user", taken_over_by_id="user"),
        sa.UniqueConstraint(
            "project_id", "question_id", "user_id", name=op.f("uq_writer_presence_project_id_question_id_user_id")
        ),
    )
    has_pen = {"sqlite_where": sa.text("has_pen"), "postgresql_where": sa.text("has_pen")}
    op.create_index("ix_writer_presence_pen", table, ["project_id", "question_id"], unique=True, **has_pen)


def _add_comments():
    table = "answer_comment"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("question_id", "text")),
        sa.Column("reply_to_id", KEY, nullable=True),
        sa.Column("written_by_id", KEY, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("settled_by_id", KEY, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_columns(table, reply_to_id="answer_comment", written_by_id="user", settled_by_id="user"),
    )
    op.create_index(op.f("ix_answer_comment_reply_to_id"), table, ["reply_to_id"])
    table = "comment_mention"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("comment_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        *_columns(table, comment_id="answer_comment", user_id="user"),
        sa.UniqueConstraint("comment_id", "user_id", name=op.f("uq_comment_mention_comment_id_user_id")),
    )
    op.create_index(op.f("ix_comment_mention_user_id"), table, ["user_id"])


def _add_suggestions():
    table = "answer_suggestion"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("question_id", "text")),
        sa.Column("base_text", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("written_by_id", KEY, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_columns(table, written_by_id="user", decided_by_id="user"),
    )


def _keep_what_is_written():
    """Make the first version of every answer, with who saved it last and when as the chain of events tells."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute("select set_config('broker.scope', '*', true)")
    answer = sa.table(
        "answer", sa.column("project_id"), sa.column("question_id"), sa.column("text"), sa.column("sources", sa.JSON())
    )
    event = sa.table(
        "audit_event",
        *(sa.column(name) for name in ("sequence", "action", "subject_type", "subject_id", "actor_id")),
        sa.column("happened_at", MOMENT),
        sa.column("facts", sa.JSON()),
    )
    saved = sa.select(event).where(event.c.action == "answer:saved", event.c.subject_type == "project")
    latest = {
        (row.subject_id, row.facts.get("question")): row for row in bind.execute(saved.order_by(event.c.sequence))
    }
    version = sa.table(
        "answer_version",
        *(sa.column(name) for name in ("project_id", "question_id", "number", "text", "origin", "written_by_id")),
        sa.column("sources", sa.JSON()),
        sa.column("started_at", MOMENT),
        sa.column("saved_at", MOMENT),
    )
    started = dict(bind.execute(sa.text("select id, created_at from project")).all())
    for row in bind.execute(sa.select(answer).where(answer.c.text.is_not(None))).all():
        told = latest.get((row.project_id, row.question_id))
        moment = told.happened_at if told else started[row.project_id]
        values = {"number": 1, "origin": "written", "started_at": moment, "saved_at": moment}
        values |= {"project_id": row.project_id, "question_id": row.question_id, "text": row.text}
        values |= {"sources": row.sources, "written_by_id": told.actor_id if told else None}
        bind.execute(sa.insert(version).values(**values))


def _columns(table, **references):
    return (
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, target in (references | {"project_id": "project"}).items()
        ),
        sa.Column("project_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )

"""The chain as rows: causes and their needs, milestones, links of goals and activities; risks, steering group, follow-up."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
# Read once for a statement, not once for each row.
IN_PROJECT = f"project_id in (select m.project_id from project_member m where m.organisation_id = {NUMBER})"
LEVELS = ("individual", "organisation", "structure")
EVALUATIONS = ("external", "internal", "none")
TABLES = ("cause", "cause_need", "goal_cause", "milestone", "activity_goal", "risk", "steering_member", "steering_meeting", "follow_up")
# What a goal said of itself, and what is now a milestone's.
MEASURES = ("indicator", "baseline", "target", "due_on", "data_source")


def upgrade():
    _add_chain()
    _add_steering()
    with op.batch_alter_table("goal") as table:
        table.add_column(sa.Column("actor_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_goal_actor_id"), "actor", ["actor_id"], ["id"])
    _see_everything()
    _move_forward()
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_project_id"), table, ["project_id"])
        if op.get_bind().dialect.name == "postgresql":
            allowed = f"({IS_EVERYWHERE} or {IN_PROJECT})"
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))
    with op.batch_alter_table("goal") as table:
        for column in ("cause", *MEASURES):
            table.drop_column(column)
    with op.batch_alter_table("activity") as table:
        table.drop_constraint(op.f("fk_activity_goal_id"), type_="foreignkey")
        table.drop_column("goal_id")
    with op.batch_alter_table("project") as table:
        table.drop_column("steering_members")


def downgrade():
    _see_everything()
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("steering_members", sa.Text(), nullable=True))
    with op.batch_alter_table("activity") as table:
        table.add_column(sa.Column("goal_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_activity_goal_id"), "goal", ["goal_id"], ["id"])
    with op.batch_alter_table("goal") as table:
        for column in ("cause", *MEASURES):
            table.add_column(sa.Column(column, sa.Date() if column == "due_on" else sa.Text(), nullable=True))
    _move_back()
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("goal") as table:
        table.drop_constraint(op.f("fk_goal_actor_id"), type_="foreignkey")
        table.drop_column("actor_id")


def _add_chain():
    level = sa.Enum(*LEVELS, name="causelevel", native_enum=False, length=60)
    _create(
        "cause",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("level", level, nullable=True),
        sa.Column("is_within_reach", sa.Boolean(), nullable=True),
        *_edited(),
    )
    _create_link("cause_need", "cause", "contribution")
    _create_link("goal_cause", "goal", "cause")
    _create(
        "milestone",
        sa.Column("goal_id", KEY, nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("baseline", "target")),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("data_source", sa.Text(), nullable=True),
        *_edited(),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_milestone_goal_id")),
    )
    op.create_index(op.f("ix_milestone_goal_id"), "milestone", ["goal_id"])
    _create_link("activity_goal", "activity", "goal")


def _add_steering():
    _create(
        "risk",
        sa.Column("usual_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("likelihood", "impact")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("response", "owner_role")),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        *_edited(),
    )
    _create(
        "steering_member",
        sa.Column("role", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("organisation", "name", "actor_role")),
        *_edited(),
    )
    _create(
        "steering_meeting",
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        *_edited(),
    )
    evaluation = sa.Enum(*EVALUATIONS, name="evaluationkind", native_enum=False, length=60)
    _create(
        "follow_up",
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("responsible", "frequency", "data", "deviation")),
        sa.Column("evaluation", evaluation, nullable=True),
        sa.Column("evaluation_note", sa.Text(), nullable=True),
        sa.Column("closing_months", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("project_id", name=op.f("uq_follow_up_project_id")),
    )


def _create(name, *columns):
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f(f"fk_{name}_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _create_link(name, first, second):
    ends = [
        sa.ForeignKeyConstraint([f"{end}_id"], [f"{end}.id"], name=op.f(f"fk_{name}_{end}_id"), ondelete="CASCADE")
        for end in (first, second)
    ]
    columns = [sa.Column(f"{end}_id", KEY, nullable=False) for end in (first, second)]
    unique = sa.UniqueConstraint(f"{first}_id", f"{second}_id", name=op.f(f"uq_{name}_{first}_id_{second}_id"))
    _create(name, *columns, *ends, unique)
    op.create_index(op.f(f"ix_{name}_{second}_id"), name, [f"{second}_id"])


def _edited():
    return sa.Column("is_active", sa.Boolean(), nullable=False), sa.Column("version", sa.Integer(), nullable=False)


def _see_everything():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("select set_config('broker.scope', '*', true)"))


def _table(name, *columns):
    dates = {"due_on": sa.Date(), "is_active": sa.Boolean(), "is_within_reach": sa.Boolean(), "is_cause_within_reach": sa.Boolean()}
    return sa.table(name, *(sa.column(column, dates.get(column)) for column in ("id", "project_id", *columns)))


def _move_forward():
    """Make rows of what goals, needs and projects said in columns of their own."""
    bind = op.get_bind()
    cause = _table("cause", "text", "level", "is_within_reach", "is_active", "version")
    brought = _table("contribution", "cause", "cause_level", "is_cause_within_reach")
    goal = _table("goal", "text", "cause", *MEASURES, "is_active")
    milestone = _table("milestone", "goal_id", *MEASURES, "is_active", "version")
    causes = {}

    def cause_id(project_id, text, level=None, is_within_reach=None):
        key = project_id, text.strip().casefold()
        if key not in causes:
            values = {"text": text.strip(), "level": level, "is_within_reach": is_within_reach}
            row = {"project_id": project_id, "is_active": True, "version": 1, **values}
            causes[key] = bind.execute(sa.insert(cause).values(**row).returning(cause.c.id)).scalar_one()
        return causes[key]

    for row in bind.execute(sa.select(brought).order_by(brought.c.id)).all():
        if row.cause and row.cause.strip():
            found = cause_id(row.project_id, row.cause, row.cause_level, row.is_cause_within_reach)
            _insert_link(bind, "cause_need", row.project_id, cause_id=found, contribution_id=row.id)
    for row in bind.execute(sa.select(goal).order_by(goal.c.id)).all():
        if row.cause and row.cause.strip():
            found = cause_id(row.project_id, row.cause)
            _insert_link(bind, "goal_cause", row.project_id, goal_id=row.id, cause_id=found)
        measures = {name: getattr(row, name) for name in MEASURES}
        if any(measures.values()):
            # A milestone is known by its measure; without one the goal's own words are the nearest.
            values = {**measures, "indicator": measures["indicator"] or row.text}
            bind.execute(
                sa.insert(milestone).values(
                    project_id=row.project_id, goal_id=row.id, is_active=True, version=1, **values
                )
            )
    activity = _table("activity", "goal_id")
    for row in bind.execute(sa.select(activity).where(activity.c.goal_id.is_not(None)).order_by(activity.c.id)).all():
        _insert_link(bind, "activity_goal", row.project_id, activity_id=row.id, goal_id=row.goal_id)
    project = sa.table("project", sa.column("id"), sa.column("steering_members"))
    member = _table("steering_member", "role", "is_active", "version")
    for row in bind.execute(sa.select(project).where(project.c.steering_members.is_not(None))).all():
        values = {"project_id": row.id, "role": row.steering_members, "is_active": True, "version": 1}
        bind.execute(sa.insert(member).values(**values))


def _insert_link(bind, name, project_id, **ends):
    bind.execute(sa.insert(_table(name, *ends)).values(project_id=project_id, **ends))


def _move_back():
    """Put back as much as the columns have room for: the first of each kind, and the seats of a group as one text."""
    bind = op.get_bind()
    cause, link = _table("cause", "text", "is_active"), _table("goal_cause", "goal_id", "cause_id")
    goal = _table("goal", "cause", *MEASURES)
    query = sa.select(link.c.goal_id, cause.c.text).join(cause, cause.c.id == link.c.cause_id).where(cause.c.is_active)
    for row in bind.execute(query.order_by(link.c.id.desc())).all():
        bind.execute(sa.update(goal).where(goal.c.id == row.goal_id).values(cause=row.text))
    milestone = _table("milestone", "goal_id", *MEASURES, "is_active")
    for row in bind.execute(sa.select(milestone).where(milestone.c.is_active).order_by(milestone.c.id.desc())).all():
        values = {name: getattr(row, name) for name in MEASURES}
        bind.execute(sa.update(goal).where(goal.c.id == row.goal_id).values(**values))
    activity, served = _table("activity", "goal_id"), _table("activity_goal", "activity_id", "goal_id")
    for row in bind.execute(sa.select(served).order_by(served.c.id.desc())).all():
        bind.execute(sa.update(activity).where(activity.c.id == row.activity_id).values(goal_id=row.goal_id))
    project = sa.table("project", sa.column("id"), sa.column("steering_members"))
    member = _table("steering_member", "role", "organisation", "is_active")
    seats = {}
    for row in bind.execute(sa.select(member).where(member.c.is_active).order_by(member.c.id)).all():
        seats.setdefault(row.project_id, []).append(", ".join(filter(None, [row.role, row.organisation])))
    for project_id, texts in seats.items():
        bind.execute(sa.update(project).where(project.c.id == project_id).values(steering_members="; ".join(texts)))

"""Joint plans: who is in one, copies of needs on a recorded ground, and the groups that members agree on."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
# Which plans an organisation has joined is asked past the policy of the members, which would otherwise ask itself; only a
# superuser may give a function a setting of its own, so it changes the scope for its one question and puts it back.
FUNCTION = """
create function joint_plans_of(bigint) returns bigint[] language plpgsql stable strict as $$
declare
  scope text := current_setting('broker.scope', true);
  found bigint[];
begin
  perform set_config('broker.scope', '*', true);
  found := array(select plan_id from joint_member where organisation_id = $1 and left_at is null);
  perform set_config('broker.scope', coalesce(scope, ''), true);
  return found;
end $$
"""
PLANS = f"any ((select joint_plans_of({NUMBER}))::bigint[])"
IN_PLAN = f"plan_id = {PLANS}"
OWN = f"organisation_id = {NUMBER}"
MAY_JOIN = (
    f"exists (select 1 from joint_plan p where p.id = plan_id and p.owner_id = {NUMBER})"
    " or exists (select 1 from joint_invitation i"
    f" where i.plan_id = joint_member.plan_id and i.receiver_id = {NUMBER} and i.state = 'accepted')"
)
PARTIES = f"proposer_id = {NUMBER} or receiver_id = {NUMBER}"
# For each table who reads a row, and who writes it.
RULES = {
    "joint_plan": (f"id = {PLANS} or owner_id = {NUMBER}", f"owner_id = {NUMBER}"),
    "joint_invitation": (PARTIES, PARTIES),
    "joint_member": (f"{IN_PLAN} or {OWN}", f"{OWN} and (left_at is not null or {MAY_JOIN})"),
    "joint_need": (IN_PLAN, f"{IN_PLAN} and {OWN}"),
    "joint_group": (IN_PLAN, IN_PLAN),
    "joint_group_need": (IN_PLAN, IN_PLAN),
    "joint_answer": (IN_PLAN, f"{IN_PLAN} and {OWN}"),
    "shared_need": (OWN, OWN),
    "joint_cohort": (OWN, OWN),
}


def upgrade():
    _add_plans()
    _add_needs()
    _add_groups()
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(sa.text(FUNCTION))
    for table, (reads, writes) in RULES.items():
        op.execute(sa.text(f"alter table {table} enable row level security"))
        op.execute(sa.text(f"alter table {table} force row level security"))
        rule = f"using ({IS_EVERYWHERE} or {reads}) with check ({IS_EVERYWHERE} or {writes})"
        op.execute(sa.text(f"create policy own_rows on {table} {rule}"))


def downgrade():
    tables = ("joint_cohort", "joint_answer", "joint_group_need", "joint_group", "shared_need", "joint_need")
    for table in (*tables, "joint_member", "joint_invitation", "joint_plan"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("drop function joint_plans_of(bigint)"))


def _enum(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, length=60)


def _add_plans():
    op.create_table(
        "joint_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("topic_ids", sa.JSON(), nullable=False),
        sa.Column("started_by_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_joint_plan_owner_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["user.id"], name=op.f("fk_joint_plan_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_plan")),
    )
    op.create_index(op.f("ix_joint_plan_owner_id"), "joint_plan", ["owner_id"])
    op.create_table(
        "joint_invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("plan_name", sa.Text(), nullable=False),
        sa.Column("topic_ids", sa.JSON(), nullable=False),
        sa.Column(
            "state", _enum("invitationstate", "sent", "accepted", "declined", "withdrawn", "left"), nullable=False
        ),
        sa.Column("invited_by", sa.Text(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposer_id", KEY, nullable=False),
        sa.Column("receiver_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_invitation_plan_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["organisation.id"], name=op.f("fk_joint_invitation_proposer_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["organisation.id"], name=op.f("fk_joint_invitation_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_invitation")),
    )
    op.create_index("ix_joint_invitation_plan", "joint_invitation", ["plan_id", "receiver_id"])
    op.create_index(op.f("ix_joint_invitation_proposer_id"), "joint_invitation", ["proposer_id"])
    op.create_index(op.f("ix_joint_invitation_receiver_id"), "joint_invitation", ["receiver_id"])
    op.create_table(
        "joint_member",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("plan_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_joint_member_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_member_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_member")),
    )
    op.create_index(op.f("ix_joint_member_organisation_id"), "joint_member", ["organisation_id"])
    op.create_index(op.f("ix_joint_member_plan_id"), "joint_member", ["plan_id"])
    op.create_index(
        "uq_joint_member_now",
        "joint_member",
        ["plan_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("left_at is null"),
        postgresql_where=sa.text("left_at is null"),
    )


def _add_needs():
    op.create_table(
        "joint_need",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("company_token", sa.Text(), nullable=True),
        sa.Column("company_name", sa.Text(), nullable=True),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("level", _enum("level", "any", "basic", "further", "advanced"), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("unknown_sex", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("preferred_mode", _enum("mode", "on_site", "distance", "blended"), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=False),
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("max_km", sa.Integer(), nullable=False),
        sa.Column("priority", _enum("priority", "1", "2", "3", "4"), nullable=False),
        sa.Column("state", _enum("jointneedstate", "waiting", "placed", "withdrawn"), nullable=False),
        sa.Column("contributed_at", MOMENT, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_joint_need_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_need_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_need")),
    )
    op.create_index(op.f("ix_joint_need_organisation_id"), "joint_need", ["organisation_id"])
    op.create_index(op.f("ix_joint_need_plan_id"), "joint_need", ["plan_id"])
    op.create_index("ix_joint_need_state", "joint_need", ["plan_id", "state", "id"])
    op.create_table(
        "shared_need",
        sa.Column("id", KEY, nullable=False),
        sa.Column("need_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("plan_name", sa.Text(), nullable=False),
        sa.Column("joint_need_id", KEY, nullable=False),
        sa.Column("ground", _enum("leadground", "consent", "own_task", "general_clause"), nullable=False),
        sa.Column("ground_note", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("shared_by_id", KEY, nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["joint_need_id"], ["joint_need.id"], name=op.f("fk_shared_need_joint_need_id")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_shared_need_need_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_shared_need_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_shared_need_plan_id")),
        sa.ForeignKeyConstraint(["shared_by_id"], ["user.id"], name=op.f("fk_shared_need_shared_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_need")),
        sa.UniqueConstraint("joint_need_id", name=op.f("uq_shared_need_joint_need_id")),
    )
    op.create_index(op.f("ix_shared_need_need_id"), "shared_need", ["need_id"])
    op.create_index(op.f("ix_shared_need_organisation_id"), "shared_need", ["organisation_id"])
    op.create_index("ix_shared_need_plan", "shared_need", ["organisation_id", "plan_id"])
    op.create_index(
        "uq_shared_need_now",
        "shared_need",
        ["plan_id", "need_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at is null"),
        postgresql_where=sa.text("withdrawn_at is null"),
    )


def _add_groups():
    op.create_table(
        "joint_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("level", _enum("level", "any", "basic", "further", "advanced"), nullable=False),
        sa.Column("language", _enum("language", "sv", "en", "sv_easy", "ar", "pl", "uk"), nullable=False),
        sa.Column("mode", _enum("mode", "on_site", "distance", "blended"), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("host_id", KEY, nullable=False),
        sa.Column("state", _enum("jointgroupstate", "proposed", "agreed", "fallen"), nullable=False),
        sa.Column("state_at", MOMENT, nullable=False),
        sa.Column("fell_because", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_by_organisation_id", KEY, nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["organisation.id"], name=op.f("fk_joint_group_host_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_group_plan_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_joint_group_proposed_by_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_group")),
    )
    op.create_index(op.f("ix_joint_group_plan_id"), "joint_group", ["plan_id"])
    op.create_table(
        "joint_group_need",
        sa.Column("id", KEY, nullable=False),
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("need_id", KEY, nullable=False),
        sa.Column("company_token", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("men", sa.Integer(), nullable=False),
        sa.Column("unknown_sex", sa.Integer(), nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["joint_group.id"], name=op.f("fk_joint_group_need_group_id")),
        sa.ForeignKeyConstraint(["need_id"], ["joint_need.id"], name=op.f("fk_joint_group_need_need_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_group_need_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_group_need")),
        sa.UniqueConstraint("group_id", "need_id", "part", name=op.f("uq_joint_group_need_group_id_need_id_part")),
    )
    op.create_index(op.f("ix_joint_group_need_need_id"), "joint_group_need", ["need_id"])
    op.create_index(op.f("ix_joint_group_need_plan_id"), "joint_group_need", ["plan_id"])
    op.create_table(
        "joint_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("answered_by_id", KEY, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("dissolved_at", MOMENT, nullable=True),
        sa.Column("plan_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_joint_answer_answered_by_id")),
        sa.ForeignKeyConstraint(["group_id"], ["joint_group.id"], name=op.f("fk_joint_answer_group_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_joint_answer_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_answer_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_answer")),
        sa.UniqueConstraint("group_id", "organisation_id", name=op.f("uq_joint_answer_group_id_organisation_id")),
    )
    op.create_index(op.f("ix_joint_answer_plan_id"), "joint_answer", ["plan_id"])
    op.create_table(
        "joint_cohort",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("host_id", KEY, nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_joint_cohort_cohort_id")),
        sa.ForeignKeyConstraint(["group_id"], ["joint_group.id"], name=op.f("fk_joint_cohort_group_id")),
        sa.ForeignKeyConstraint(["host_id"], ["organisation.id"], name=op.f("fk_joint_cohort_host_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_joint_cohort_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["joint_plan.id"], name=op.f("fk_joint_cohort_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_cohort")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_joint_cohort_cohort_id")),
    )
    op.create_index(op.f("ix_joint_cohort_group_id"), "joint_cohort", ["group_id"])
    op.create_index(op.f("ix_joint_cohort_organisation_id"), "joint_cohort", ["organisation_id"])

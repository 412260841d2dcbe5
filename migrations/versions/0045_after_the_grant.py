"""What was decided on a project, what it has come to month by month, what deviates, and whom it is shown to."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NUMBER_OF = sa.Numeric(14, 2)
IS_EVERYWHERE = "(select current_setting('broker.scope', true) = '*')"
NUMBER = "(select nullif(nullif(current_setting('broker.scope', true), '*'), '')::bigint)"
# Read once for a statement, not once for each row.
IN_PROJECT = f"project_id in (select m.project_id from project_member m where m.organisation_id = {NUMBER})"
EVIDENCE = ("decision", "agreement", "attendance", "cost", "procurement", "result", "publicity", "other")
TABLES = (
    "grant_decision",
    "change_request",
    "deviation",
    "evidence",
    "participant_month",
    "cost_month",
    "milestone_result",
    "period_report",
    "result_link",
)


def upgrade():
    _decision()
    _since()
    _months()
    _told()


def downgrade():
    for name in reversed(TABLES):
        op.drop_table(name)


def _decision():
    _table(
        "grant_decision",
        _choice("outcome", "grantoutcome", "granted", "partly", "refused"),
        _day("decided_on"),
        _text("diary_no", nullable=True),
        sa.Column("snapshot_id", KEY, nullable=True),
        _day("starts_on", nullable=True),
        _day("ends_on", nullable=True),
        sa.Column("total_cost_kr", NUMBER_OF, nullable=True),
        sa.Column("support_kr", NUMBER_OF, nullable=True),
        _text("conditions", nullable=True),
        _day("agreement_on", nullable=True),
        _day("final_payment_on", nullable=True),
        _version(),
        points={"snapshot_id": "snapshot"},
        unique=[("project_id",)],
    )


def _since():
    _table(
        "change_request",
        _text("kind"),
        _text("text"),
        _text("reason", nullable=True),
        _choice("state", "changestate", "planned", "asked", "approved", "refused"),
        _day("asked_on", nullable=True),
        _day("decided_on", nullable=True),
        _text("diary_no", nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _version(),
    )
    _table(
        "deviation",
        _text("text"),
        _day("noticed_on"),
        _text("consequence", nullable=True),
        _text("response", nullable=True),
        _text("owner_role", nullable=True),
        _day("settled_on", nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _version(),
    )
    _table(
        "evidence",
        _choice("kind", "evidencekind", *EVIDENCE),
        _text("title"),
        _day("month", nullable=True),
        sa.Column("milestone_id", KEY, nullable=True),
        _text("content_hash"),
        _text("file_name"),
        sa.Column("size", KEY, nullable=False),
        sa.Column("uploaded_by_id", KEY, nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        _version(),
        points={"milestone_id": "milestone", "uploaded_by_id": "user"},
        indexed=("milestone_id",),
    )


def _months():
    counts = [f"{sex}_{what}" for what in ("began", "finished") for sex in ("women", "men", "unknown")]
    _table(
        "participant_month",
        sa.Column("cohort_id", KEY, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        _day("month"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("hours", NUMBER_OF, nullable=False),
        _version(),
        points={"cohort_id": "cohort", "company_id": "company"},
        unique=[("project_id", "cohort_id", "company_id", "month")],
        indexed=("cohort_id", "company_id"),
    )
    _table(
        "cost_month",
        sa.Column("budget_row_id", KEY, nullable=True),
        sa.Column("cofinancing_row_id", KEY, nullable=True),
        _day("month"),
        sa.Column("hours", NUMBER_OF, nullable=True),
        sa.Column("amount_kr", NUMBER_OF, nullable=True),
        _version(),
        points={"budget_row_id": "budget_row", "cofinancing_row_id": "co_financing_row"},
        unique=[("budget_row_id", "month"), ("cofinancing_row_id", "month")],
    )
    _table(
        "milestone_result",
        sa.Column("milestone_id", KEY, nullable=False),
        _day("measured_on"),
        _text("value"),
        _choice("state", "resultstate", "on_way", "reached", "missed"),
        _text("note", nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _version(),
        points={"milestone_id": "milestone"},
        indexed=("milestone_id",),
    )


def _told():
    _table(
        "period_report",
        sa.Column("number", sa.Integer(), nullable=False),
        _choice("kind", "reportkind", "quarter", "final"),
        _day("starts_on"),
        _day("ends_on"),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("taken_by_id", KEY, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        points={"taken_by_id": "user"},
        unique=[("project_id", "number")],
    )
    _table(
        "result_link",
        _choice("audience", "audience", "funder", "politicians"),
        _text("token"),
        _day("open_until"),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _version(),
        points={"created_by_id": "user"},
        unique=[("token",)],
    )


def _text(name, *, nullable=False):
    return sa.Column(name, sa.Text(), nullable=nullable)


def _choice(name, kind, *values):
    return sa.Column(name, sa.Enum(*values, name=kind, native_enum=False, length=60), nullable=False)


def _day(name, *, nullable=False):
    return sa.Column(name, sa.Date(), nullable=nullable)


def _version():
    return sa.Column("version", sa.Integer(), nullable=False)


def _table(name, *columns, points=None, unique=(), indexed=()):
    references = {"project_id": "project"} | (points or {})
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, table in references.items()
        ),
        *(sa.UniqueConstraint(*names, name=op.f(f"uq_{name}_{'_'.join(names)}")) for names in unique),
    )
    for column in ("project_id", *indexed):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({IS_EVERYWHERE} or {IN_PROJECT})"
        op.execute(sa.text(f"alter table {name} enable row level security"))
        op.execute(sa.text(f"alter table {name} force row level security"))
        op.execute(sa.text(f"create policy own_rows on {name} using {allowed} with check {allowed}"))

"""Private addresses for letters and the letters that come there; invitations to contacts, and calendars as files."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SCOPE = "current_setting('broker.scope', true)"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("waiting", "logged", "thrown")
TABLES = ("letter_address", "incoming_letter", "meeting_invitation", "meeting_guest", "imported_event")


def upgrade():
    _add_letters()
    _add_meetings()
    op.add_column("interaction", sa.Column("letter_from", sa.Text(), nullable=True))
    for name in ("reply_to", "calendar"):
        op.add_column("outgoing_mail", sa.Column(name, sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        allowed = f"({SCOPE} = '*' or organisation_id::text = {SCOPE})"
        for table in TABLES:
            op.execute(sa.text(f"alter table {table} enable row level security"))
            op.execute(sa.text(f"alter table {table} force row level security"))
            op.execute(sa.text(f"create policy own_rows on {table} using {allowed} with check {allowed}"))


def _add_letters():
    op.create_table(
        "letter_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_letter_address_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_letter_address_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_address")),
        sa.UniqueConstraint("organisation_id", "user_id", name=op.f("uq_letter_address_organisation_id_user_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_letter_address_secret_hash")),
    )
    op.create_table(
        "incoming_letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="letterstate", native_enum=False, length=60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("thrown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_incoming_letter_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_incoming_letter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_letter")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", "key", name=op.f("uq_incoming_letter_organisation_id_user_id_key")
        ),
    )
    for table in ("letter_address", "incoming_letter"):
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
        op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
    op.create_index(op.f("ix_incoming_letter_received_at"), "incoming_letter", ["received_at"])
    op.create_index(op.f("ix_incoming_letter_content_hash"), "incoming_letter", ["content_hash"])
    op.create_index("ix_incoming_letter_waiting", "incoming_letter", ["organisation_id", "user_id", "state"])


def _add_meetings():
    op.create_table(
        "meeting_invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("task_id", KEY, nullable=False),
        sa.Column("organizer_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_meeting_invitation_task_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["user.id"], name=op.f("fk_meeting_invitation_organizer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_meeting_invitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_invitation")),
        sa.UniqueConstraint("task_id", name=op.f("uq_meeting_invitation_task_id")),
    )
    op.create_table(
        "meeting_guest",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["meeting_invitation.id"], name=op.f("fk_meeting_guest_invitation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_guest_person_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_meeting_guest_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_guest")),
        sa.UniqueConstraint("invitation_id", "email", name=op.f("uq_meeting_guest_invitation_id_email")),
    )
    op.create_table(
        "imported_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("task_id", KEY, nullable=True),
        sa.Column("interaction_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_imported_event_task_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_imported_event_interaction_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_imported_event_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_event")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_imported_event_organisation_id_key")),
    )
    for table in ("meeting_invitation", "meeting_guest", "imported_event"):
        op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])
    op.create_index(op.f("ix_meeting_guest_person_id"), "meeting_guest", ["person_id"])


def downgrade():
    op.drop_table("imported_event")
    op.drop_table("meeting_guest")
    op.drop_table("meeting_invitation")
    for name in ("calendar", "reply_to"):
        op.drop_column("outgoing_mail", name)
    op.drop_column("interaction", "letter_from")
    op.drop_table("incoming_letter")
    op.drop_table("letter_address")

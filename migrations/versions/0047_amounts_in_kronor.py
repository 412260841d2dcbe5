"""Companies tell their turnover in kronor too: what they have filled in and not signed keeps its euro by new names."""

from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

LINK = sa.table("commitment_link", sa.column("id", sa.BigInteger), sa.column("draft", sa.JSON(none_as_null=True)))
NAMES = (("turnover_eur", "turnover"), ("balance_eur", "balance"))


def upgrade():
    for draft in _drafts():
        for before, after in NAMES:
            draft[after] = draft.pop(before)
        draft["sek_per_eur"] = None


def downgrade():
    for draft in _drafts():
        rate = draft.pop("sek_per_eur")
        for before, after in NAMES:
            amount = draft.pop(after)
            draft[before] = amount if amount is None or rate is None else _in_euro(amount, rate)


def _in_euro(amount, rate):
    cents = (Decimal(amount) / Decimal(rate)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return str(cents)


def _drafts():
    """Give each draft to be changed, and store it as it then is."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(sa.text("select set_config('broker.scope', '*', true)"))
    for link_id, draft in bind.execute(sa.select(LINK).where(LINK.c.draft.is_not(None))).all():
        yield draft
        bind.execute(LINK.update().where(LINK.c.id == link_id).values(draft=draft))

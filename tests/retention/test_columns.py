"""Every text that an organisation keeps of others is destroyed by some kind of record, or kept for a reason."""

from sqlalchemy import JSON, Enum, String

from broker.access import Private
from broker.extensions import Base, SentenceText
from broker.leads.models import LeadOffer
from broker.meetings.models import MeetingInvitation
from broker.needs.joint.models import SharedNeed
from broker.retention.kinds import INVITATION_EMPTIED, KINDS, OFFER_EMPTIED, SHARED_EMPTIED
from tests.retention.kept import kept_columns


def texts():
    """Give every column of a private row that can hold words."""
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Private):
            for column in mapper.local_table.columns:
                is_text = isinstance(column.type, String | JSON | SentenceText)
                if is_text and not isinstance(column.type, Enum):
                    yield mapper.local_table.name, column.name


def test_every_text_of_an_organisation_is_destroyed_by_some_kind_or_kept_for_a_reason():
    along = ((LeadOffer, OFFER_EMPTIED), (MeetingInvitation, INVITATION_EMPTIED), (SharedNeed, SHARED_EMPTIED))
    emptied = {(model.__tablename__, name) for model, names in along for name in names}
    emptied |= {(kind.model.__tablename__, name) for kind in KINDS.values() for name in kind.emptied}

    known = emptied | kept_columns()
    there = set(texts())
    assert sorted(there - known) == []
    assert sorted(kept_columns() - there) == []
    assert sorted(emptied & kept_columns()) == []

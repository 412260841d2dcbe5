"""Records that an extract was made; nothing of it is stored."""

from broker import audit
from broker.access import organisation_in_scope
from broker.accounts.models import User
from broker.accounts.queries import get_organisation
from broker.actions import Action
from broker.extracts.extract import Extract


def record_extract(extract: Extract, *, shape: str, by: User) -> None:
    """Note that somebody made an extract as a page or a file: how much and which rows, and never of whom.

    The history is kept for ever, so a name in it could not be taken out again.
    """
    organisation = get_organisation(organisation_in_scope())
    audit.record(
        Action.EXTRACT_MADE,
        organisation,
        by=by,
        organisation_id=organisation.id,
        shape=shape,
        counts={kind: len(keys) for kind, keys in extract.keys.items()},
        keys=extract.keys,
        left_out=extract.left_out_count,
    )

"""What of a need goes into a plan, and what of it has changed since; the company as a token that says nothing."""

import hashlib
import hmac
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from broker.needs.joint.models import JointNeed
from broker.needs.models import Need
from broker.topics.models import national_id

_COPIED = (
    "level", "women", "men", "unknown_sex", "hours", "preferred_mode", "earliest_on", "latest_on", "municipality_code",
    "max_km", "priority",
)  # fmt: skip
_LABELS = {
    "topic_id": _l("kompetensområde"),
    "level": _l("nivå"),
    "women": _l("kvinnor"),
    "men": _l("män"),
    "unknown_sex": _l("kön okänt"),
    "hours": _l("timmar"),
    "preferred_mode": _l("helst"),
    "modes": _l("former"),
    "languages": _l("språk"),
    "earliest_on": _l("tidigast"),
    "latest_on": _l("senast"),
    "municipality_code": _l("kommun"),
    "max_km": _l("längsta resa"),
    "priority": _l("prioritet"),
    "company_token": _l("företag"),
    "company_name": _l("företagets namn"),
}


def copy_of(need: Need, plan_id: int, *, is_named: bool) -> dict[str, Any]:
    """Give exactly what a plan gets to know of a clear need."""
    return {
        **{name: getattr(need, name) for name in _COPIED},
        "topic_id": national_id(need.topic_id or ""),
        "modes": sorted(need.modes),
        "languages": sorted(need.languages),
        "company_name": need.company.name if is_named else None,
        "company_token": company_token(need.company_id, plan_id),
    }


def company_token(company_id: int, plan_id: int) -> str:
    """Give what stands for a company in one plan; equal for all who contribute a need of the same company."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"joint/{plan_id}/{company_id}".encode(), hashlib.sha256).hexdigest()


def changed_fields(need: Need, joint: JointNeed, *, is_named: bool) -> list[Any]:
    """List, in words, what of a need is no longer as its copy says."""
    if need.missing:
        return [_l("något som behöver vara känt")]
    now = copy_of(need, joint.plan_id, is_named=is_named)
    return [_LABELS[name] for name, value in now.items() if getattr(joint, name) != value]

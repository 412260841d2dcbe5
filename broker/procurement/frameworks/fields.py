"""The field about framework agreements that every version of the workflow has, also those that do not know of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# A ceiling of people or hours is an own thing of agreements, so no version of the workflow names what counts on it.
OWN_FIELDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "call_off_volume": {
            "type": "integer",
            "label_sv": "Volym i avropet (deltagare eller timmar)",
            "label_en": "Volume of the call-off (participants or hours)",
        }
    }
)


def with_own_fields(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give a version of the workflow with the fields that framework agreements need."""
    fields: dict[str, Any] = {}
    for name, definition in document["fields"].items():
        fields[name] = definition
        if name == "framework":
            fields |= OWN_FIELDS
    return {**document, "fields": fields}

"""A checker of plans that shares no code with the engine, written from the description of the exchange format."""

import math


def kilometres(start, end):
    first, second = (math.radians(start[1]), math.radians(start[2])), (math.radians(end[1]), math.radians(end[2]))
    central = math.sin(first[0]) * math.sin(second[0]) + math.cos(first[0]) * math.cos(second[0]) * math.cos(
        first[1] - second[1]
    )
    return round(6371.0 * math.acos(min(1.0, central)) * 1.25)


def broken_rules(document, cohorts):
    """Give every rule that a list of cohorts in the exchange format breaks."""
    rows = {row[0]: dict(zip(document["columns"], row, strict=True)) for row in document["needs"]}
    broken, used = [], set()
    for cohort in cohorts:
        _area, _name, smallest, largest, _mandatory = document["areas"][cohort["area"]]
        size, companies = 0, set()
        for need_id, part in cohort["members"]:
            row = rows[need_id]
            broken += ["twice"] if (need_id, part) in used else []
            used.add((need_id, part))
            people = row["women"] + row["men"]
            parts = math.ceil(people / largest)
            size += people // parts + (part < people % parts)
            companies.add(row["company"])
            broken += _member_rules(document, row, cohort)
        broken += [] if smallest <= size <= largest else ["size"]
        broken += [] if len(companies) >= document["config"]["min_companies"] else ["companies"]
        broken += [] if (cohort["mode"] == 2) == (cohort["mun"] is None) else ["place"]
        if document["config"]["require_provider"] and not _has_provider(document, cohort, size):
            broken.append("provider")
    return broken


def _has_provider(document, cohort, size):
    for _provider, area, levels, modes, languages, base, reach, capacity, until in document["offerings"]:
        teaches = area == cohort["area"] and levels >> cohort["level"] & 1 and modes & cohort["mode"]
        if not teaches or not languages & cohort["lang"] or capacity < size:
            continue
        places = document["municipalities"]
        is_near = cohort["mun"] is None or kilometres(places[base], places[cohort["mun"]]) <= reach
        if is_near and until >= cohort["start"] + _weeks(cohort):
            return True
    return False


def _weeks(cohort):
    weeks = math.ceil(cohort["hours"] / (8 if cohort["hours"] <= 24 else 16))
    return weeks + weeks // 2 if cohort["mode"] == 2 else weeks


def _member_rules(document, row, cohort):
    places = document["municipalities"]
    checks = {
        "area": row["area"] == cohort["area"],
        "level": row["level"] in (0, cohort["level"]),
        "language": row["langs"] & cohort["lang"],
        "mode": row["modes"] & cohort["mode"],
        "hours": row["hours"] <= cohort["hours"] <= 1.5 * row["hours"],
        "window": row["earliest"] <= cohort["start"] <= row["latest"] - _weeks(cohort),
        "travel": cohort["mun"] is None or kilometres(places[row["mun"]], places[cohort["mun"]]) <= row["max_km"],
    }
    return [name for name, is_kept in checks.items() if not is_kept]

"""A checker of plans that shares no code with the engine, written from the description of the exchange format."""

import itertools
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
        broken += ["apart" for pair in document.get("apart", []) if set(pair) <= companies]
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


def worth(document, cohorts):
    """Give the points of a plan in the exchange format, counted from the description of the objective."""
    config, rows = (
        document["config"],
        {row[0]: dict(zip(document["columns"], row, strict=True)) for row in document["needs"]},
    )
    points, groups_of = 0, {}
    for number, cohort in enumerate(cohorts):
        largest, size = document["areas"][cohort["area"]][3], 0
        points -= config["cohort_base"] + config["cohort_per_hour"] * cohort["hours"]
        for need_id, part in cohort["members"]:
            row = rows[need_id]
            people = parts(row["women"] + row["men"], largest)[part]
            size += people
            points += people * config["prio_points"][row["priority"]] + config["need_points"]
            points -= people * config["extra_hour_points"] * (cohort["hours"] - row["hours"])
            points -= config["mode_points"] * people * (cohort["mode"] != 2 ** row["pref_mode"])
            if cohort["mun"] is not None:
                places = document["municipalities"]
                distance = kilometres(places[row["mun"]], places[cohort["mun"]])
                points -= round(config["km_points"] * 10) * people * distance // 10
            groups_of.setdefault((row["company"], cohort["area"]), set()).add(number)
        points += config["provider_points"] * _has_provider(document, cohort, size)
    return points - config["split_points"] * sum(len(numbers) - 1 for numbers in groups_of.values())


def parts(people, largest):
    count = math.ceil(people / largest)
    return [people // count + (part < people % count) for part in range(count)]


def best_worth(document):
    """Give the points of the best plan there is, by trying every way to put a handful of needs together."""
    rows = [dict(zip(document["columns"], row, strict=True)) for row in document["needs"]]
    items = []
    for row in rows:
        sizes = parts(row["women"] + row["men"], document["areas"][row["area"]][3])
        items += [(row["id"], part) for part in range(len(sizes))]
    cohorts = [found for chosen in _subsets(items) if (found := _best_cohort(document, rows, chosen))]
    return _best_choice(document, cohorts, [], 0)


def _subsets(items):
    for mask in range(1, 2 ** len(items)):
        yield [item for place, item in enumerate(items) if mask >> place & 1]


def _best_cohort(document, rows, members):
    own = [row for row in rows if row["id"] in {need_id for need_id, _part in members}]
    if len({row["area"] for row in own}) > 1:
        return None
    ways = itertools.product(
        sorted({row["level"] for row in own} | {1}),
        (1, 2),
        (1, 2, 4),
        sorted({row["hours"] for row in own}),
        [None, *document["venues"]],
    )
    found = []
    for level, language, mode, hours, place in ways:
        cohort = {
            "area": own[0]["area"],
            "level": level,
            "lang": language,
            "mode": mode,
            "hours": hours,
            "mun": place,
            "start": max(row["earliest"] for row in own),
            "members": members,
        }
        if not broken_rules(document, [cohort]):
            found.append(cohort)
    return max(found, key=lambda cohort: worth(document, [cohort]), default=None)


def _best_choice(document, cohorts, chosen, first):
    best = worth(document, chosen)
    used = {pair for cohort in chosen for pair in cohort["members"]}
    for place in range(first, len(cohorts)):
        if not used & set(cohorts[place]["members"]):
            best = max(best, _best_choice(document, cohorts, [*chosen, cohorts[place]], place + 1))
    return best

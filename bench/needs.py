"""Invented but lifelike needs in the exchange format: the same count and seed always give the same document.

Few fields of competence have most needs, some places want some fields much more, most companies are small and send one
to three people, periods are from five weeks to forty, and most travel less than sixty kilometres.
"""

import numpy as np

from broker.needs.bundling.travel import kilometres
from broker.needs.planning import places, read_rules
from broker.reference import queries as reference

COLUMNS = [
    "id", "company", "area", "level", "langs", "pref_mode", "modes", "mun", "earliest", "latest", "hours", "women",
    "men", "priority", "max_km", "size",
]  # fmt: skip
OFFERING_COLUMNS = ["provider", "area", "levels", "modes", "langs", "base", "reach_km", "capacity", "vetted_until"]
FIELDS = 48
# A small list is one learning centre's, a larger one a region's, the largest that of the country.
REACH_OF_A_CENTRE, MOST_OF_A_CENTRE, MOST_OF_A_REGION = 100, 200, 2000
# How often a need is wished on site, at a distance, or blended: for the hands, for the head, and for both.
WISHES = np.array([[0.92, 0.0, 0.08], [0.3, 0.5, 0.2], [0.5, 0.2, 0.3]])
MOST_OF_A_COMPANY = np.array([3, 8, 16, 30])


def make_document(count, seed):
    content = reference.read_yaml("cohort_rules")
    rules = read_rules(content)
    fields = sorted(rules.groups)[:FIELDS]
    groups = [rules.group_of(field) for field in fields]
    towns = list(places().values())
    return {
        "format": 1,
        "base_monday": "2027-01-04",
        "config": content["weights"],
        "municipalities": [[town.name, town.latitude, town.longitude, town.region] for town in towns],
        "areas": [
            [field, reference.topic_label(field), group.smallest, group.largest, group.mandatory]
            for field, group in zip(fields, groups, strict=True)
        ],
        "columns": COLUMNS,
        "offering_columns": OFFERING_COLUMNS,
        "locked": [],
        **Invention(count, seed, groups, towns).document(),
    }


class Invention:
    def __init__(self, count, seed, groups, towns):
        self.chance = np.random.default_rng([count, seed])
        self.count, self.groups = count, groups
        self.weight = self.weight_of_places(towns)
        few = 12 if count < MOST_OF_A_CENTRE else 24 if count < MOST_OF_A_REGION else FIELDS
        popularity = 1 / (np.arange(FIELDS) + 1) ** 0.8
        chosen = self.chance.choice(FIELDS, few, replace=False, p=popularity / popularity.sum())
        self.popularity = np.where(np.isin(np.arange(FIELDS), chosen), self.chance.permutation(popularity), 0)
        self.wishes = WISHES[self.chance.integers(0, 3, FIELDS)]

    def document(self):
        return {
            "venues": sorted(np.argsort(-self.weight, kind="stable")[:200].tolist()),
            "needs": self.needs().tolist(),
            "offerings": self.offerings(),
        }

    def weight_of_places(self, towns):
        size = 1 / (self.chance.permutation(len(towns)) + 10.0) ** 0.9
        hub = self.pick(size, 1)[0]
        if self.count < MOST_OF_A_CENTRE:
            size *= [kilometres(towns[hub], town) <= REACH_OF_A_CENTRE for town in towns]
        elif self.count < MOST_OF_A_REGION:
            size *= [town.region == towns[hub].region for town in towns]
        return size

    def pick(self, weight, count):
        return self.chance.choice(len(weight), count, p=weight / weight.sum())

    def needs(self):
        chance, count = self.chance, self.count
        companies = max(4, int(count / 1.8))
        size_of_company, home = (
            self.pick(np.array([0.62, 0.25, 0.1, 0.03]), companies),
            self.pick(self.weight, companies),
        )
        company = np.sort(self.pick(np.array([1.0, 1.6, 3.0, 5.0])[size_of_company], count))
        size, place = size_of_company[company], home[company]
        taste = self.popularity * chance.gamma(1.2, 1 / 1.2, (len(self.weight), FIELDS))
        area = np.array([self.pick(taste[town], 1)[0] for town in place])
        usual = np.array([group.hours for group in self.groups])[area]
        hours = np.where(chance.random(count) < 0.35, usual * 3 // 2, usual)
        level = np.where(
            (chance.random(count) < 0.75) & (usual >= 16), 1 + self.pick(np.array([0.55, 0.32, 0.13]), count), 0
        )
        wished = np.array([self.pick(self.wishes[field], 1)[0] for field in area])
        modes = 1 << wished | np.where(chance.random(count) < 0.4, np.where(wished == 2, 1, 4), 0)
        people = self.people(size)
        women = chance.binomial(people, chance.uniform(0.1, 0.8, FIELDS)[area])
        priority = 1 + self.pick(np.array([0.22, 0.5, 0.21, 0.07]), count)
        earliest = chance.integers(0, 52, count)
        shortest, longest = np.array([[8, 8, 6, 5], [40, 40, 20, 12]])[:, priority - 1]
        latest = np.minimum(earliest + chance.integers(shortest, longest) + -(-hours // 16), 90)
        max_km = np.array([20, 30, 40, 60, 80, 100, 150])[
            self.pick(np.array([0.1, 0.17, 0.18, 0.27, 0.14, 0.1, 0.04]), count)
        ]
        languages = np.array([1, 3, 2, 4, 8, 16])[self.pick(np.array([0.88, 0.055, 0.035, 0.012, 0.01, 0.008]), count)]
        columns = [
            np.arange(count), company, area, level, languages, wished, modes, place, earliest, latest, hours,
            women, people - women, priority, max_km, size,
        ]  # fmt: skip
        return np.column_stack(columns)

    def people(self, size):
        """Give how many people a company of each size sends."""
        chance, count = self.chance, self.count
        drawn = [
            chance.geometric(0.62, count),
            chance.geometric(0.42, count),
            1 + chance.poisson(3.2, count),
            2 + chance.poisson(7.0, count),
        ]
        return np.minimum(np.choose(size, drawn), MOST_OF_A_COMPANY[size])

    def offerings(self):
        chance, found = self.chance, []
        for provider in range(int(np.clip(self.count / 25, 6, 1500))):
            base, until = (
                int(self.pick(self.weight, 1)[0]),
                int(chance.choice([20, 40, 60, 110], p=[0.1, 0.15, 0.25, 0.5])),
            )
            for field in np.unique(self.pick(self.popularity, chance.integers(1, 5))).tolist():
                group = self.groups[field]
                found.append(
                    [
                        provider,
                        field,
                        1 | int(chance.choice([2, 6, 14], p=[0.3, 0.4, 0.3])),
                        int(np.sum(np.where(chance.random(3) < 0.25 + self.wishes[field], [1, 2, 4], 0))) or 1,
                        int(chance.choice([1, 3, 7], p=[0.7, 0.25, 0.05])),
                        base,
                        int(chance.choice([60, 120, 250, 2000], p=[0.3, 0.35, 0.2, 0.15])),
                        int(chance.choice([group.smallest + 2, group.largest, 30])),
                        until,
                    ]
                )
        return found

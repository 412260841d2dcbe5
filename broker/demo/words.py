"""The words that invented companies, people and conversations are made of."""

PLACES = (
    "Almby",
    "Berga",
    "Björklunda",
    "Dalby",
    "Ekerum",
    "Falkås",
    "Granvik",
    "Hagby",
    "Hedlunda",
    "Holmsta",
    "Kvarnsjö",
    "Lindås",
    "Lövsta",
    "Malmby",
    "Norrby",
    "Oxhult",
    "Rosenlund",
    "Sandhem",
    "Skogsta",
    "Solvik",
    "Stenby",
    "Sundby",
    "Södra",
    "Tallås",
    "Tunby",
    "Vassby",
    "Viksta",
    "Västra",
    "Åbrink",
    "Åsbro",
    "Älvsta",
    "Ängby",
    "Öhult",
    "Östra",
)

# (line of business, SNI 2025 division and five digits, share of women among the staff, topics that it asks for)
TRADES = (
    ("Svets & Smide", "25110", 0.08, ("T023", "T024", "T008", "T030")),
    ("Mekaniska", "25530", 0.15, ("T026", "T023", "T030", "T002")),
    ("Bygg", "41000", 0.09, ("T005", "T018", "T006", "T008")),
    ("Åkeri", "49410", 0.10, ("T014", "T013", "T001")),
    ("Skog", "02100", 0.12, ("T010", "T011", "T009")),
    ("Livsmedel", "10890", 0.52, ("T063", "T009", "T062")),
    ("Omsorg", "88101", 0.84, ("T062", "T009", "T021")),
    ("Restaurang", "56110", 0.50, ("T063", "T064", "T065")),
    ("Handel", "47110", 0.58, ("T047", "T050", "T042")),
    ("El", "43210", 0.05, ("T015", "T005", "T009")),
    ("Redovisning", "69202", 0.72, ("T041", "T060", "T042")),
    ("IT", "62100", 0.28, ("T041", "T046", "T055")),
    ("Lantbruk", "01500", 0.25, ("T010", "T008", "T061")),
    ("Städ", "81210", 0.70, ("T066", "T062", "T021")),
    ("Verkstad", "33110", 0.10, ("T023", "T028", "T033")),
)

FORMS = (("AB", "AB", 0.78), ("HB", "HB", 0.12), ("Ekonomisk förening", "EK", 0.06), ("KB", "KB", 0.04))

WOMEN = (
    "Anna",
    "Eva",
    "Maria",
    "Karin",
    "Kristina",
    "Lena",
    "Sara",
    "Emma",
    "Ida",
    "Åsa",
    "Fatima",
    "Leila",
    "Olena",
    "Ewa",
)
MEN = (
    "Erik",
    "Lars",
    "Karl",
    "Anders",
    "Johan",
    "Per",
    "Nils",
    "Olof",
    "Åke",
    "Östen",
    "Ahmed",
    "Ali",
    "Piotr",
    "Oleksandr",
)

FUNCTIONS = ("VD", "Platschef", "Personalansvarig", "Produktionsledare", "Ägare", "Ekonomiansvarig")

SAID = (
    "Visade runt i verkstaden. {people} personer behöver {topic}, helst {season}.",
    "Ringde om läget. Tappar order för att ingen kan {topic}. Vill gärna dela kurs med andra.",
    "De anställer två till våren och vill att de får {topic} från början.",
    "Har frågat tre anordnare om {topic}, men grupperna blir för små. {people} personer.",
    "Gick igenom hela personalen. Mest bråttom är {topic} för {people} personer.",
    "Nöjda med förra kursen. Frågade om {topic} {season}.",
    "Inget behov just nu. Vill höras igen efter sommaren.",
    "Chefen är ny och vill ha en genomgång av vad vi kan hjälpa till med.",
)
SEASONS = ("före jul", "i januari", "i vår", "före sommaren", "i höst")
STEPS = (
    "Ring om kursdatum",
    "Skicka förslag på anordnare",
    "Boka besök",
    "Stäm av antal deltagare",
    "Hör om behovet kvarstår",
)

PLANS = (
    ("visit", "Gå igenom vilka som behöver utbildning"),
    ("visit", "Se verkstaden och hur den nya maskinen används"),
    ("digital_meeting", "Visa upplägg från två anordnare"),
    ("call", "Hör hur kursen gick"),
)

PURPOSES = (
    "Kunna ta emot större order.",
    "Klara kundens krav på behörighet.",
    "Minska skador och sjukfrånvaro.",
    "Ersätta en medarbetare som går i pension.",
    "Komma igång med nya maskinen.",
)
CAUSES = (
    ("Den som kunde det har slutat, och ingen annan har lärt sig.", "individual"),
    ("Företaget är för litet för att planera utbildning i förväg.", "organisation"),
    ("Närmaste kurs ges så långt bort att personalen inte kan släppas.", "structure"),
    ("Kraven i branschen har ändrats de senaste åren.", "structure"),
)
CONSEQUENCES = (
    "Företaget tackar nej till uppdrag.",
    "Arbetet läggs på inhyrd personal till högre kostnad.",
    "Risken för olyckor ökar.",
)

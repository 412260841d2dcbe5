"""What people write into the invented project: goals, reasons, and their own sentences for the form's questions."""

from decimal import Decimal
from types import MappingProxyType

from broker.esf.chain.models import EffectKind, EvaluationKind
from broker.esf.kinds import OWNER, PARTICIPANT, PARTNER

CALL_TITLE = "Påhittad utlysning: Kompetensutveckling för anställda i små företag"
CALL_PRIORITIES = ("Anställda med kort utbildning", "Små företag utanför de större städerna")
CALL_EXCERPT = "Påhittad text: utlysningen ska stärka anställdas kompetens så att företagen klarar omställningen."
PRICE_FILE = "påhittade-enhetskostnader.csv"
PRICE_SOURCE = "Påhittat för demon, inte utlysningens tabell"
CALL_SOURCE = (
    "Utlysningen är påhittad för demonstrationen. Enhetskostnaderna är påhittade ersättare: mallens priser per "
    "funktion står i stället för utlysningens priser per yrkeskategori, och priset för deltagarnas tid är hämtat "
    "ur mallens räkneexempel. Använd dem inte i en riktig ansökan."
)
READY_NAME = "Rätt kunskap i rätt tid"
STARTED_NAME = "Nystartat projekt, inget ifyllt"

VISIT = "Gick igenom projektet. Företaget sade ja till att dela behovet med projektets parter och skrev på åtagandet."
GROUND = "Varje företag sade ja vid ett besök, {first} till {last}. Besöken är antecknade i loggen."
JUST_JOINED = "Företagen har sagt ja på telefon; skriftligt samtycke hämtas in i nästa steg."

OWNER_REASON = "Samlar behoven från företagen, gör inköpen och har ansvaret för ekonomin."
PARTNER_REASON = "Når företag i grannkommunen, så att grupperna blir stora nog."
COMPANY_REASON = "Släpper personal till utbildningen och provar det nya arbetssättet på plats."
ADJUSTMENTS = "Tider bestäms med deltagarna, lokalen är tillgänglig och materialet finns på lätt svenska."
METHOD_REFERENCE = "egna kurser för småföretag de senaste tre åren, med uppföljning efter sex månader"
CALL_PART = "Stärkt kompetens hos anställda i små företag"

# In the order of the causes that companies name; what lies outside the project's reach has no goal.
GOALS = (
    (
        {
            "text": "På varje företag kan minst två personer det som bara en kunde.",
        },
        (
            {
                "kind": EffectKind.RESULT,
                "text": "Arbetet stannar inte när någon är borta.",
                "sign": "företagens kompetenslistor",
                "owner_role": "projektledaren",
            },
            {"kind": EffectKind.EFFECT, "text": "Kunnandet stannar i företagen när människor slutar."},
        ),
        (
            {
                "indicator": "Andel företag med minst en som har börjat läras upp",
                "baseline": "0 procent",
                "target": "60 procent",
                "data_source": "kursernas närvarolistor",
            },
            {
                "indicator": "Andel företag med minst två utbildade per arbetsmoment",
                "baseline": "0 procent",
                "target": "80 procent",
                "data_source": "företagens kompetenslistor",
            },
        ),
    ),
    (
        {
            "text": "Småföretagen planerar utbildning i förväg och tillsammans.",
        },
        (
            {
                "kind": EffectKind.RESULT,
                "text": "Behoven blir kända innan de är akuta.",
                "sign": "företagens kompetenslistor",
                "owner_role": "projektledaren",
            },
            {"kind": EffectKind.EFFECT, "text": "Kurser kan ges i hela grupper, till lägre kostnad."},
        ),
        (
            {
                "indicator": "Antal företag med en plan för nästa år",
                "baseline": "0 företag",
                "target": "hälften av företagen",
                "data_source": "kompetensmäklarnas uppföljningssamtal",
            },
        ),
    ),
    (
        {
            "text": "Utbildningen ges så nära att lika stor andel kvinnor som män kan delta.",
        },
        (
            {
                "kind": EffectKind.RESULT,
                "text": "Den som har ansvar för barn eller saknar bil kan vara med.",
                "sign": "företagens kompetenslistor",
                "owner_role": "projektledaren",
            },
            {"kind": EffectKind.EFFECT, "text": "Skillnaden i utbildning mellan kvinnor och män minskar."},
        ),
        (
            {
                "indicator": "Andel kvinnor och män av de anmälda som fullföljer",
                "baseline": "okänt",
                "target": "90 procent av båda",
                "data_source": "närvarolistor uppdelade på kvinnor och män",
            },
        ),
    ),
    None,
)

STEERING = (
    {
        "role": "Förvaltningschef, ordförande",
        "organisation": "Projektägaren",
        "actor_role": OWNER,
        "name": "Påhitt Exempelsson",
    },
    {"role": "Skolchef", "organisation": "Grannkommunen", "actor_role": PARTNER, "name": "Prova Exempelsson"},
    {"role": "Två företagare", "organisation": "De deltagande företagen", "actor_role": PARTICIPANT, "name": None},
)

MEETINGS = (
    "Arbetsordning, tidplan och första grupperna",
    "Avstämning mot delmål och budget",
    "Halvtid: utvärderarens första rapport",
)

# The usual risks, as somebody has judged them and written them anew.
RISKS = MappingProxyType(
    {
        "leaving": {
            "text": "Små företag hoppar av när en nyckelperson slutar.",
            "response": "Varje grupp har reserver, och platsen erbjuds närmast på listan.",
            "likelihood": 3,
            "impact": 3,
            "owner_role": "Kompetensmäklarna",
        },
        "not_released": {
            "text": "Personal kan inte släppas under högsäsong.",
            "response": "Kursen delas i halvdagar, och varje grupp ges två gånger.",
            "likelihood": 4,
            "impact": 3,
            "owner_role": "Kompetensmäklarna",
        },
        "dearer": {
            "text": "Kursen blir dyrare än när den budgeterades.",
            "response": "Priset stäms av innan gruppen startar.",
            "likelihood": 2,
            "impact": 3,
            "owner_role": "Projektledaren",
        },
        "late_money": {
            "text": "Pengarna kommer sent, efter att kurserna är betalda.",
            "response": "Nämnden har beslutat om likvida medel för ett halvår.",
            "likelihood": 3,
            "impact": 4,
            "owner_role": "Ekonomen",
        },
    }
)

FOLLOW_UP = MappingProxyType(
    {
        "responsible": "projektledaren",
        "frequency": "varje månad",
        "data": "Närvarolistor, kompetenslistor och uppföljningssamtal",
        "deviation": "Styrgruppen får en rapport och beslutar om åtgärd vid nästa möte",
        "evaluation": EvaluationKind.EXTERNAL,
        "evaluation_note": "Görs efter halva tiden och vid slutet",
        "closing_months": 3,
    }
)

# Own sentences stand first in each answer; what the rows say follows after them.
ANSWERS = MappingProxyType(
    {
        "sammanfattning_sv": (
            "Små företag får sällan ihop en hel kursgrupp. I projektet samlas deras behov, så att anställda kan lära "
            "sig det som arbetet kräver nära hemorten."
        ),
        "sammanfattning_en": (
            "Small companies can seldom fill a course on their own. The project puts their needs together, so that "
            "employees can learn what their work demands close to home."
        ),
        "kontakt": "Kontaktperson och behörig företrädare anges direkt i Projektrummet+.",
        "problem": (
            "Problemet är företagens: de kan inte utbilda sin personal i den takt som arbetet förändras. Jämställdhet: "
            "i flera yrken är nästan alla män eller nästan alla kvinnor, och det påverkar vem som erbjuds utbildning, "
            "så en jämställd fördelning följs upp. Tillgänglighet: kurser på annan ort är inte tillgängliga för den "
            "som inte kan resa eller behöver anpassat material. Icke-diskriminering: den som har svenska som "
            "andraspråk riskerar att diskrimineras när kursen bara ges på fackspråk."
        ),
        "orsaker": "Orsakerna är uppgivna av företagen själva och fördelade på individ, organisation och struktur.",
        "konsekvenser": "Om inget görs fortsätter företagen att tacka nej till arbete som de kunde ha tagit.",
        "behov": "Behoven samlades in av kompetensmäklare vid besök. Lika behov är sammanslagna.",
        "aktorsanalys": "Varje aktör är med för något som de andra inte klarar. Större företag valdes bort.",
        "mal": "Målen svarar mot de orsaker som projektet kan påverka.",
        "delmal": "Varje mål stäms av två gånger om året i styrgruppen.",
        "effekter": "Projektet styr över utbildningen och bidrar till det som följer i företagen.",
        "deltagare": "Alla deltagare är anställda i företag med färre än femtio anställda.",
        "metodval": "Kurserna ges i grupper från flera företag, med övning på den egna arbetsplatsen emellan.",
        "aktiviteter": "Utförare upphandlas när projektet är beviljat.",
        "tidplan": "De sista tre månaderna hålls fria från utbildning och används för slutrapporten.",
        "horisontella_aktiviteter": "Analysen har ändrat både tider, lokaler och material.",
        "risker": (
            "Företag kan hoppa av: varje grupp har reserver. Personal kan inte släppas: kursen delas i halvdagar. "
            "Kursen blir dyrare: priset stäms av innan gruppen startar. Pengarna kommer sent: projektägaren har "
            "likvida medel för tiden."
        ),
        "uppfoljning": (
            "Projektledaren följer upp varje månad och rapporterar avvikelser till styrgruppen, som beslutar om "
            "åtgärd. En extern utvärdering görs efter halva tiden."
        ),
        "organisation": "Alla tjänster är bemannade hos projektägaren och samverkansparten.",
        "kompetens": (
            "Kompetensmäklarna har arbetat med småföretag i flera år. Kunskap om jämställdhet, tillgänglighet och "
            "icke-diskriminering köps in, så att ingen diskrimineras och varje kurs blir tillgänglig och jämställd."
        ),
        "kostnadseffektivitet": "Grupper från flera företag gör att varje plats används. Priserna är marknadens.",
        "ekonomi": (
            "Projektägaren bär likviditeten tills stödet betalas ut. Inköp görs enligt LOU, och kravet på kunskap om "
            "de horisontella principerna ställs i varje förfrågan."
        ),
        "forankring": "Nämnden har beslutat att söka stödet. Åtagandena är undertecknade av företagens ledning.",
        "styrgrupp": "Styrgruppen har både kvinnor och män från kommun och näringsliv.",
        "tillvaratagande": "Arbetssättet blir en del av lärcentrets ordinarie verksamhet.",
        "bilagor": "Bilagorna är de som utlysningen kräver.",
    }
)

FACTS = MappingProxyType(
    {
        "rate_source": "Påhittad kurs för demonstrationen",
        "signatory": "Förvaltningschef Påhitt Exempelsson",
        "contact": "Projektsamordnare Prov Exempelsson",
        "steering_mandate": "Beslutar om inriktning, prioritering mellan grupper och åtgärder vid avvikelser",
        "steering_frequency": "Var sjätte vecka",
        "uptake_owner": "Lärcentret",
        "uptake_funding": "Nämndens ordinarie budget",
    }
)

GATES = MappingProxyType(
    {
        "g4": (True, "Läst mot programmet och utlysningen."),
        "g5": (True, "Kontrollerat hos Kronofogden, Skatteverket och Bolagsverket (påhittat)."),
        "g9": (True, "Allt utom den engelska sammanfattningen är på svenska."),
        "k1f": (True, "Ja: små grupper är det gemensamma problemet."),
        "k2d": (True, "Ja, alla mål ligger före projektets slut."),
        "k5d": (True, "Nämndens beslut, diarienummer DEMO 2026/060."),
        "g1": (False, "Görs när exporten är granskad."),
        "g3": (False, "Görs efter inlämningen."),
    }
)

GRANTED_NAME = "Lära på jobbet"
GRANTED_GROUND = "Företagen sade ja när de bekräftade sina deltagare."
EARLIER_CALL_TITLE = "Kompetensutveckling i små företag"
GRANTED_GOAL = "Fler i företagen klarar de moment som i dag hänger på en enda person."
GRANTED_MILESTONES = (
    ("Personer som har avslutat en utbildning", "10", 9),
    ("Företag med en egen plan för lärande", "3", 12),
)
GRANTED_SOURCE = "Antal per företag vid varje tillfälle"
GRANTED_SIZE = MappingProxyType({"staff": 12, "turnover_eur": Decimal(1_300_000), "balance_eur": Decimal(700_000)})
GRANTED_CONDITIONS = "Projektet redovisar varje kvartal. Informera om stödet på webbplatsen och i lokalen."
GRANTED_PAPER = "Påhittat underlag: antal deltagare per företag och tillfälle, utan namn.\n"
GRANTED_DEVIATIONS = (
    ("Starten drog ut två veckor på tiden: lokalen var upptagen.", "Tillfällena lades tätare.", 70, True),
    ("Ett företag kunde inte släppa alla som var anmälda.", "Ett extra tillfälle planeras i vår.", 14, False),
)
GRANTED_CHANGE = "Tre månader längre projekt, så att den andra gruppen hinner utbildas. Ingen ändring av budgeten."
PARTNER_GROUND = "Företagen tillfrågades på nytt i brev och sade ja till att Region Exempel får se deras behov."

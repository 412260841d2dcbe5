"""Whether a call fits a project is said as reasons: each holds, does not, or cannot be told yet."""

from decimal import Decimal

from broker.esf import queries
from broker.esf.calls.fits import list_reasons
from broker.esf.kinds import AidBasis
from broker.extensions import db
from tests import factories_esf


def reasons(project, call):
    found = list_reasons(queries.load_application(project.id), call)
    return {str(row.sentence).replace("\N{NO-BREAK SPACE}", " "): row.fits for row in found}


def starting(told, words):
    (fits,) = [fits for text, fits in told.items() if words in text]
    return fits


def test_a_call_is_held_against_everything_a_project_has(client, scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.worked_budget(project, user)
    for row in queries.list_contributions(project):
        row.company.industry_codes = ["25110"]
    db.session.commit()
    fitting = factories_esf.call(user, budget_kr=Decimal(40_000_000), sectors=["25"], attachments=[])
    told = reasons(project, fitting)
    assert starting(told, "Alla deltagare finns i Östra Mellansverige")
    assert starting(told, "ryms i utlysningens")
    assert starting(told, "Alla företag har en bransch")
    assert starting(told, "tillåter köpt utbildning")
    assert starting(told, "Till 46 % behövs") is False
    assert [fits for fits in told.values() if fits is False] == [False]

    other = factories_esf.call(
        user,
        region="Sydsverige",
        budget_kr=Decimal(1_000_000),
        budget_model="funktion",
        sectors=["62.01"],
        state_aid_basis=AidBasis.TRAINING_AID,
        max_months=6,
    )
    told = reasons(project, other)
    for words in (
        *("ligger utanför Sydsverige", "är mer än utlysningens", "tillåter inte köpt utbildning"),
        *("Utanför utlysningens branscher", "En annan har", "är mer än 6", "Bilagor som saknas"),
    ):
        assert starting(told, words) is False, words
    assert starting(reasons(project, factories_esf.call(user, region="Norden")), "känner inte regionen") is None

    page = client.get(f"/utlysningar/{other.id}/passar")
    assert "ligger utanför Sydsverige" in page.text and client.queries <= 12
    page = client.get(f"/projekt/{project.id}/passar")
    assert page.text.count("Vet inte än") >= 1 and other.title in page.text


def test_a_project_without_anything_says_what_cannot_be_told(scope, user):
    project = factories_esf.project(scope, user)
    told = reasons(project, factories_esf.call(user, sectors=["25"]))
    assert starting(told, "regionen går inte att pröva") is None
    assert starting(told, "medfinansieringen går inte att räkna") is None
    assert starting(told, "Utlysningens belopp är inte inlagt") is None

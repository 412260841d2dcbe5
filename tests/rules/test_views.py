"""An operator reads a new version of a rule in, as it happens on the page."""

import io
from datetime import timedelta
from itertools import pairwise

import pytest
import yaml

from broker import clock
from broker.access import Role
from broker.extensions import db
from broker.procurement import queries as purchases
from broker.reference import queries as reference
from broker.reference.models import DocumentKind, ReferenceDocument
from tests import factories_procurement as factories
from tests.client import form_values

# Each line holds the one before it eight times.
GROWING = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 8)}]\n" for before, name in pairwise("abcdefghi")
)
LIMITS = "/regler/procurement_thresholds"


@pytest.fixture
def operator(client_for):
    return client_for(Role.PROCURER, is_operator=True)


@pytest.fixture(autouse=True)
def forgotten(app):
    yield
    db.session.rollback()
    db.session.query(ReferenceDocument).filter(ReferenceDocument.version.contains("+")).delete()
    db.session.commit()


def downloaded(client, url, version):
    return yaml.safe_load(client.get(f"{url}/{version}.yaml").text)


def sent(content, **fields):
    text = yaml.dump(content, allow_unicode=True, sort_keys=False)
    return {"file": (io.BytesIO(text.encode()), "regler.yaml"), "source": "SFS 2027:1", **fields}


def next_limits(client):
    content = downloaded(client, LIMITS, "1")
    last = [row for row in content["rows"] if row["category"] == "goods_services_sub_central"][-1]
    content["rows"].append(
        {**last, "valid_from": "2028-01-01", "valid_to": "2029-12-31", "direct_award_limit_sek": 750000}
    )
    return content


def test_new_limits_are_looked_at_first_and_count_from_their_day(operator, scope, user):
    factories.purchase(by=user)
    later = factories.purchase(by=user)
    later.values = {**later.values, "procurement_started": "2028-03-01", "annex2": "no"}
    db.session.commit()
    looked = operator.submit(f"{LIMITS}/ny", **sent(next_limits(operator)))
    assert looked.status_code == 200
    assert "goods_services_sub_central – 2028-01-01" in looked.text
    assert "Pågående inköp: 2." in looked.text
    assert "Av dem får andra beloppsgränser än i dag: 1." in looked.text
    assert len(reference_versions()) == 1

    added = operator.post(f"{LIMITS}/ny", data=form_values(looked.text), content_type="multipart/form-data")
    assert added.status_code == 302
    page = operator.get(added.location).text
    assert "1+1" in page and "SFS 2027:1" in page
    assert max(row.valid_from for row in purchases.thresholds(clock.today())).year == 2028


def reference_versions():
    db.session.expire_all()
    return db.session.query(ReferenceDocument).filter_by(kind=DocumentKind.THRESHOLDS).all()


def test_a_version_that_waits_does_not_count_yet(operator, scope):
    tomorrow = clock.today() + timedelta(days=1)
    looked = operator.submit(f"{LIMITS}/ny", **sent(next_limits(operator), valid_from=tomorrow.isoformat()))
    operator.post(f"{LIMITS}/ny", data=form_values(looked.text), content_type="multipart/form-data")
    assert reference.get_document(DocumentKind.THRESHOLDS, on=clock.today()).version == "1"
    assert reference.get_document(DocumentKind.THRESHOLDS, on=tomorrow).version == "1+1"
    assert "1+1 från" in operator.get("/regler").text


def test_a_stricter_list_tells_how_many_providers_it_leaves_out(operator, scope, user):
    factories.vetted_provider(by=user)
    url = "/regler/provider_vetting"
    content = downloaded(operator, url, "1")
    content["items"].append({**content["items"][0], "id": "new_item", "label_sv": "Ny punkt", "label_en": "New item"})
    looked = operator.submit(f"{url}/ny", **sent(content))
    assert "Kan användas i dag men inte med den nya listan: 1." in looked.text
    assert "items / new_item" in looked.text


def test_what_is_wrong_with_a_file_is_told_and_nothing_is_kept(operator):
    content = next_limits(operator)
    content["rows"][-1]["valid_from"] = "2028-02-01"
    answer = operator.submit(f"{LIMITS}/ny", **sent(content))
    assert answer.status_code == 422
    assert "ska börja dagen efter att den förra slutar" in answer.text
    assert 'value="SFS 2027:1"' in answer.text
    assert len(reference_versions()) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rows: [", "Filen är inte YAML"),
        (GROWING, "växer utan gräns"),
        ("en vanlig text", "här ska stå namn och värden"),
        ("!!python/object/apply:os.system ['ls']", "Filen är inte YAML"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused(operator, text, told):
    answer = operator.submit(f"{LIMITS}/ny", file=(io.BytesIO(text.encode()), "x.yaml"), source="x")
    assert answer.status_code == 422
    assert told in answer.text


def test_the_same_rules_again_and_a_day_that_is_over_are_refused(operator):
    same = operator.submit(f"{LIMITS}/ny", **sent(downloaded(operator, LIMITS, "1")))
    assert "Ingenting skiljer." in same.text
    again = operator.post(f"{LIMITS}/ny", data=form_values(same.text), content_type="multipart/form-data")
    assert "säger samma sak som version 1" in again.text

    looked = operator.submit(f"{LIMITS}/ny", **sent(next_limits(operator)))
    late = form_values(looked.text) | {"valid_from": (clock.today() - timedelta(days=1)).isoformat()}
    answer = operator.post(f"{LIMITS}/ny", data=late, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Välj i dag eller en senare dag." in answer.text
    assert len(reference_versions()) == 1


def test_going_on_purchases_keep_the_workflow_that_they_started_with(operator, scope, user):
    purchase = factories.purchase(by=user)
    content = downloaded(operator, "/regler/procurement_workflow", purchase.workflow_version)
    content["states"]["draft"]["label_sv"] = "Påbörjat"
    looked = operator.submit("/regler/procurement_workflow/ny", **sent(content))
    assert "behåller den version de startade med: 1." in looked.text
    operator.post("/regler/procurement_workflow/ny", data=form_values(looked.text), content_type="multipart/form-data")
    assert purchases.standing_of(purchase).label == "Utkast"
    assert purchases.standing_of(factories.purchase(by=user)).label == "Påbörjat"


def test_an_administrator_of_an_organisation_does_not_change_the_rules_of_all(client_for):
    assert client_for(Role.ADMINISTRATOR).get("/regler").status_code == 403

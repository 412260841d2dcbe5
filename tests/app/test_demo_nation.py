"""The largest demo: an organisation of its own for every municipality beyond the seventeen."""

from broker.demo import organisations
from broker.extensions import db
from broker.reference import queries as reference


def test_the_nation_has_an_organisation_in_every_municipality(app):
    made = organisations.add_organisations(is_nation=True)
    db.session.commit()

    codes = [code for organisation in made for code in organisation.municipality_codes]
    assert sorted(codes) == sorted(reference.municipalities())

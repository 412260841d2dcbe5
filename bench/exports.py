"""Times the export of an application of sixty companies, beside zipping the same files that are there already."""

import time

from bench.application import make_app
from broker import access, database
from broker.esf import queries as esf
from broker.esf.snapshots import service as snapshots
from broker.extensions import db
from tests import factories, factories_esf

COMPANIES, GROUPS = 60, 10


def measure_export(folder, address):
    app = make_app(folder, address)
    with app.app_context(), database.writing():
        owner = factories.organisation()
        user = factories.user(organisation=owner)
        with access.acting_in(owner.id):
            project = fill(factories_esf.project(owner, user), user)
            began = time.perf_counter()
            esf.load_application(project.id)
            read = time.perf_counter() - began
            began = time.perf_counter()
            snapshot = snapshots.take_out(project.id, by=user)
            db.session.commit()
            taken = time.perf_counter() - began
            began = time.perf_counter()
            content, _name = snapshots.hand_out(project, snapshot, snapshots.ZIP, by=user)
            db.session.commit()
            zipped = time.perf_counter() - began
        db.session.remove()
        db.engine.dispose()
    names = ", ".join(sorted(snapshots.FORMATS))
    print(
        f"Ansökan med {COMPANIES} företag i {GROUPS} grupper: {read:.2f} s att läsa, {taken:.2f} s att skriva ({names})"
    )
    print(f"  samma filer som ZIP ({len(content) / 1000:.0f} kB): {zipped:.2f} s")


def fill(project, user):
    for _group in range(GROUPS):
        needs = [factories_esf.need(factories_esf.company(), user) for _company in range(COMPANIES // GROUPS)]
        factories_esf.join(project, factories_esf.cohort(user, *needs), user)
    factories_esf.complete(project, user)
    factories_esf.worked_budget(project, user)
    db.session.expire_all()
    return esf.get_project(project.id)

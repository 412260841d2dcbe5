"""A copy of everything that is taken while people work, and its return."""

import hashlib
import io
import secrets
import sqlite3
import tarfile
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from broker import access, files, installation
from broker.accounts.models import User
from broker.errors import RefusedError
from broker.extensions import db
from tests.conftest import make_settings

# PostgreSQL has commands of its own for this.
pytestmark = pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)


@pytest.fixture
def settings(app):
    return make_settings(Path(app.config["FILES_DIR"]).parent, f"sqlite:///{db.engine.url.database}")


@pytest.fixture
def elsewhere(tmp_path):
    """Give the settings of an empty place, and where its secret key goes."""
    folder = tmp_path / "annan"
    return make_settings(folder, f"sqlite:///{folder / 'broker.db'}"), folder / "secret_key"


def taken_in(user, content):
    upload = files.take_in(user, io.BytesIO(content), file_name="lista.csv", media_type="text/csv", by=user)
    db.session.commit()
    return upload


def refers_to(settings):
    """Give the contents that the database in this place refers to."""
    with closing(sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))) as connection:
        return {row[0] for row in connection.execute("select content_hash from attachment")}


def whole_files(settings):
    found = (path for path in settings.files_dir.rglob("*") if path.is_file())
    return {path.name for path in found if hashlib.sha256(path.read_bytes()).hexdigest() == path.name}


@contextmanager
def people_at_work(app, organisation_id, user_id):
    """Let somebody send lists and forget them, one after the other."""
    stop = threading.Event()

    def work():
        with app.app_context(), access.acting_in(organisation_id):
            user = db.session.get_one(User, user_id)
            while not stop.is_set():
                sent = [taken_in(user, secrets.token_bytes(30_000)).id for _number in range(5)]
                for upload_id in sent[1:]:
                    files.forget_upload(upload_id)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_copy_that_is_taken_while_people_work_has_every_file_that_it_speaks_of(
    app, scope, user, settings, elsewhere, tmp_path
):
    for _number in range(10):
        taken_in(user, secrets.token_bytes(500_000))
    with people_at_work(app, scope.id, user.id):
        for number in range(3):
            installation.back_up(settings, tmp_path / f"{number}.tar.gz")

    for number in range(3):
        place = make_settings(tmp_path / str(number), f"sqlite:///{tmp_path / str(number) / 'broker.db'}")
        installation.restore(place, tmp_path / f"{number}.tar.gz", secret_path=tmp_path / "secret_key")
        assert len(refers_to(place)) >= 10 and refers_to(place) <= whole_files(place)


def test_a_file_that_was_lost_before_keeps_no_copy_from_being_taken(scope, user, settings, tmp_path):
    upload = taken_in(user, b"borta")
    files.remove([upload.content_hash])

    installation.back_up(settings, tmp_path / "kopia.tar.gz")

    with tarfile.open(tmp_path / "kopia.tar.gz") as archive:
        assert {"broker.db", "secret_key"} <= set(archive.getnames())


def test_a_return_that_was_interrupted_is_repeated_and_a_second_one_is_refused(scope, user, settings, tmp_path):
    upload = taken_in(user, b"kvar")
    copy, folder = tmp_path / "kopia.tar.gz", tmp_path / "annan"
    installation.back_up(settings, copy)
    place = make_settings(folder, f"sqlite:///{folder / 'databas' / 'broker.db'}")
    with pytest.raises(FileNotFoundError):
        installation.restore(place, copy, secret_path=tmp_path / "secret_key")
    (folder / "databas").mkdir()

    installation.restore(place, copy, secret_path=tmp_path / "secret_key")

    assert refers_to(place) == {path.name for path in place.files_dir.rglob("*") if path.is_file()}
    assert refers_to(place) == {upload.content_hash} == whole_files(place)
    with pytest.raises(RefusedError):
        installation.restore(place, copy, secret_path=tmp_path / "secret_key")


def test_a_place_with_files_of_others_is_not_empty(scope, settings, elsewhere, tmp_path):
    installation.back_up(settings, tmp_path / "kopia.tar.gz")
    place, secret_path = elsewhere
    (place.files_dir / "ab").mkdir(parents=True)

    with pytest.raises(RefusedError):
        installation.restore(place, tmp_path / "kopia.tar.gz", secret_path=secret_path)


def test_a_copy_that_did_not_succeed_leaves_nothing_behind(scope, settings, tmp_path):
    copy = tmp_path / "kopia.tar.gz"
    missing = make_settings(settings.data_dir, f"sqlite:///{tmp_path / 'ingen.db'}")
    with pytest.raises(sqlite3.OperationalError):
        installation.back_up(missing, copy)

    assert list(tmp_path.glob("*kopia*")) == []
    installation.back_up(settings, copy)
    with pytest.raises(FileExistsError):
        installation.back_up(settings, copy)

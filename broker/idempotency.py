"""One creation per form: the token that a form carries leads a second sending to what the first one made."""

import hashlib
import uuid
from datetime import datetime, timedelta

from flask import Flask, g, redirect, request
from flask_login import current_user
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from broker import clock, database
from broker.errors import refused_page
from broker.extensions import Base, db

_KEPT_FOR = timedelta(days=30)


class SentForm(Base):
    """A form that has been received: its token, and where its sender was led."""

    token: Mapped[str] = mapped_column(unique=True)
    location: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)


def new_token() -> str:
    """Give a token for a fresh form."""
    return uuid.uuid4().hex


def find_location(token: str | None) -> str | None:
    """Give where the first sending of this form by this person led, if there was one."""
    return db.session.scalar(select(SentForm.location).where(SentForm.token == _own(token))) if token else None


def remember(token: str | None, location: str) -> str:
    """Keep where this form led, in the same transaction as what it made, and give the location."""
    if token:
        db.session.add(SentForm(token=_own(token), location=location))
    return location


def _own(token: str) -> str:
    # A token that somebody else has come by must neither lead to what it made nor keep it from being made.
    acting = g.get("acting")
    owner = f"{acting and acting.organisation_id}/{current_user.is_authenticated and current_user.id}"
    return hashlib.sha256(f"{owner}/{token}".encode()).hexdigest()


def tidy() -> None:
    """Forget the forms that nobody will send again."""
    with database.writing():
        db.session.execute(delete(SentForm).where(SentForm.received_at < clock.now() - _KEPT_FOR))
        db.session.commit()


def init_app(app: Flask) -> None:
    """Lead two sendings of one form that met in the database to the same place."""
    app.register_error_handler(IntegrityError, _second_sending)


def _second_sending(error: IntegrityError) -> Response | tuple[str, int]:
    db.session.rollback()
    location = find_location(request.form.get("token"))
    if location is None:
        # If two people made the same thing in the same moment, the second sees what he wrote and decides.
        return refused_page(error)
    return redirect(location)

"""The libraries that the application is built on, made once; imports nothing of ours but sentences."""

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData, Text, TypeDecorator, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

from broker.sentences import Sentence

# A row's key or a reference to one: 64 bits on PostgreSQL, and SQLite's own kind of row number.
Key = BigInteger().with_variant(Integer, "sqlite")

# A key that search and order go by: compared byte for byte, whatever language the database was made for.
Folded = Text().with_variant(Text(collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC, given back with its time zone; refuses a moment without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment needs a time zone; take it from broker.clock.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment its zone back; SQLite does not keep it."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class SentenceText(TypeDecorator[Sentence]):
    """A sentence: its text alone, or with its facts as JSON; older rows hold the text as it was shown."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sentence | str | None, dialect: Dialect) -> str | None:
        """Give the sentence as text."""
        if not isinstance(value, Sentence):
            return value
        parts = value.as_stored()
        return value.text if len(parts) == 1 else json.dumps(parts, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sentence | None:
        """Give the stored text as a sentence."""
        if value is None:
            return None
        return Sentence.of(json.loads(value) if value.startswith(_STORED) else value)


# How a sentence with facts begins when it is stored; nobody writes a title or a note like that.
_STORED = '{"text": "'


class Base(DeclarativeBase):
    """The parent of every table: named constraints, a table named after its class, an integer key."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            str: Text,
            Sentence: SentenceText,
            datetime: UtcDateTime,
            list[str]: JSON,
            dict[str, Any]: JSON,
            StrEnum: Enum(
                StrEnum, native_enum=False, length=60, values_callable=lambda kind: [member.value for member in kind]
            ),
        },
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-1)

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy hands the class over.
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Versioned:
    """A row that two people may edit: a form carries its version, and the second writer gets the conflict page."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class over.
        return {"version_id_col": cls.version}


class WrittenOnce:
    """A row that is written once: the program refuses to change or remove it."""


def _refuse_to_rewrite(mapper: Any, connection: Any, row: Base) -> None:
    raise RuntimeError(f"{type(row).__name__} {row.id} is written once and never changed")


event.listen(WrittenOnce, "before_update", _refuse_to_rewrite, propagate=True)
event.listen(WrittenOnce, "before_delete", _refuse_to_rewrite, propagate=True)

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()
login = LoginManager()
babel = Babel()
csrf = CSRFProtect()

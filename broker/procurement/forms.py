"""Forms of purchases; their fields are made from the definitions of the workflow."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateTimeLocalField, Field, HiddenField
from wtforms.validators import ValidationError

from broker import idempotency
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.formatting import say
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    KronorField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    not_in_future,
    pairs,
)
from broker.procurement.fields import NO, YES, Names, to_form, to_store
from broker.procurement.frameworks.fields import with_own_fields
from broker.procurement.labels import alternative_label
from broker.procurement.service import Paper
from broker.reference import queries as reference

# What the choice of a route rests on, in the order that a person is asked.
START_FIELDS = (
    "buyer",
    "payer",
    "regular_form",
    "commission_form",
    "exemption_ground",
    "cpv_main",
    "annex2",
    "annex2_reason",
    "procurement_started",
    "value_sek",
    "framework",
    "call_off_volume",
    "direct_award_ground",
    "direct_award_reason",
)
# What people know when they begin; what else a route may need is asked under "more", or by the step that needs it.
_FIRST_FIELDS = ("title", "buyer", "payer", "value_sek", "procurement_started", "cpv_main", "annex2")
_LONG_TEXTS = frozenset({"subject", "evaluation_result", "presentation_criteria"})
PAPER = "paper_"
_EXPLAINED = {
    "annex2": _l("Lämna tomt, så svarar CPV-koden. Tjänster i LOU bilaga 2, som utbildning, har högre beloppsgränser."),
    "framework": _l(
        "Slutdag, tak, avropsordning och vem som får avropa följer av ramavtalet. Saknas det i listan? Lägg till det "
        "under Ramavtal först."
    ),
    "call_off_volume": _l("Bara om ramavtalet har ett tak i deltagare eller timmar."),
}


class MomentField(DateTimeLocalField):
    """A day and a time by the clocks of Sweden."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment, or say how to write it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError as error:
            raise ValueError(_("Skriv dag och tid som 2026-03-01 16:00.")) from error


class NumberField(TextField):
    """A number with decimals between two limits, given as Decimal."""

    data: Any

    def __init__(self, label: Any, *, least: int, most: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = Decimal(least), Decimal(most)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or say which numbers are possible."""
        super().process_formdata(valuelist)
        if self.data is None:
            return
        try:
            self.data = Decimal(self.data.replace(",", "."))
        except InvalidOperation as error:
            raise ValueError(self._sentence()) from error
        if not self.data.is_finite():
            raise ValueError(self._sentence())

    def pre_validate(self, form: Any) -> None:
        """Refuse a number outside the limits."""
        if isinstance(self.data, Decimal) and self.data.is_finite() and not self.least <= self.data <= self.most:
            raise ValidationError(self._sentence())

    def _sentence(self) -> str:
        return _("Skriv ett tal från %(least)s till %(most)s, till exempel 4,2.", least=self.least, most=self.most)


class _WorkflowForm:
    definitions: Mapping[str, Mapping[str, Any]] = {}

    def answers(self) -> dict[str, Any]:
        """Give the answers as they are stored."""
        fields: Any = self
        return {name: to_store(definition, fields[name].data) for name, definition in self.definitions.items()}

    def refuse_all(self, by_name: Mapping[str, str], others: Iterable[str] = ()) -> None:
        """Put refusals on their fields; what has no field here stands above the form."""
        form: Any = self
        for name, sentence in by_name.items():
            if name in form:
                form.refuse(name, sentence)
            else:
                form.form_errors.append(sentence)
        form.form_errors.extend(others)


class StartForm(_WorkflowForm, CreateForm):
    """What is to be bought, the answers that a route follows from, and the route."""

    title = TextField(_l("Namn på inköpet"), [Required(_l("Ange vad inköpet ska heta i listan."))])

    @property
    def first_fields(self) -> list[Field]:
        """Give the few fields that decide the route of most purchases."""
        return [self[name] for name in _FIRST_FIELDS]

    @property
    def route_fields(self) -> list[Field]:
        """Give the choice of route with its reason."""
        return [self["route"], self["route_reason"]]

    @property
    def more_fields(self) -> list[Field]:
        """Give the fields that only some purchases need."""
        return [self[name] for name in START_FIELDS if name not in _FIRST_FIELDS]


class StepForm(_WorkflowForm, EditForm):
    """What one step asks for."""

    token = HiddenField(default=idempotency.new_token)
    step_note = LongTextField(_l("Anteckning om steget"))

    @property
    def reason_to_go_on(self) -> str | None:
        """Give the reason to go on against a guard, where the law lets one."""
        field = self._fields.get("override_reason")
        return field.data if field else None

    def papers(self) -> list[Paper]:
        """Give the documents that came."""
        return [
            Paper(name.removeprefix(PAPER), field.data.stream, field.data.filename, field.data.mimetype)
            for name, field in self._fields.items()
            if name.startswith(PAPER) and field.data
        ]


class RouteForm(EditForm):
    """Another route and why."""

    route = ChoiceField(_l("Ny inköpsväg"), [Required(_l("Välj inköpsväg."))])
    route_reason = LongTextField(_l("Skäl"), [Required(_l("Skriv varför inköpsvägen byts."))])


class DocumentationForm(EditForm):
    """When the documentation of an ended purchase was completed."""

    documentation_done_date = DateField(
        _l("Dokumentationen blev klar"), [Required(_l("Ange vilken dag dokumentationen blev klar.")), not_in_future]
    )


def start_form(
    document: Mapping[str, Any],
    *,
    title: str | None,
    today: Any,
    value: Decimal | None = None,
    frameworks: Mapping[str, str] | None = None,
) -> StartForm:
    """Give the form that starts a purchase, with what is known of its title and value, and what it can choose among."""
    known_fields = with_own_fields(document)["fields"]
    definitions = {name: known_fields[name] for name in START_FIELDS}
    names = Names(frameworks=frameworks or {})
    fields: dict[str, Any] = {
        name: _field(name, row, names, description=_description(name, row, {})) for name, row in definitions.items()
    }
    fields["route"] = ChoiceField(
        _("Inköpsväg"),
        choices=route_choices(document, empty=_("Föreslå en väg åt mig")),
        description=_("Lämna tomt första gången. Förslaget visas med skäl innan inköpet startas."),
    )
    fields["route_reason"] = LongTextField(
        _("Skäl för inköpsvägen"), description=_("Behövs om du väljer en annan väg än den föreslagna.")
    )
    form_class = type("PurchaseStartForm", (StartForm,), fields | {"definitions": definitions})
    return form_class(data={"title": title, "procurement_started": today, "value_sek": value})


def step_form(
    document: Mapping[str, Any],
    *,
    fields: Iterable[str],
    papers: Iterable[str],
    conditions: Mapping[str, str],
    values: Mapping[str, Any],
    names: Names,
    version: int,
    needs_note: bool = False,
    override_law: str = "",
) -> StepForm:
    """Give the form of a step with these fields and papers, filled with what is known."""
    definitions = {name: document["fields"][name] for name in fields}
    made: dict[str, Any] = {
        name: _field(name, row, names, description=_description(name, row, conditions))
        for name, row in definitions.items()
    }
    for name in papers:
        row = document["documents"][name]
        made[PAPER + name] = FileField(reference.text_of(row), description=_description(name, row, conditions))
    if needs_note:
        made["step_note"] = LongTextField(_("Skäl"), [Required(_("Skriv skälet till steget."))])
    if override_law:
        made["override_reason"] = LongTextField(
            _("Skäl att gå vidare ändå"),
            description=_(
                "Bara om något ovan inte stämmer. Lagen tillåter det här (%(law)s); skälet står kvar i loggen.",
                law=override_law,
            ),
        )
    form_class = type("PurchaseStepForm", (StepForm,), made | {"definitions": definitions})
    known = {name: to_form(row, values.get(name)) for name, row in definitions.items()}
    return form_class(data=known | {"version": version})


def route_choices(document: Mapping[str, Any], *, empty: str) -> list[Any]:
    """Give the routes as choices."""
    return pairs(((route["id"], reference.text_of(route)) for route in document["routes"]), empty=empty)


def _description(name: str, row: Mapping[str, Any], conditions: Mapping[str, str]) -> str:
    if row.get("computed"):
        return _("Räknas ut. Fyll bara i om underrättelsen anger en längre tid.")
    if name in _EXPLAINED:
        return str(_EXPLAINED[name])
    if name in conditions:
        return _("Behövs när %(condition)s.", condition=conditions[name])
    if row.get("of") == "offer":
        return _("En offert på varje rad: anordnare, organisationsnummer, pris.")
    if "provider" in (row.get("of"), row.get("type")):
        return _("Saknas anordnaren? Lägg till den i registret först.")
    return str(row.get("law", ""))


def _field(name: str, row: Mapping[str, Any], names: Names, description: str = "") -> Field:
    makers: dict[str, Callable[..., Field]] = {
        "enum": lambda *args, **options: ChoiceField(
            *args,
            choices=pairs(((v, str(alternative_label(name, v))) for v in row["values"]), empty=_("Välj")),
            **options,
        ),
        "boolean": lambda *args, **options: ChoiceField(
            *args, choices=pairs([(YES, _("Ja")), (NO, _("Nej"))], empty=_("Välj")), **options
        ),
        "cpv": lambda *args, **options: ChoiceField(*args, choices=_cpv_choices(), **options),
        "ref": lambda *args, **options: ChoiceField(
            *args, choices=pairs(names.frameworks.items(), empty=_("Inget ramavtal")), **options
        ),
        "provider": lambda *args, **options: ChoiceField(
            *args, choices=pairs(_people(_choosable(names)), empty=_("Välj anordnare")), **options
        ),
        "user": lambda *args, **options: ChoiceField(
            *args, choices=pairs(_people(names.users), empty=_("Välj person")), **options
        ),
        "list": lambda *args, **options: _list_field(row["of"], names, *args, **options),
        "date": DateField,
        "datetime": MomentField,
        "money": lambda *args, **options: KronorField(*args, validators=[_not_negative], **options),
        "integer": WholeNumberField,
        "number": lambda *args, **options: NumberField(*args, least=row["min"], most=row["max"], **options),
        "orgnr": lambda *args, **options: TextField(*args, validators=[right_number], **options),
    }
    is_long = name in _LONG_TEXTS or name.endswith("_reason")
    maker = makers.get(row["type"], LongTextField if is_long else TextField)
    return maker(reference.text_of(row), description=description)


def _list_field(kind: str, names: Names, *args: Any, **options: Any) -> Field:
    if kind == "offer":
        return LongTextField(*args, **options)
    rows = names.providers if kind == "provider" else names.users
    return CheckboxesField(*args, choices=pairs(_people(rows)), **options)


def _choosable(names: Names) -> dict[int, str]:
    return {key: name for key, name in names.providers.items() if key not in names.set_aside}


def _people(names: Mapping[int, str]) -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in names.items()]


def _cpv_choices() -> list[Any]:
    rows = [
        (code.code, _label_of(code.code, code.name, is_annex2=code.is_annex2))
        for code in reference.cpv_codes().values()
    ]
    return pairs(rows, empty=_("Välj CPV-kod"))


def _label_of(code: str, name: str, *, is_annex2: bool) -> str:
    if is_annex2:
        return _("%(code)s %(name)s (bilaga 2)", code=code, name=name)
    return _("%(code)s %(name)s (utanför bilaga 2)", code=code, name=name)


def _not_negative(form: Any, field: Field) -> None:
    if isinstance(field.data, Decimal) and field.data < 0:
        raise ValidationError(_("Ange ett belopp som är 0 eller mer."))


def right_number(form: Any, field: Field) -> None:
    """Refuse what is no organisation number, and give one as its digits."""
    if not field.data:
        return
    try:
        field.data = parse_number(field.data).digits
    except InvalidNumberError as error:
        raise ValidationError(say(error)) from error

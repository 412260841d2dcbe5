"""The commands that bring data in and out: first people, company files, demo data, bundling, export material."""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask

from broker import access, create_app, database
from broker.access import Role
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.models import Organisation, OrganisationKind, User
from broker.accounts.second_factor import service as second_factor
from broker.accounts.single_sign_on import service as sign_on
from broker.companies.imports.errors import UnreadableFileError
from broker.companies.imports.formats import FileFormat, detect_format
from broker.companies.imports.importer import ImportPlan, import_companies
from broker.demo import make
from broker.demo.make import Size
from broker.demo.organisations import FIRST_EMAIL, PASSWORD
from broker.errors import BrokerError, RefusedError
from broker.esf.snapshots.service import MEDIA_TYPES, export_application
from broker.extensions import db
from broker.needs.bundling import engine, exchange
from broker.needs.bundling.checks import InstanceError
from broker.needs.bundling.effort import Effort


@contextmanager
def running_application() -> Iterator[Flask]:
    """Run a command inside the application; a refusal ends it with its sentence."""
    app = create_app()
    try:
        with app.app_context(), database.writing():
            yield app
    except (BrokerError, UnreadableFileError) as error:
        raise click.ClickException(str(error)) from error


@click.command("demo-data")
@click.option("--size", type=click.Choice([size.value for size in Size]), default=Size.SMALL.value, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing when the demo is there already.")
def demo_data(size: str, seed: int, if_empty: bool) -> None:
    """Fill an empty installation with invented but lifelike data."""
    with running_application():
        if not (if_empty and make.is_made()):
            make.make(Size(size), seed=seed, tell=_tell_demo)
            db.session.commit()
    click.echo(f"Logga in som {FIRST_EMAIL} med lösenordet {PASSWORD}")


@click.group()
def user() -> None:
    """The first people of an installation."""


@user.command("add")
@click.argument("email")
@click.option("--organisation", "organisation_name", required=True, help="Name; made as a learning centre if new.")
@click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True)
@click.option("--name", help="Shown name; the address until it is known.")
@click.option("--municipality", "municipalities", multiple=True, help="Code of a municipality of a new organisation.")
@click.option("--operator", is_flag=True, help="May add organisations.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(  # noqa: PLR0917 - click hands every option over by name.
    email: str,
    organisation_name: str,
    roles: tuple[str, ...],
    name: str | None,
    municipalities: tuple[str, ...],
    operator: bool,
    password_stdin: bool,
) -> None:
    """Add somebody who can sign in."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with running_application():
        organisation = _organisation(organisation_name, municipalities)
        added = accounts_service.add_user(
            email=email, name=name or email, password=password, is_operator=operator, by=None
        )
        accounts_service.set_roles(organisation, added, [Role(role) for role in roles], by=None)
        db.session.commit()
    click.echo(f"{email} är tillagd i {organisation_name}.")
    if not password_stdin:
        click.echo(f"Lösenord: {password}")


@user.command("lock")
@click.argument("email")
def lock(email: str) -> None:
    """Lock somebody out of every organisation at once, until unlocked: an account in wrong hands, or who has left."""
    with _known_user(email) as known:
        is_done = accounts_service.lock_user(known, by=None)
    click.echo(f"{email} är spärrad och utloggad överallt." if is_done else f"{email} var redan spärrad.")


@user.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Let somebody in again who was locked out."""
    with _known_user(email) as known:
        is_done = accounts_service.unlock_user(known, by=None)
    click.echo(
        f"{email} kan logga in igen, med samma lösenord som förut. Be om ett nytt: Glömt lösenord?"
        if is_done
        else f"{email} var inte spärrad."
    )


@user.command("let-go")
@click.argument("email")
def let_go(email: str) -> None:
    """Forget which account at the sign-in service is somebody's; the next one with the address takes its place."""
    with _known_user(email) as known:
        is_done = sign_on.let_go(known, by=None)
    click.echo(f"{email} är lossad." if is_done else f"{email} hade inget konto i inloggningstjänsten.")


@user.command("forget-second-factor")
@click.argument("email")
def forget_second_factor(email: str) -> None:
    """Remove the second factor of somebody who has lost telephone and codes; make sure first that it is the person."""
    with _known_user(email) as known:
        is_done = second_factor.forget(known, by=None)
    click.echo(f"{email} loggar in utan kod." if is_done else f"{email} hade ingen tvåstegsinloggning.")


@contextmanager
def _known_user(email: str) -> Iterator[User]:
    """Give the user with this address and store what is done, or raise RefusedError when nobody has it."""
    with running_application():
        known = accounts.find_user_by_email(email)
        if known is None:
            raise RefusedError(f"Ingen har adressen {email}.")
        yield known
        db.session.commit()


@click.group("import")
def import_group() -> None:
    """Bring files in."""


@import_group.command("companies")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "wanted", type=click.Choice(["auto", "bolagsverket", "scb", "table"]), default="auto")
@click.option("--organisation", "organisation_name", help="Whose list it is; needed when there are several.")
@click.option("--dry-run", is_flag=True, help="Judge every row, store nothing.")
@click.option("--skip-refused", is_flag=True, help="Store the usable rows although others are refused.")
@click.option("--include-sole-traders", is_flag=True, help="Keep sole traders too, without their numbers.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_companies_command(
    paths: tuple[Path, ...], wanted: str, organisation_name: str | None, as_json: bool, **options: bool
) -> None:
    """Import company files: the national registers, or an ordinary list."""
    results = {}
    with running_application():
        organisation = _only_organisation(organisation_name)
        for path in paths:
            found = _wanted_format(path, wanted)
            plan = ImportPlan(
                path,
                path.name,
                found,
                skip_refused=options["skip_refused"],
                include_sole_traders=options["include_sole_traders"],
                is_dry_run=options["dry_run"],
            )
            with access.acting_in(organisation.id):
                result = import_companies(plan, organisation_id=organisation.id, owner_id=None, tell=_tell)
                db.session.commit()
            told = [[refusal.row, refusal.column, str(refusal.message), refusal.name] for refusal in result.refusals]
            results[path.name] = {**result.as_facts(), "refusals": told}
    _print_results(results, as_json=as_json)
    if any(facts["refused"] and not facts["is_stored"] for facts in results.values()):
        sys.exit(1)


@click.command("bundle")
@click.option("--in", "source", required=True, type=click.Path(path_type=Path))
@click.option("--out", "target", required=True, type=click.Path(path_type=Path))
@click.option("--effort", type=click.Choice([effort.value for effort in Effort]), default=Effort.NORMAL.value)
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes; the plan is the same.")
@click.option("--time-limit", type=float, help="Seconds; the best plan found by then is written.")
def bundle(source: Path, target: Path, effort: str, workers: int, time_limit: float | None) -> None:
    """Put needs together into cohorts: plain data in, plain data out, without a database."""
    started = time.perf_counter()
    try:
        instance = exchange.load(source)
        solution = engine.solve(instance, effort=Effort(effort), workers=workers, time_limit=time_limit)
    except InstanceError as error:
        raise click.ClickException(str(error)) from error
    except BrokenProcessPool as error:
        told = "En av processerna avbröts, troligen för att minnet tog slut. Försök igen med --workers 1."
        raise click.ClickException(told) from error
    try:
        target.write_text(json.dumps(exchange.solution_document(solution), ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"Det går inte att skriva till {target}. Välj en annan fil.") from error
    seconds = time.perf_counter() - started
    click.echo(f"{len(solution.cohorts)} grupper skrivna till {target}.")
    click.echo(
        f"Värde {solution.value}, högst möjligt {solution.bound}, gap {solution.gap:.2%}, {seconds:.1f} s"
        + ("." if solution.is_complete else ", avbruten i förtid.")
    )


@click.group("application")
def application_group() -> None:
    """The material of an ESF application."""


@application_group.command("export")
@click.argument("project_id", type=int)
@click.option("--format", "file_format", type=click.Choice(sorted(MEDIA_TYPES)), required=True)
@click.option("--out", "target", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export_command(project_id: int, file_format: str, target: Path) -> None:
    """Write the application of project PROJECT_ID to a file."""
    with running_application(), access.every_organisation():
        content, _file_name = export_application(project_id, file_format)
        db.session.commit()
    target.write_bytes(content)
    click.echo(f"{target} är klar ({len(content) // 1024} kB).")


def _organisation(name: str, municipalities: tuple[str, ...]) -> Organisation:
    known = accounts.find_organisation_by_name(name)
    return known or accounts_service.add_organisation(
        name=name, kind=OrganisationKind.LEARNING_CENTRE, municipality_codes=municipalities, by=None
    )


def _only_organisation(name: str | None) -> Organisation:
    organisations = accounts.list_organisations()
    fitting = [row for row in organisations if name in (None, row.name)]
    if len(fitting) != 1:
        names = ", ".join(row.name for row in organisations) or "ingen finns ännu"
        raise click.ClickException(f"Ange --organisation med ett av namnen: {names}.")
    return fitting[0]


def _wanted_format(path: Path, wanted: str) -> FileFormat:
    found = detect_format(path, path.name)
    kinds = {"table": (FileFormat.TABLE_CSV, FileFormat.TABLE_XLSX)}
    if wanted != "auto" and found not in kinds.get(wanted, (FileFormat(wanted),) if wanted != "table" else ()):
        raise click.ClickException(f"{path.name} är en fil av slaget {found.value}, inte {wanted}. Kör utan --format.")
    return found


def _tell(done: int, total: int, message: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{message}: {done} rader", nl=False, err=True)


def _tell_demo(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{what}: {done} av {total}   ", nl=done == total, err=True)


def _print_results(results: dict[str, dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=2))
        return
    for name, facts in results.items():
        state = "sparat" if facts["is_stored"] else "inget sparat"
        click.echo(
            f"{name}: {facts['new']} nya, {facts['changed']} ändrade, {facts['unchanged']} oförändrade, "
            f"{facts['refused']} avvisade ({state})"
        )
        for row, column, message, company in facts["refusals"][:20]:
            place = f"rad {row}" + (f" ({company})" if company else "") + (f", kolumnen {column}" if column else "")
            click.echo(f"  {place}: {message}", err=True)

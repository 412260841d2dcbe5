"""The broker command: an installation's start, its people, its data, its checks."""

import os
import sys
from pathlib import Path

import click
from filelock import FileLock
from flask_migrate import upgrade

from broker import audit, create_app, database, installation
from broker.cli_data import application_group, bundle, demo_data, import_group, running_application, user
from broker.cli_mail import receive_mail
from broker.errors import BrokerError
from broker.extensions import db
from broker.reference.service import load_documents
from broker.server import free_port, serve, work
from config import make_secret, read_settings, secret_file


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Broker: the working tool of Swedish learning centres."""


for command in (user, import_group, demo_data, bundle, application_group, receive_mail):
    main.add_command(command)


@main.command()
def init() -> None:
    """Make the secret key and bring the database and its reference data up to date; safe to repeat."""
    made = make_secret()
    if made:
        click.echo(f"Hemlig nyckel skapad i {made}")
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    # Two processes that migrate an empty database at the same time crash; the second waits for the first.
    with FileLock(settings.data_dir / "init.lock"), running_application() as app:
        upgrade(directory=str(database.migrations_folder()))
        added = load_documents()
        db.session.commit()
        app.logger.debug("%s reference documents added", added)
    click.echo("Databasen är klar.")


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def serve_command(host: str, port: int, workers: int) -> None:
    """Answer on the web, with the jobs inside."""
    chosen = free_port(host, port)
    if chosen != port:
        click.echo(f"Port {port} är upptagen, så port {chosen} används.", err=True)
        os.environ.setdefault("BASE_URL", f"http://{host}:{chosen}")
    click.echo(f"Broker svarar på http://{host}:{chosen} – avsluta med Ctrl-C.")
    serve(host, chosen, workers=workers)


@main.command()
def worker() -> None:
    """Do jobs, without pages."""
    work(create_app())


@main.command()
def check() -> None:
    """Test the installation: settings, database, migrations, files, hash chain; name what is missing."""
    settings = read_settings()
    with running_application():
        findings = installation.list_findings(settings)
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        sys.exit(1)
    click.echo("Allt är i ordning.")


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Write a consistent copy of the database and the files to PATH (.tar.gz), also while people work."""
    if path.exists():
        raise click.ClickException(f"{path} finns redan. Ange ett nytt namn.")
    with running_application():
        size = installation.back_up(read_settings(), path)
    click.echo(
        f"Säkerhetskopian {path} är klar ({size // 1024} kB). Den innehåller den hemliga nyckeln: förvara den säkert."
    )


@main.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Bring a copy back into an empty place."""
    try:
        installation.restore(read_settings(), path, secret_path=secret_file())
    except BrokerError as error:
        raise click.ClickException(str(error)) from error
    click.echo("Säkerhetskopian är återställd. Kör broker check.")


@main.group("audit")
def audit_group() -> None:
    """The chain of events."""


@audit_group.command("verify")
def verify_audit() -> None:
    """Walk the hash chain and tell whether every event is as it was written."""
    with running_application():
        broken = audit.find_break()
    if broken is not None:
        raise click.ClickException(f"Händelsekedjan är bruten vid händelse {broken}.")
    click.echo("Händelsekedjan är hel.")

"""Every setting of an installation, read from the environment once; the defaults run on one machine without set-up."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

# The service of Bolagsverket for single numbers, version 1; it has another pair of addresses for tests.
_BOLAGSVERKET_URL = "https://gw.api.bolagsverket.se/vardefulla-datamangder/v1"
_BOLAGSVERKET_TOKEN_URL = "https://portal.api.bolagsverket.se/oauth2/token"  # noqa: S105 - an address.


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation can decide; `broker check` tells what is missing."""

    data_dir: Path
    database_url: str
    jobs_url: str
    files_dir: Path
    mail_url: str
    base_url: str
    secret_key: str
    log_level: str
    is_development: bool
    proxies: int = 0
    bolagsverket_client_id: str = ""
    bolagsverket_client_secret: str = ""
    bolagsverket_url: str = _BOLAGSVERKET_URL
    bolagsverket_token_url: str = _BOLAGSVERKET_TOKEN_URL
    mail_in_url: str = ""
    mail_in_address: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_label: str = ""
    oidc_only: bool = False

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the installation over https, so that cookies may demand it."""
        return self.base_url.startswith("https://")


def read_settings() -> Settings:
    """Read the environment, or raise environs.EnvError naming the variable that cannot be understood."""
    env = Env()
    data_dir = Path(env.str("DATA_DIR", "var")).resolve()
    return Settings(
        data_dir=data_dir,
        database_url=env.str("DATABASE_URL", f"sqlite:///{data_dir / 'broker.db'}"),
        jobs_url=env.str("JOBS_URL", f"sqlite:///{data_dir / 'jobs.db'}"),
        files_dir=Path(env.str("FILES_URL", str(data_dir / "files")).removeprefix("file://")),
        mail_url=env.str("MAIL_URL", f"folder:{data_dir / 'mail'}"),
        base_url=env.str("BASE_URL", "http://127.0.0.1:5000").rstrip("/"),
        secret_key=env.str("SECRET_KEY", "") or _stored_secret(),
        log_level=env.str("LOG_LEVEL", "INFO"),
        is_development=env.bool("DEVELOPMENT", False),
        proxies=env.int("PROXIES", 0),
        bolagsverket_client_id=env.str("BOLAGSVERKET_CLIENT_ID", ""),
        bolagsverket_client_secret=env.str("BOLAGSVERKET_CLIENT_SECRET", ""),
        bolagsverket_url=env.str("BOLAGSVERKET_URL", _BOLAGSVERKET_URL).rstrip("/"),
        bolagsverket_token_url=env.str("BOLAGSVERKET_TOKEN_URL", _BOLAGSVERKET_TOKEN_URL),
        mail_in_url=env.str("MAIL_IN_URL", "").strip(),
        mail_in_address=env.str("MAIL_IN_ADDRESS", "").strip(),
        oidc_issuer=env.str("OIDC_ISSUER", "").strip().removesuffix("/.well-known/openid-configuration").rstrip("/"),
        oidc_client_id=env.str("OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.str("OIDC_CLIENT_SECRET", ""),
        oidc_label=env.str("OIDC_LABEL", "").strip(),
        oidc_only=env.bool("OIDC_ONLY", False),
    )


def is_safe(url: str) -> bool:
    """Tell whether what is sent to an address is encrypted on its way, or stays on the own machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


def secret_file() -> Path:
    """Give the file that holds the secret key when the environment does not."""
    env = Env()
    return Path(env.str("SECRET_KEY_FILE", str(Path(env.str("DATA_DIR", "var")).resolve() / "secret_key")))


def make_secret() -> Path | None:
    """Make the secret key at the first start, readable by its owner alone, and give its file; None if there is one."""
    path = secret_file()
    if Env().str("SECRET_KEY", "") or path.exists():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32))
    return path


def _stored_secret() -> str:
    path = secret_file()
    return path.read_text(encoding="ascii").strip() if path.exists() else ""

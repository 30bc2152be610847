"""What `make local` is told by the environment. A wrong variable is named, with what it accepts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from lapsewatch.settings import HttpsUrl, Networks, Pace, RenewTemplate, Rungs, Zone
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

HOW = """\
Say which PBXs are yours:

    make local FLEET=fleet.yaml

A fleet file is made of the spreadsheet that you have, or written by hand:

    .venv/bin/lapsewatch fleet import sheet.xlsx --output fleet.yaml --secrets secrets

docs/local.md tells the rest. `make demo` shows everything with simulated PBXs."""
DEFAULTS = {
    "TENANT_ZONE": "America/New_York",
    "LICENSE_MILESTONES": "10,3,1",
    "MAINTENANCE_MILESTONES": "60,30,7",
    "REMINDER_HOUR": "8",
    "DIGEST_OVER": "10",
    "RENEW_URL_TEMPLATE": "",
    "POLL_RATE": "rate(1 hour)",
    "REMIND_RATE": "rate(5 minutes)",
    "REPORT_RATE": "rate(5 minutes)",
    "ALLOWED_NETWORKS": "",
    "DEAD_MAN_URL": "",
}
"""The settings of the stack; what was given once is remembered."""
PORTS = {"smtp": 587, "smtps": 465}


def _smtp(value: Any) -> str:
    parts = urlsplit(str(value))
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or parts.path not in {"", "/"}:
        raise ValueError("give smtp://user@mail.example.com:587, or smtps:// for TLS from the start")
    return str(value)


def _addresses(value: Any) -> tuple[str, ...]:
    found = tuple(part.strip() for part in str(value).split(",") if part.strip())
    if not all(part.count("@") == 1 and part.isprintable() and " " not in part for part in found):
        raise ValueError("give mail addresses, separated by commas")
    return found


class Tuning(BaseModel):
    """The settings of the stack, checked before it is deployed."""

    model_config = ConfigDict(arbitrary_types_allowed=True, hide_input_in_errors=True)

    tenant_zone: Zone
    license_milestones: Rungs
    maintenance_milestones: Rungs
    reminder_hour: int = Field(ge=0, le=23)
    digest_over: int = Field(ge=0, le=1000)
    renew_url_template: RenewTemplate
    poll_rate: Pace
    remind_rate: Pace
    report_rate: Pace
    allowed_networks: Networks
    dead_man_url: HttpsUrl


class MailSettings(BaseModel):
    """Where reminders are mailed to, if anywhere."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    smtp_url: Annotated[str, BeforeValidator(_smtp)] | None = Field(default=None, repr=False)
    smtp_password: str | None = Field(default=None, repr=False)
    smtp_from: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = ()
    smtp_to: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = ()

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_none(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _is_whole(self) -> "MailSettings":
        if self.smtp_url and not (len(self.smtp_from) == 1 and self.smtp_to):
            raise ValueError("give SMTP_FROM, one address, and SMTP_TO as well")
        if not self.password.isascii() or not (self.user or "").isascii():
            raise ValueError("SMTP_PASSWORD: a mail server is signed in to with ASCII characters only: change it there")
        return self

    @property
    def host(self) -> str:
        return urlsplit(self.smtp_url or "").hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.smtp_url or "")
        return parts.port or PORTS[parts.scheme]

    @property
    def implicit_tls(self) -> bool:
        return (self.smtp_url or "").startswith("smtps:")

    @property
    def user(self) -> str | None:
        name = urlsplit(self.smtp_url or "").username
        return unquote(name) if name else None

    @property
    def password(self) -> str:
        return self.smtp_password or unquote(urlsplit(self.smtp_url or "").password or "")


class OwnSettings(BaseModel):
    """What belongs to this machine rather than to the stack."""

    model_config = ConfigDict(hide_input_in_errors=True)

    fleet: Path
    local_dir: Path = Path(".local")
    port: int = Field(8080, ge=1, le=65535)
    allow_removals: int | None = Field(None, ge=0)
    save_seconds: float = Field(15.0, ge=0.1, le=3600)


def given_in(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the stack that are given now; an empty one is given too, and asks for its default."""
    return {name: environ[name].strip() for name in DEFAULTS if name in environ}


def tuning_of(environ: Mapping[str, str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Return every setting of the stack: as given now, else as remembered, else its default."""
    told = {**remembered, **given_in(environ)}
    return {name: told.get(name) or default for name, default in DEFAULTS.items()}

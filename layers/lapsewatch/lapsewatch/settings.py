"""The environment as typed settings. A wrong one stops the cold start and says which it is."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.concerns import Paces
from lapsewatch.domain.days import zone_named
from lapsewatch.domain.links import PLACE
from lapsewatch.domain.milestones import Ladder, ReminderRules, ladder_from
from lapsewatch.errors import SettingsError

type Network = IPv4Network | IPv6Network


def _zone(value: Any) -> ZoneInfo:
    try:
        return zone_named(str(value))
    except SettingsError as error:
        raise ValueError(str(error)) from None


def _ladder(value: Any) -> Ladder:
    return ladder_from(str(value))


def networks_from(value: Any) -> tuple[Network, ...]:
    """Read CIDRs separated by commas; raise ValueError for anything else."""
    return tuple(ip_network(part.strip()) for part in str(value).split(",") if part.strip())


def pace_from(value: Any) -> timedelta:
    """Read a rate of EventBridge; raise ValueError for anything else."""
    found = re.fullmatch(r"rate\((\d{1,4}) (minute|hour|day)s?\)", str(value), re.ASCII)
    if found is None or int(found[1]) < 1:
        raise ValueError("give a rate such as rate(15 minutes) or rate(1 hour)")
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _urls(value: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(value).split(",") if part.strip())


def _template(value: Any) -> str:
    template = str(value).strip()
    if not template:
        return ""
    parts = urlsplit(template)
    if parts.scheme != "https" or not parts.hostname or PLACE in parts.netloc or PLACE not in template:
        raise ValueError(f"give an https address with {PLACE} in its path or query, or leave it empty")
    return template


def _grants(value: Any) -> str:
    from lapsewatch.domain.oidc import grants_from  # noqa: PLC0415  one function alone has such a setting

    grants_from(str(value))
    return str(value)


def _https_url(value: Any) -> str:
    address = str(value).strip()
    if address and (urlsplit(address).scheme != "https" or not urlsplit(address).hostname):
        raise ValueError("give an https address, or leave it empty")
    return address


def _base_url(value: Any) -> str:
    address = str(value).strip().rstrip("/")
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        raise ValueError("give the page's address, such as https://licenses.example.com")
    return address


type Text = Annotated[str, Field(min_length=1)]
type Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
type Rungs = Annotated[Ladder, BeforeValidator(_ladder)]
type Pace = Annotated[timedelta, BeforeValidator(pace_from)]
type Urls = Annotated[tuple[str, ...], BeforeValidator(_urls), Field(min_length=1)]
type Networks = Annotated[tuple[Network, ...], BeforeValidator(networks_from)]
type RenewTemplate = Annotated[str, BeforeValidator(_template)]
type HttpsUrl = Annotated[str, BeforeValidator(_https_url)]
type GrantsText = Annotated[str, BeforeValidator(_grants)]
type BaseUrl = Annotated[str, BeforeValidator(_base_url)]


class Settings(BaseModel):
    """What a function reads from its environment, each field from the variable of its name in capitals."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True, extra="ignore")

    table_name: Text


class DispatchSettings(Settings):
    tenant_zone: Zone
    poll_queue_url: Text


class RuleSettings(Settings):
    tenant_zone: Zone
    license_milestones: Rungs
    maintenance_milestones: Rungs
    reminder_hour: int = Field(ge=0, le=23)

    @property
    def rules(self) -> ReminderRules:
        ladders = {Clock.LICENSE: self.license_milestones, Clock.MAINTENANCE: self.maintenance_milestones}
        return ReminderRules(ladders, self.reminder_hour)


class PollSettings(RuleSettings):
    allowed_networks: Networks
    report_function_name: Text
    remind_function_name: Text
    poll_queue_url: Text


class RemindSettings(RuleSettings):
    topic_arn: Text
    digest_over: int = Field(ge=0, le=1000)
    dead_man_url: HttpsUrl
    page_url: BaseUrl
    renew_url_template: RenewTemplate


class ReportSettings(RuleSettings):
    bucket_name: Text
    renew_url_template: RenewTemplate
    topic_arn: Text
    dead_letter_queue_urls: Urls
    poll_rate: Pace
    remind_rate: Pace

    @property
    def paces(self) -> Paces:
        return Paces(self.poll_rate, self.remind_rate)


class ApiSettings(PollSettings):
    secret_path: Text
    encryption_arn: str
    bucket_name: Text
    page_url: BaseUrl
    renew_url_template: RenewTemplate
    oidc_roles: GrantsText


class NotifySettings(Settings):
    tenant_zone: Zone
    allowed_networks: Networks
    secret_path: Text
    encryption_arn: str
    page_url: BaseUrl
    sender_address: str
    notify_queue_url: Text
    notify_dead_letter_queue_url: Text


class FollowUpSettings(RuleSettings):
    page_url: BaseUrl
    renew_url_template: RenewTemplate
    notify_queue_url: Text


def settings_from[S: BaseModel](kind: type[S], environ: Mapping[str, str] = os.environ) -> S:
    """Read the settings of one function; raise SettingsError that names every variable that is missing or wrong."""
    given = {name: environ[name.upper()] for name in kind.model_fields if name.upper() in environ}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        wrong = "; ".join(f"{_variable(problem['loc'])}{problem['msg']}" for problem in error.errors())
        raise SettingsError(wrong) from None


def _variable(loc: tuple[int | str, ...]) -> str:
    # What is wrong with several together names them itself.
    return f"{str(loc[0]).upper()}: " if loc else ""

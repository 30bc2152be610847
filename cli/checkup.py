"""What is wrong with each PBX and with the stack, in words, with what to do about it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lapsewatch.domain.certificates import ends_soon
from lapsewatch.domain.concerns import LATE, Paces, Vitals, concerns, is_late
from lapsewatch.domain.instance import Trust
from lapsewatch.domain.license import REMEDIES, Reason, title_of
from lapsewatch.domain.overview import NOTE_REMEDY, STALE_AFTER, Watched

from cli.ca_check import REMEDY as CA_REMEDY
from cli.ca_check import ca_troubles
from cli.mail_standing import MailStanding
from cli.survey import Unreadable

STACK = "stack"
MAIL_LATE = timedelta(hours=1)
MAIL_REMEDY = "See what the mail server says, and the SMTP_ variables of `make local`; then start it anew."


class Name(StrEnum):
    """What may be wrong beside the concerns of the watch itself, for programs."""

    MAIL_WAITS = "mail_waits"
    MAIL_GIVEN_UP = "mail_given_up"
    UNREADABLE = "unreadable"
    EMPTY_FLEET = "empty_fleet"
    REPORT_LATE = "report_late"
    NO_TARGET = "no_target"
    CHANNELS_OFF = "channels_off"
    UNCONFIRMED = "unconfirmed"
    FAILING = "failing"
    LEFT_SECRET = "left_secret"  # noqa: S105  a name
    NO_SECRET = "no_secret"  # noqa: S105  a name
    NEVER_READ = "never_read"
    STALE = "stale"
    UNUSABLE_DATE = "unusable_date"
    PIN_ENDS = "pin_ends"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    about: str
    """An instance's id, or STACK."""
    name: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that a check-up looks at."""

    fleet: tuple[Watched, ...]
    unreadable: tuple[Unreadable, ...]
    with_secrets: frozenset[str]
    """The instances whose credentials are stored."""
    stored_secrets: frozenset[str]
    """The names of all credentials that are stored."""
    vitals: Vitals
    paces: Mapping[str, timedelta]
    lacks_targets: tuple[str, ...] = ()
    """The routes that nobody has said where they lead to."""
    idle_routes: tuple[str, ...] = ()
    """The routes that nothing brings messages to, because channels are off."""
    unconfirmed: tuple[str, ...] = ()
    """The addresses of routes that have not confirmed."""
    mail: MailStanding = field(default_factory=MailStanding)
    """How the mail of a local stack stands."""


def findings(examined: Examined, now: datetime) -> list[Finding]:
    """Return what is wrong: with the stack first, then with each instance in the order of ids."""
    fleet = sorted(examined.fleet, key=lambda watched: watched.instance.instance_id)
    about_pbxs = (found for watched in fleet for found in _of_instance(watched, examined, now))
    lost = (Finding(one.instance_id, Name.UNREADABLE, one.text, one.remedy) for one in examined.unreadable)
    return [*_of_stack(examined, now), *lost, *about_pbxs]


def _of_stack(examined: Examined, now: datetime) -> Iterator[Finding]:
    paces, beats = examined.paces, examined.vitals.beats
    reads = any(watched.state.enabled for watched in examined.fleet)
    for concern in concerns(examined.vitals, Paces(paces["poll"], paces["remind"]), now, reads=reads):
        text = _since(concern.text, concern.since) if concern.name in LATE else concern.text
        yield Finding(STACK, concern.name.value, text, concern.remedy)
    if is_late(beats.get("report"), paces["report"], now):
        remedy = "See that the report schedule is enabled, and the log of the report function."
        yield Finding(STACK, Name.REPORT_LATE, _since("The pages are not rendered", beats.get("report")), remedy)
    yield from _of_routes(examined)
    yield from _of_mail(examined.mail, now)
    yield from _left_behind(examined)
    if not examined.fleet and not examined.unreadable:
        remedy = "Add a PBX with `lapsewatch instance add`, or many with `lapsewatch fleet import`."
        yield Finding(STACK, Name.EMPTY_FLEET, "No PBX is watched yet.", remedy)


def _of_routes(examined: Examined) -> Iterator[Finding]:
    for route in examined.lacks_targets:
        remedy = "Give it a `secret` in the fleet file and apply that; the webhook's: `lapsewatch notify webhook`."
        yield Finding(STACK, Name.NO_TARGET, f"Where the route {route} leads to is not stored.", remedy)
    if examined.idle_routes:
        text = f"Channels are off, so nothing reaches the routes {', '.join(examined.idle_routes)}."
        yield Finding(STACK, Name.CHANNELS_OFF, text, "Deploy with Channels=on.")
    for way in examined.unconfirmed:
        remedy = "Have its owner follow the link in the mail of SNS; `lapsewatch fleet apply` sends none again."
        yield Finding(STACK, Name.UNCONFIRMED, f"{way} has not confirmed yet: nothing reaches it.", remedy)


def _of_mail(mail: MailStanding, now: datetime) -> Iterator[Finding]:
    why = f": {mail.why}" if mail.why else ""
    if mail.since is not None and now - mail.since > MAIL_LATE:
        text = f"Reminders are not mailed{why}. {mail.waiting} wait, the oldest since {_at(mail.since)}."
        yield Finding(STACK, Name.MAIL_WAITS, text, MAIL_REMEDY)
    if mail.given_up:
        text = f"{mail.given_up} reminders of the last days were never mailed{why}."
        yield Finding(STACK, Name.MAIL_GIVEN_UP, text, f"They are in the ledger of each instance. {MAIL_REMEDY}")


def _left_behind(examined: Examined) -> Iterator[Finding]:
    """Yield the credentials that no instance names: of a removal or a change that was cut off, or made over HTTP."""
    used = {watched.instance.secret_name for watched in examined.fleet}
    # Which are those of an instance that cannot be read is not known.
    unknown = {one.instance_id for one in examined.unreadable}
    for name in sorted(examined.stored_secrets - used):
        if name.rpartition("/pbx/")[2].partition("/")[0] not in unknown:
            remedy = f"Delete them: aws ssm delete-parameter --name {name}"
            yield Finding(STACK, Name.LEFT_SECRET, f"Credentials are stored that no instance uses: {name}.", remedy)


def _of_instance(watched: Watched, examined: Examined, now: datetime) -> Iterator[Finding]:
    instance, state = watched.instance, watched.state
    if not state.enabled:
        return
    about = instance.instance_id
    has_secret = about in examined.with_secrets
    if not has_secret:
        remedy = "Give it a `secret` in the fleet file and apply that, or add it again."
        yield Finding(about, Name.NO_SECRET, "Its credentials are not stored, or cannot be read.", remedy)
    if state.reason is not None and (has_secret or state.reason is not Reason.SECRET_MISSING):
        text = f"Reads fail: {title_of(state.reason)}{_from(state.failing_since)}."
        yield Finding(about, Name.FAILING, text, REMEDIES[state.reason])
    elif has_secret and state.observed_at is None and state.reason is None:
        yield Finding(
            about, Name.NEVER_READ, "It was never read yet.", "Run `lapsewatch poll`, or wait for the schedule."
        )
    if state.observed_at is not None and now - state.observed_at > STALE_AFTER:
        text = f"What is known of it is old: last read {_at(state.observed_at)}."
        yield Finding(about, Name.STALE, text, "Mend what makes its reads fail; reminders go on from the last date.")
    if state.note:
        yield Finding(about, Name.UNUSABLE_DATE, f"Its last read gave no usable date: {state.note}.", NOTE_REMEDY)
    yield from (Finding(about, name, text, CA_REMEDY) for name, text in ca_troubles(instance.tls, now))
    if instance.tls.trust is Trust.PIN and ends_soon(state.pin_ends_at, now):
        text = f"The certificate that is pinned for it ends {_at(state.pin_ends_at)}." if state.pin_ends_at else ""
        yield Finding(about, Name.PIN_ENDS, text, "When the PBX has its next one, check it and update the pin.")


def _since(text: str, last: datetime | None) -> str:
    return f"{text} yet." if last is None else f"{text}: the last run ended {_at(last)}."


def _from(since: datetime | None) -> str:
    return "" if since is None else f", since {_at(since)}"


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"

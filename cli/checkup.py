"""What is wrong with each PBX and with the stack, in words, with what to do about it. Pure."""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from lapsewatch.adapters.guarded.failures import UnusableCaError
from lapsewatch.adapters.guarded.tls import context_for
from lapsewatch.domain.concerns import LATE, Paces, Vitals, concerns, is_late
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.domain.license import REMEDIES, Reason, title_of
from lapsewatch.domain.overview import NOTE_REMEDY, STALE_AFTER, Watched

STACK = "stack"
CA_SOON = timedelta(days=30)


class Name(StrEnum):
    """What may be wrong beside the concerns of the watch itself, for programs."""

    EMPTY_FLEET = "empty_fleet"
    REPORT_LATE = "report_late"
    NO_TARGET = "no_target"
    CHANNELS_OFF = "channels_off"
    UNCONFIRMED = "unconfirmed"
    FAILING = "failing"
    NO_SECRET = "no_secret"  # noqa: S105  a name
    NEVER_READ = "never_read"
    STALE = "stale"
    UNUSABLE_DATE = "unusable_date"
    CA_EXPIRED = "ca_expired"
    CA_EXPIRES = "ca_expires"
    CA_UNUSABLE = "ca_unusable"


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
    with_secrets: frozenset[str]
    """The instances whose credentials are stored."""
    vitals: Vitals
    paces: Mapping[str, timedelta]
    lacks_targets: tuple[str, ...] = ()
    """The routes that nobody has said where they lead to."""
    idle_routes: tuple[str, ...] = ()
    """The routes that nothing brings messages to, because channels are off."""
    unconfirmed: tuple[str, ...] = ()
    """The addresses of routes that have not confirmed."""


def findings(examined: Examined, now: datetime) -> list[Finding]:
    """Return what is wrong: with the stack first, then with each instance in the order of ids."""
    fleet = sorted(examined.fleet, key=lambda watched: watched.instance.instance_id)
    about_pbxs = (found for watched in fleet for found in _of_instance(watched, examined, now))
    return [*_of_stack(examined, now), *about_pbxs]


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
    if not examined.fleet:
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
    yield from _of_ca(about, instance.tls, now)


def _of_ca(about: str, tls: Tls, now: datetime) -> Iterator[Finding]:
    if tls.trust is not Trust.CA:
        return
    remedy = "Give the instance the new CA."
    try:
        ends = ca_ends_at(tls)
    except UnusableCaError:
        yield Finding(about, Name.CA_UNUSABLE, "The CA that it is to be trusted by is no PEM certificate.", remedy)
        return
    if ends <= now:
        yield Finding(about, Name.CA_EXPIRED, f"The CA that it is trusted by ended {_at(ends)}.", remedy)
    elif ends - now <= CA_SOON:
        yield Finding(about, Name.CA_EXPIRES, f"The CA that it is trusted by ends {_at(ends)}.", remedy)


def ca_ends_at(tls: Tls) -> datetime:
    """Return when the last of the CAs ends; raise UnusableCaError if there is none."""
    ends: Iterable[str] = (str(ca["notAfter"]) for ca in context_for(tls).get_ca_certs())
    instants = [datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) for end in ends]
    if not instants:
        raise UnusableCaError("no CA among the certificates")
    return max(instants)


def _since(text: str, last: datetime | None) -> str:
    return f"{text} yet." if last is None else f"{text}: the last run ended {_at(last)}."


def _from(since: datetime | None) -> str:
    return "" if since is None else f", since {_at(since)}"


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"

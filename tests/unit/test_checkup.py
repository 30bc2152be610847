"""What is wrong is said of each PBX and of the stack, with what to do; what is well is not mentioned."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.concerns import Vitals
from lapsewatch.domain.instance import Tls, Trust
from lapsewatch.domain.license import TITLES, Reason

from cli import ca_check
from cli.ca_check import ca_ends_at
from cli.checkup import STACK, Examined, Name, findings
from cli.mail_standing import MailStanding
from cli.survey import Unreadable
from tests.builders import NOW, instance, license, state, watched

PACES = {"poll": timedelta(hours=1), "remind": timedelta(minutes=15), "report": timedelta(minutes=5)}
WELL = dict.fromkeys(("poll", "remind", "report"), NOW)


def examined(*, tls: Tls | None = None, has_secret: bool = True, beats: Any = WELL, **remembered: Any) -> Examined:
    """Return a fleet of one that is well, but for what a test says."""
    of = instance(tls=tls)
    remembers = state(license(), **{"observed_at": NOW - timedelta(hours=1), **remembered})
    return Examined(
        fleet=(watched(of, remembers),),
        unreadable=(),
        with_secrets=frozenset({of.instance_id} if has_secret else ()),
        stored_secrets=frozenset({of.secret_name} if has_secret else ()),
        vitals=Vitals(beats, subscribers=1, dead_letters=0),
        paces=PACES,
    )


def names(given: Examined, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(finding.about, finding.name) for finding in findings(given, now)]


def test_a_fleet_that_is_well_has_no_findings() -> None:
    assert findings(examined(), NOW) == []


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.SECRET_MISSING])
def test_a_failing_read_is_told_with_its_remedy(reason: Reason) -> None:
    [finding] = findings(examined(reason=reason, failing_since=NOW), NOW)

    assert (finding.about, finding.name) == ("northwind", Name.FAILING)
    assert TITLES[reason] in finding.text
    assert "2026-06-10 13:00" in finding.text
    assert finding.remedy


@pytest.mark.fault("C3")
def test_missing_credentials_are_told_once() -> None:
    assert names(examined(has_secret=False, reason=Reason.SECRET_MISSING)) == [("northwind", Name.NO_SECRET)]
    assert names(examined(has_secret=False)) == [("northwind", Name.NO_SECRET)]


def test_what_was_never_read_and_what_is_old_are_told() -> None:
    assert names(examined(observed_at=None)) == [("northwind", Name.NEVER_READ)]
    assert names(examined(observed_at=NOW - timedelta(hours=25))) == [("northwind", Name.STALE)]


def test_a_date_that_could_not_be_used_is_told() -> None:
    [finding] = findings(examined(notes={Clock.LICENSE: "no expiration date"}), NOW)

    assert "no expiration date" in finding.text


def test_what_is_paused_is_left_alone() -> None:
    assert names(examined(enabled=False, reason=Reason.TIMEOUT, has_secret=False)) == []


@pytest.mark.parametrize(
    ("job", "name"), [("poll", "poll_late"), ("remind", "remind_late"), ("report", Name.REPORT_LATE)]
)
def test_a_job_that_is_late_is_told(job: str, name: str) -> None:
    late = {**WELL, job: NOW - 2 * PACES[job] - timedelta(minutes=11)}
    never = {other: at for other, at in WELL.items() if other != job}

    assert names(examined(beats=late)) == [(STACK, name)]
    assert names(examined(beats=never)) == [(STACK, name)]


@pytest.mark.fault("N6")
def test_a_stack_that_nobody_hears_or_can_use_is_told() -> None:
    given = examined()
    unheard = replace(given, vitals=replace(given.vitals, subscribers=0, dead_letters=2))

    assert [name for _, name in names(unheard)] == ["no_subscriber", "dead_letters"]
    assert [name for _, name in names(replace(given, lacks_targets=("noc",)))] == [Name.NO_TARGET]
    assert [name for _, name in names(replace(given, idle_routes=("noc",)))] == [Name.CHANNELS_OFF]
    assert [name for _, name in names(replace(given, unconfirmed=("email a@b.example",)))] == [Name.UNCONFIRMED]
    assert [name for _, name in names(replace(given, fleet=(), stored_secrets=frozenset()))] == [Name.EMPTY_FLEET]


@pytest.mark.fault("D5")
def test_an_instance_that_cannot_be_read_is_told_with_what_mends_it() -> None:
    lost = (Unreadable("harbor", "CONFIG", "is missing"),)
    given = replace(examined(), fleet=(), unreadable=lost, stored_secrets=frozenset())

    [finding] = findings(given, NOW)

    assert (finding.about, finding.name) == ("harbor", Name.UNREADABLE)
    assert "its item CONFIG is missing" in finding.text
    assert "lapsewatch instance add" in finding.remedy


def test_credentials_that_no_instance_uses_are_told_with_how_to_delete_them() -> None:
    given = examined()
    left = "/lapsewatch/test/pbx/northwind/0a1b2c3d"

    [finding] = findings(replace(given, stored_secrets=given.stored_secrets | {left}), NOW)

    assert (finding.about, finding.name) == (STACK, Name.LEFT_SECRET)
    assert left in finding.text
    assert finding.remedy.endswith(f"delete-parameter --name {left}")


@pytest.mark.parametrize("name", ["/lapsewatch/test/pbx/harbor", "/lapsewatch/test/pbx/harbor/0a1b2c3d"])
def test_credentials_of_an_instance_that_cannot_be_read_are_not_to_be_deleted(name: str) -> None:
    given = examined()
    unreadable = (Unreadable("harbor", "CONFIG", "is missing"),)

    found = findings(replace(given, stored_secrets=given.stored_secrets | {name}, unreadable=unreadable), NOW)

    assert [finding.name for finding in found] == [Name.UNREADABLE]


def test_mail_that_does_not_go_out_is_told_with_what_the_server_says() -> None:
    waits = MailStanding(2, NOW - timedelta(minutes=61), 0, "mail.example answered 535")
    given_up = MailStanding(given_up=1, why="mail.example answered 554")

    [late] = findings(replace(examined(), mail=waits), NOW)
    [lost] = findings(replace(examined(), mail=given_up), NOW)

    assert (late.about, late.name, lost.name) == (STACK, Name.MAIL_WAITS, Name.MAIL_GIVEN_UP)
    assert "535" in late.text
    assert "554" in lost.text
    assert findings(replace(examined(), mail=replace(waits, since=NOW - timedelta(minutes=59))), NOW) == []


def test_a_ca_is_told_before_and_after_it_ends() -> None:
    pem = trustme.CA().cert_pem.bytes().decode()
    ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
    tls = Tls(Trust.CA, pem)

    def told(at: datetime) -> list[str]:
        given = examined(tls=tls, beats=dict.fromkeys(PACES, at), observed_at=at)
        return [name for _, name in names(given, at)]

    assert ca_ends_at(tls) == ends.astimezone(UTC)
    assert told(ends - timedelta(days=31)) == []
    assert told(ends - timedelta(days=29)) == [ca_check.Name.CA_EXPIRES]
    assert told(ends + timedelta(seconds=1)) == [ca_check.Name.CA_EXPIRED]


def test_a_pinned_certificate_that_ends_soon_is_told_only_while_it_is_pinned() -> None:
    pinned, seen = Tls(Trust.PIN, "ab" * 32), NOW + timedelta(days=30)

    assert names(examined(tls=pinned, pin_ends_at=seen)) == [("northwind", Name.PIN_ENDS)]
    assert names(examined(tls=pinned, pin_ends_at=seen + timedelta(days=1))) == []
    assert names(examined(tls=Tls(), pin_ends_at=seen)) == []


def self_signed(ends: datetime) -> str:
    """Return the certificate that a PBX signed for itself, which is no CA's."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, ends - timedelta(days=365), ends)
    leaf = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return leaf.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.fault("P13")
def test_a_certificate_that_a_pbx_signed_for_itself_is_as_good_as_a_ca() -> None:
    tls = Tls(Trust.CA, self_signed(NOW + timedelta(days=60)))
    both = Tls(Trust.CA, self_signed(NOW - timedelta(days=1)) + self_signed(NOW + timedelta(days=29)))

    assert names(examined(tls=tls)) == []
    assert names(examined(tls=both)) == [("northwind", ca_check.Name.CA_EXPIRES)]


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_ca_that_is_none_is_told(text: str) -> None:
    assert names(examined(tls=Tls(Trust.CA, text))) == [("northwind", ca_check.Name.CA_UNUSABLE)]

"""When certificates end is read right from any that is one, and harmlessly from anything else."""

from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.certificates import end_of, ending, last_end
from lapsewatch.domain.concerns import SOON
from lapsewatch.domain.instance import Tls, Trust

from tests.builders import NOW, instance

KEY = ec.generate_private_key(ec.SECP256R1())
SEEN = NOW + timedelta(days=29)


def certificate(ends: datetime, name: str = "pbx") -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(subject, subject, KEY.public_key(), 2**120, ends - timedelta(days=90), ends)
    return made.sign(KEY, hashes.SHA256())


def der(ends: datetime, name: str = "pbx") -> bytes:
    return certificate(ends, name).public_bytes(serialization.Encoding.DER)


WHOLE = der(NOW)


def pem(*ends: datetime) -> str:
    return "".join(certificate(end).public_bytes(serialization.Encoding.PEM).decode() for end in ends)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)), st.text("ab", min_size=1, max_size=60))  # noqa: DTZ001  the certificate adds the zone
def test_the_end_of_any_certificate_is_read_to_the_second(ends: datetime, name: str) -> None:
    whole = ends.replace(microsecond=0, tzinfo=UTC)

    assert end_of(der(whole, name)) == whole


@pytest.mark.fault("P9")
@given(st.binary(max_size=400))
def test_what_is_no_certificate_has_no_end_and_does_no_harm(junk: bytes) -> None:
    assert end_of(junk) is None


@given(st.data())
def test_a_certificate_that_is_cut_off_or_changed_does_no_harm(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))

    end_of(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_the_last_of_several_counts_and_text_around_them_does_not() -> None:
    text = f"# the old one and its successor\n{pem(NOW, NOW + timedelta(days=400))}"

    assert last_end(text) == NOW + timedelta(days=400)
    assert last_end("") is None
    assert last_end("-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n") is None


def test_the_reader_of_the_whole_format_agrees_about_a_real_authority() -> None:
    found = trustme.CA().cert_pem.bytes().decode()

    assert last_end(found) == x509.load_pem_x509_certificate(found.encode()).not_valid_after_utc


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        (Tls(), False),
        (Tls(Trust.PIN, "ab" * 32), True),
        (Tls(Trust.CA, pem(NOW + SOON)), True),
        (Tls(Trust.CA, pem(NOW - SOON)), True),
        (Tls(Trust.CA, pem(NOW + SOON + timedelta(seconds=1))), False),
        (Tls(Trust.CA, "no certificate"), False),
    ],
)
def test_a_month_before_the_end_an_instance_is_named_and_for_public_trust_never(tls: Tls, told: bool) -> None:
    assert ending([("northwind", instance(tls=tls), SEEN)], NOW) == (("northwind",) if told else ())


def test_a_pinned_certificate_that_nobody_has_seen_is_not_judged() -> None:
    assert ending([("northwind", instance(tls=Tls(Trust.PIN, "ab" * 32)), None)], NOW) == ()

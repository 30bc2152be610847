"""Until when a PBX is trusted by the certificates that were given for it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum

from cryptography import x509
from lapsewatch.adapters.guarded.failures import UnusableCaError
from lapsewatch.adapters.guarded.tls import context_for
from lapsewatch.domain.certificates import ends_soon
from lapsewatch.domain.instance import Tls, Trust

from cli.files import certificates_in

REMEDY = "Give the instance the new CA."


class Name(StrEnum):
    """What may be wrong with a CA, for programs."""

    CA_EXPIRED = "ca_expired"
    CA_EXPIRES = "ca_expires"
    CA_UNUSABLE = "ca_unusable"


def ca_troubles(tls: Tls, now: datetime) -> Iterator[tuple[Name, str]]:
    """Yield what is wrong with a CA, if anything is, in words."""
    if tls.trust is not Trust.CA:
        return
    try:
        ends = ca_ends_at(tls)
    except UnusableCaError:
        yield Name.CA_UNUSABLE, "The CA that it is to be trusted by is no PEM certificate."
        return
    at = f"{ends:%Y-%m-%d %H:%M} UTC"
    if ends <= now:
        yield Name.CA_EXPIRED, f"The CA that it is trusted by ended {at}."
    elif ends_soon(ends, now):
        yield Name.CA_EXPIRES, f"The CA that it is trusted by ends {at}."


def ca_ends_at(tls: Tls) -> datetime:
    """Return when the last of the certificates ends; raise UnusableCaError if there is none.

    A PBX's own certificate, signed by itself, is as good as a CA's: a visit trusts whatever is given.
    """
    context_for(tls)
    try:
        found = x509.load_pem_x509_certificates(certificates_in(tls.value).encode())
    except ValueError as error:
        raise UnusableCaError("no certificate") from error
    return max(certificate.not_valid_after_utc for certificate in found).astimezone(UTC)

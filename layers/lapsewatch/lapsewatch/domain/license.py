"""What a PBX says about its own license, and what one read of it came to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lapsewatch.domain.instance import Access


class Reason(StrEnum):
    """Why a read failed, in the words an operator can act on."""

    UNREACHABLE = "unreachable"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_EXPIRED = "tls_expired"
    TLS_WRONG_NAME = "tls_wrong_name"
    TLS_OUTDATED = "tls_outdated"
    TLS_PIN_MISMATCH = "tls_pin_mismatch"
    BAD_CREDENTIALS = "bad_credentials"
    FORBIDDEN = "forbidden"
    TWO_FACTOR = "two_factor"
    API_NOT_LICENSED = "api_not_licensed"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"
    NOT_A_PBX = "not_a_pbx"
    BAD_ANSWER = "bad_answer"
    UPGRADING = "upgrading"
    TIMEOUT = "timeout"
    BLOCKED_ADDRESS = "blocked_address"
    SECRET_MISSING = "secret_missing"  # noqa: S105  a reason, not a password


TITLES: dict[str, str] = {
    Reason.UNREACHABLE: "unreachable",
    Reason.TLS_UNTRUSTED: "certificate not trusted",
    Reason.TLS_EXPIRED: "certificate expired",
    Reason.TLS_WRONG_NAME: "certificate for another name",
    Reason.TLS_OUTDATED: "TLS too old",
    Reason.TLS_PIN_MISMATCH: "another certificate than pinned",
    Reason.BAD_CREDENTIALS: "wrong credentials",
    Reason.FORBIDDEN: "not allowed to read",
    Reason.TWO_FACTOR: "two-factor sign-in",
    Reason.API_NOT_LICENSED: "no API in this license",
    Reason.TOO_OLD: "version too old",
    Reason.TOO_NEW: "version too new",
    Reason.NOT_A_PBX: "not a 3CX",
    Reason.BAD_ANSWER: "unexpected answer",
    Reason.UPGRADING: "upgrading or restarting",
    Reason.TIMEOUT: "no answer in time",
    Reason.BLOCKED_ADDRESS: "address not allowed",
    Reason.SECRET_MISSING: "no credentials stored",
}
"""Each in words for people; programs get the value."""

REMEDIES: dict[Reason, str] = {
    Reason.UNREACHABLE: "Check the address and port, DNS, and that the PBX's firewall lets Lapsewatch in.",
    Reason.TLS_UNTRUSTED: "Install a trusted certificate on the PBX, or give this instance its CA or a pin.",
    Reason.TLS_EXPIRED: "Renew the PBX's certificate: it has run out, or is not valid yet.",
    Reason.TLS_WRONG_NAME: "Use the name that the PBX's certificate is for as the address, or pin the certificate.",
    Reason.TLS_OUTDATED: "Enable TLS 1.2 or later on the PBX, or on the proxy before it.",
    Reason.TLS_PIN_MISMATCH: "The certificate changed: check that it is yours, then update the pin.",
    Reason.BAD_CREDENTIALS: "Enter the client secret or password again, and see whether the PBX blocks our address.",
    Reason.FORBIDDEN: "Give the account the System Owner role, and check the console's IP restrictions.",
    Reason.TWO_FACTOR: "Use an account without two-factor sign-in, or an API client.",
    Reason.API_NOT_LICENSED: "This edition has no configuration API: use user_login for this instance.",
    Reason.TOO_OLD: "This PBX is older than version 20: use the access legacy or auto, or update it.",
    Reason.TOO_NEW: "This PBX is no longer version 16 or 18: use the access user_login, api_client or auto.",
    Reason.NOT_A_PBX: "Something other than a 3CX answered: check the address and port.",
    Reason.BAD_ANSWER: "The PBX answered something unexpected: read it by hand and report this build.",
    Reason.UPGRADING: "The PBX is upgrading or restarting; it is read again by itself.",
    Reason.TIMEOUT: "The PBX did not answer in time: check its load and its network.",
    Reason.BLOCKED_ADDRESS: "The name points to an address that may not be polled: fix DNS or AllowedNetworks.",
    Reason.SECRET_MISSING: "Store this instance's credentials again.",
}
"""What to do about each, in a sentence. The page, the API and the command line all say this."""

ABOUT_CREDENTIALS = frozenset({Reason.BAD_CREDENTIALS, Reason.TWO_FACTOR})
"""Sign-ins that a person has to mend."""

HIDDEN = "\u00b7"
SHOWN = 4
"""How many characters at the end of a masked key stay readable."""


def title_of(reason: str | None) -> str:
    """Return a reason in words; one of a later version is told by its value."""
    return TITLES.get(reason or "") or (reason or "unknown reason").replace("_", " ")


def masked(key: str) -> str:
    """Return a license key with all but its end hidden, its groups still told apart."""
    end = key[-SHOWN:] if len(key) > SHOWN else ""
    hidden = key[: len(key) - len(end)].split("-")
    return "-".join([HIDDEN * len(group) for group in hidden]) + end


@dataclass(frozen=True, slots=True)
class Seats:
    """User seats: `used` of `limit`; None is "the PBX did not say"; over the limit is a real state."""

    used: int | None = None
    limit: int | None = None
    ai: int | None = None

    @property
    def human(self) -> int | None:
        if self.used is None or self.ai is None:
            return None
        return max(self.used - self.ai, 0)

    @property
    def percent(self) -> int | None:
        """Rounded half up, over 100 allowed; None without a usable limit."""
        if self.used is None or self.limit is None or self.limit <= 0:
            return None
        return (self.used * 200 + self.limit) // (self.limit * 2)


@dataclass(frozen=True, slots=True)
class License:
    """The license facts of one PBX. Instants are UTC-aware; None is "not said" or "not usable"."""

    key: str | None = None
    product_code: str | None = None
    version: str | None = None
    fqdn: str | None = None
    reseller: str | None = None
    active: bool | None = None
    sim_calls: int | None = None
    seats: Seats = Seats()
    expires_at: datetime | None = None
    maintenance_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """One complete read. `rejected` names the date fields whose values were unusable, and why."""

    observed_at: datetime
    license: License
    rejected: tuple[tuple[str, str], ...] = ()
    """Pairs of (`expires_at` | `maintenance_expires_at`, what was wrong)."""
    way: Access | None = None
    """Which way in was found, where that was to be found out."""
    pin_ends_at: datetime | None = None
    """When the certificate that the PBX showed ends, where that one is pinned."""


@dataclass(frozen=True, slots=True)
class FailedRead:
    """One read that came to nothing. It never touches the last good observation."""

    failed_at: datetime
    reason: Reason
    detail: str = ""
    """A short technical hint without any secret or answer text, at most 200 characters."""
    retry_after: int | None = None
    """Seconds that the PBX asked us to wait, at most 3,600."""
    way: Access | None = None
    """Which way in refused the credentials, where that was to be found out."""
    asked: bool = False
    """Whether the PBX was asked for a refresh before the reading failed, and so may bring it to an end by itself."""


type Reading = Observation | FailedRead

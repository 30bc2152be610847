"""One simulated PBX: its own copy of the license, and the vendor's, which a refresh brings over."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any


class Mode(StrEnum):
    """How a PBX behaves."""

    OK = "ok"
    SLOW = "slow"
    HANG = "hang"
    HTML = "html"
    SENTINEL = "sentinel"
    NULL = "null"
    GARBAGE = "garbage"
    REJECT = "reject"
    FORBIDDEN = "forbidden"
    UPGRADING = "upgrading"
    REDIRECT = "redirect"
    HUGE = "huge"
    STUCK = "stuck"


COUNTED = ("logins", "reads", "refreshes", "refused")


@dataclass(slots=True)
class Entitlement:
    """What a license grants, as the vendor knows it or as a PBX last heard it."""

    expires_at: datetime | None
    maintenance_expires_at: datetime | None
    license_active: bool
    product_code: str


@dataclass(slots=True)
class SimulatedPbx:
    """A PBX and the vendor's record of its license."""

    id: str
    name: str
    customer: str
    fqdn: str
    zone: str
    access: str
    user: str
    password: str
    license_key: str
    version: str
    reseller: str
    sim_calls: int
    users: int
    user_limit: int
    ai_users: int
    vendor: Entitlement
    mode: Mode = Mode.OK
    port: int = 0
    own: Entitlement = field(init=False)
    token: str | None = None
    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    def __post_init__(self) -> None:
        self.sync()

    @property
    def build(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))

    @property
    def knows_seats(self) -> bool:
        """Builds before 20.0.9 have no seat fields, and tell how long a token lives in minutes."""
        return self.build >= (20, 0, 9)

    def sync(self) -> None:
        """Bring the vendor's record over, as a refresh or the nightly sync does."""
        record = self.vendor
        self.own = Entitlement(
            record.expires_at, record.maintenance_expires_at, record.license_active, record.product_code
        )

    def sign_in(self) -> str:
        """Return a new token; the one before it ends."""
        self.counters["logins"] += 1
        self.token = token_urlsafe(48)
        return self.token

    def system_status(self) -> dict[str, Any]:
        """Return every field of SystemStatus that this build knows."""
        fields: dict[str, Any] = {
            "Id": 0,
            "FQDN": self.fqdn,
            "Version": self.version,
            "Activated": True,
            "MaxSimCalls": self.sim_calls,
            "ExtensionsRegistered": max(self.users - 2, 0),
            "ExtensionsTotal": self.users + 3,
            "TrunksRegistered": 1,
            "TrunksTotal": 1,
            "CallsActive": 0,
            "DiskUsage": 21,
            "Support": True,
            "LicenseActive": self.own.license_active,
            "ExpirationDate": self._date(self.own.expires_at),
            "MaintenanceExpiresAt": self._date(self.own.maintenance_expires_at),
            "ResellerName": self.reseller,
            "LicenseKey": self.license_key,
            "ProductCode": self.own.product_code,
            "OS": "Linux",
        }
        if self.knows_seats:
            fields |= {"UserExtensions": self.users, "MaxUserExtensions": self.user_limit}
        return fields

    def license_status(self) -> dict[str, Any]:
        """Return LicenseStatus, with the contact data that a reader should never ask for."""
        shared = ("LicenseKey", "ProductCode", "ExpirationDate", "MaintenanceExpiresAt", "Activated", "Version")
        status = self.system_status()
        more = ("LicenseActive", "Support", "ResellerName", "MaxSimCalls")
        contact = {"AdminEMail": f"admin@{self.fqdn}", "CompanyName": self.customer, "ContactName": "Pat Example"}
        return {name: status[name] for name in shared + more} | contact

    def _date(self, instant: datetime | None) -> str | None:
        if self.mode is Mode.SENTINEL:
            return "0001-01-01T00:00:00Z"
        if self.mode is Mode.GARBAGE:
            return "soon"
        if self.mode is Mode.NULL or instant is None:
            return None
        # .NET prints seven digits of a second.
        return instant.strftime("%Y-%m-%dT%H:%M:%S") + (".6347531+00:00" if instant.second % 2 else "Z")

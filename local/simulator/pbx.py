"""One simulated PBX: its own copy of the license, and the vendor's, which a refresh brings over."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from local.simulator.tokens import Tokens


class Mode(StrEnum):
    """How a PBX behaves. The word after each says which of its answers are affected."""

    OK = "ok"
    SLOW = "slow"  # every
    HANG = "hang"  # every
    HTML = "html"  # every
    UPGRADING = "upgrading"  # every
    REDIRECT = "redirect"  # every
    REJECT = "reject"  # sign-ins
    TWO_FACTOR = "two_factor"  # sign-ins of users
    UNLICENSED = "unlicensed"  # sign-ins of API clients
    FORBIDDEN = "forbidden"  # data
    HUGE = "huge"  # data
    DRIP = "drip"  # data
    NO_COUNT = "no_count"  # counts of users
    SENTINEL = "sentinel"  # dates
    NULL = "null"  # dates
    FAR = "far"  # dates
    GARBAGE = "garbage"  # dates
    LATE = "late"  # what the vendor knows arrives a while after it was asked for
    STUCK = "stuck"  # nothing the vendor knows arrives


class Certificate(StrEnum):
    """What a PBX shows to whoever connects."""

    GOOD = "good"
    SELF_SIGNED = "self_signed"
    EXPIRED = "expired"
    WRONG_NAME = "wrong_name"
    TLS_1_0 = "tls_1_0"
    """None at all: it speaks no version that a client of today accepts."""


COUNTED = ("logins", "refused", "reads", "refreshes", "overlapping")
SEATS_SINCE = (20, 0, 9)
XAPI_SINCE = (20,)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a license grants, as the vendor knows it or as a PBX last heard it."""

    expires_at: datetime | None
    maintenance_expires_at: datetime | None
    license_active: bool
    product_code: str

    @property
    def enterprise(self) -> bool:
        return "ENT" in self.product_code


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
    made_at: datetime
    mode: Mode = Mode.OK
    certificate: Certificate = Certificate.GOOD
    blocks_after: int | None = None
    """After how many refused sign-ins it blocks everybody; None is never."""
    blocked: bool = False
    local_dates: bool = False
    port: int = 0
    own: Entitlement = field(init=False)
    tokens: Tokens = field(default_factory=Tokens)
    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    def __post_init__(self) -> None:
        self.own = self.vendor

    @property
    def build(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("."))

    @property
    def legacy(self) -> bool:
        """Versions 16 and 18 have a management console, and nothing of what came with version 20."""
        return self.build < XAPI_SINCE

    @property
    def knows_seats(self) -> bool:
        """Builds before 20.0.9 have no seat fields, and tell how long a token lives in minutes."""
        return self.build >= SEATS_SINCE

    def refuse(self) -> None:
        """Count a refused sign-in. A PBX that blocks does so by address, and all its clients here have the same."""
        self.counters["refused"] += 1
        self.blocked |= self.blocks_after is not None and self.counters["refused"] >= self.blocks_after

    def sync(self) -> None:
        """Bring the vendor's record over, as a refresh or the nightly sync does."""
        if self.mode is not Mode.STUCK:
            self.own = self.vendor

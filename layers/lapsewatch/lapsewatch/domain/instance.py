"""One PBX that is watched: who owns it and how it is reached."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class Access(StrEnum):
    """The way in: which login an instance has credentials for."""

    API_CLIENT = "api_client"
    USER_LOGIN = "user_login"
    LEGACY = "legacy"
    """The management console of versions 16 and 18."""
    AUTO = "auto"
    """Whichever of them the PBX has and these credentials are for."""


class Trust(StrEnum):
    """What makes a PBX's certificate acceptable."""

    SYSTEM = "system"
    CA = "ca"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Tls:
    """Trust setting: `value` is the CA as PEM, or the SHA-256 of the leaf certificate in hex."""

    trust: Trust = Trust.SYSTEM
    value: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """A watched PBX. `address` is `host` or `host:port`; `zone` is whose calendar counts."""

    instance_id: str
    name: str
    customer: str
    address: str
    access: Access
    zone: ZoneInfo
    secret_name: str
    tls: Tls = Tls()
    enabled: bool = True
    tags: frozenset[str] = frozenset()
    """Words that routes match by."""

"""The properties of each resource that a PBX may be asked for: their types, and the build that brought them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

type Build = tuple[int, ...]


class Kind(StrEnum):
    """The type of a property's value."""

    BOOL = "boolean"
    INT32 = "32-bit integer"
    INT64 = "64-bit integer"
    TEXT = "text"
    TEXTS = "list of texts"
    INSTANT = "ISO 8601 date and time with seconds and offset"


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `open` means that null is a possible answer."""

    kind: Kind
    open: bool = True
    since: Build = (20,)


type Properties = Mapping[str, Property]


def _of(kind: Kind, names: str, since: Build = (20,)) -> dict[str, Property]:
    return {name: Property(kind, since=since) for name in names.split()}


IDENTIFIER = {"Id": Property(Kind.INT32, open=False)}
ENTITLEMENT = (
    _of(Kind.TEXT, "LicenseKey ProductCode ResellerName Version")
    | _of(Kind.BOOL, "Activated LicenseActive Support")
    | _of(Kind.INT32, "MaxSimCalls")
    | _of(Kind.INSTANT, "ExpirationDate MaintenanceExpiresAt")
)

SYSTEM_STATUS: Properties = (
    IDENTIFIER
    | ENTITLEMENT
    | _of(Kind.TEXT, "FQDN Ip IpV4 IpV6 CurrentLocalIp AvailableLocalIps OS RemoteStorageStatus")
    | _of(
        Kind.BOOL,
        "AutoUpdateEnabled BackupScheduled DBMaintenanceInProgress HasNotRunningServices LocalIpValid "
        "HasUnregisteredSystemExtensions IsAuditLogEnabled IsChatLogEnabled IsRecordingArchiveEnabled "
        "RecordingQuotaReached RecordingStopped RemoteConfigurationRequired RemoteStorageEnabled "
        "VoicemailQuotaReached VoicemailStopped",
    )
    | _of(
        Kind.INT32,
        "CallsActive DiskUsage ExtensionsRegistered ExtensionsTotal OutboundRules TrunksRegistered TrunksTotal",
    )
    | _of(Kind.INT32, "UserExtensions MaxUserExtensions", since=(20, 0, 9))
    | _of(
        Kind.INT64,
        "ChatUsedSpace FreeDiskSpace LogUsedSpace RecordingQuota RecordingUsedSpace TotalDiskSpace",
    )
    | _of(Kind.INSTANT, "LastBackupDateTime LastCheckForUpdates LastSuccessfulUpdate")
)

LICENSE_STATUS: Properties = (
    ENTITLEMENT
    | {"LicenseKey": Property(Kind.TEXT, open=False)}
    | _of(Kind.TEXT, "AdminEMail CompanyName ContactName CountryCode CountryName EMail Telephone")
    | _of(Kind.TEXTS, "ActiveModules")
    | _of(Kind.INT32, "SimMeetingParticipants")
)

LICENSE_PARAMETERS_SINCE: Build = (20, 0, 8)
LICENSE_PARAMETERS: Properties = (
    _of(Kind.TEXT, "CountryCode ProductCode")
    | _of(Kind.BOOL, "IsBrandingEnabled IsEnterprise IsMaintainceExpired IsProfessional")  # spelled like this by 3CX
    | _of(Kind.BOOL, "IsCfdEnabled", since=(20, 0, 10))
    | _of(Kind.INT32, "MaxSimCalls")
)

DEFS: Properties = IDENTIFIER

USER: Properties = (
    IDENTIFIER
    | _of(Kind.TEXT, "Number FirstName LastName DisplayName EmailAddress AuthPassword DeskphonePassword VMPIN")
    | _of(Kind.BOOL, "Enabled Internal IsRegistered")
    | _of(Kind.BOOL, "AIAgent", since=(20, 0, 9))
    | _of(Kind.TEXTS, "Tags")
)


def known_to(build: Build, properties: Properties) -> frozenset[str]:
    """Return the names of the properties that a build has heard of."""
    return frozenset(name for name, one in properties.items() if build >= one.since)

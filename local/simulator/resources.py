"""What a PBX knows about itself, under the names that its interface gives it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from local.simulator.dates import license_date, printed
from local.simulator.pbx import SimulatedPbx
from local.simulator.properties import LICENSE_PARAMETERS, LICENSE_STATUS, SYSTEM_STATUS, Properties, known_to

GIGABYTE = 2**30


def system_status(pbx: SimulatedPbx) -> dict[str, Any]:
    """Return every property of SystemStatus that this build has."""
    return _known(pbx, SYSTEM_STATUS, _entitlement(pbx) | _network(pbx) | _phones(pbx) | _storage() | _upkeep(pbx))


def console_status(pbx: SimulatedPbx) -> dict[str, Any]:
    """Return what the console of versions 16 and 18 tells: no word of seats, nor whether the license is active."""
    entitlement = {name: value for name, value in _entitlement(pbx).items() if name != "LicenseActive"}
    phones = {name: value for name, value in _phones(pbx).items() if not name.endswith("UserExtensions")}
    network = {name: _network(pbx)[name] for name in ("FQDN", "Ip", "LocalIpValid", "CurrentLocalIp")}
    return entitlement | phones | network | {"IsSpla": pbx.own.product_code.endswith("SPLA"), "DiskUsage": 21}


def license_status(pbx: SimulatedPbx) -> dict[str, Any]:
    """Return LicenseStatus, with the contact data that a careful reader never asks for."""
    contact = {
        "CompanyName": pbx.customer,
        "ContactName": "Pat Example",
        "AdminEMail": f"admin@{pbx.fqdn}",
        "EMail": f"office@{pbx.fqdn}",
        "Telephone": "+1 202 555 0100",
        "CountryCode": "US",
        "CountryName": "United States",
    }
    more = {"ActiveModules": [], "SimMeetingParticipants": 100}
    return _known(pbx, LICENSE_STATUS, _entitlement(pbx) | contact | more)


def license_parameters(pbx: SimulatedPbx) -> dict[str, Any]:
    """Return the edition in the form that builds since 20.0.8 offer."""
    enterprise = pbx.own.enterprise
    maintenance = pbx.own.maintenance_expires_at
    facts = {
        "ProductCode": pbx.own.product_code,
        "CountryCode": "US",
        "MaxSimCalls": pbx.sim_calls,
        "IsEnterprise": enterprise,
        "IsProfessional": enterprise or "PROF" in pbx.own.product_code,
        "IsMaintainceExpired": maintenance is not None and maintenance <= datetime.now(UTC),
        "IsBrandingEnabled": enterprise,
        "IsCfdEnabled": enterprise,
    }
    return _known(pbx, LICENSE_PARAMETERS, facts)


def _known(pbx: SimulatedPbx, properties: Properties, facts: dict[str, Any]) -> dict[str, Any]:
    names = known_to(pbx.build, properties)
    return {name: value for name, value in facts.items() if name in names}


def _entitlement(pbx: SimulatedPbx) -> dict[str, Any]:
    return {
        "LicenseKey": pbx.license_key,
        "ProductCode": pbx.own.product_code,
        "Version": pbx.version,
        "ResellerName": pbx.reseller,
        "Activated": True,
        "LicenseActive": pbx.own.license_active,
        "Support": True,
        "MaxSimCalls": pbx.sim_calls,
        "ExpirationDate": license_date(pbx, pbx.own.expires_at),
        "MaintenanceExpiresAt": license_date(pbx, pbx.own.maintenance_expires_at),
    }


def _network(pbx: SimulatedPbx) -> dict[str, Any]:
    return {
        "Id": 0,
        "FQDN": pbx.fqdn,
        "OS": "Linux",
        "Ip": "192.0.2.10 Static",
        "IpV4": "192.0.2.10",
        "IpV6": None,
        "LocalIpValid": True,
        "CurrentLocalIp": "10.0.0.10",
        "AvailableLocalIps": "10.0.0.10",
    }


def _phones(pbx: SimulatedPbx) -> dict[str, Any]:
    return {
        "UserExtensions": pbx.users,
        "MaxUserExtensions": pbx.user_limit,
        "ExtensionsRegistered": max(pbx.users - 2, 0),
        # Queues, ring groups and the like count here, but need no license.
        "ExtensionsTotal": pbx.users + 3,
        "HasUnregisteredSystemExtensions": False,
        "TrunksRegistered": 1,
        "TrunksTotal": 1,
        "CallsActive": 0,
        "OutboundRules": 2,
    }


def _storage() -> dict[str, Any]:
    sizes = {"TotalDiskSpace": 80, "FreeDiskSpace": 63, "RecordingQuota": 20, "RecordingUsedSpace": 5}
    return {
        **{name: size * GIGABYTE for name, size in (sizes | {"ChatUsedSpace": 0, "LogUsedSpace": 1}).items()},
        "DiskUsage": 21,
        "RecordingQuotaReached": False,
        "RecordingStopped": False,
        "VoicemailQuotaReached": False,
        "VoicemailStopped": False,
        "IsRecordingArchiveEnabled": False,
        "RemoteStorageEnabled": False,
        "RemoteStorageStatus": "NotConfigured",
    }


def _upkeep(pbx: SimulatedPbx) -> dict[str, Any]:
    return {
        "BackupScheduled": True,
        "LastBackupDateTime": printed(pbx.made_at - timedelta(hours=7)),
        "AutoUpdateEnabled": True,
        "LastCheckForUpdates": printed(pbx.made_at - timedelta(hours=5)),
        "LastSuccessfulUpdate": printed(pbx.made_at - timedelta(days=20)),
        "HasNotRunningServices": False,
        "DBMaintenanceInProgress": False,
        "IsAuditLogEnabled": True,
        "IsChatLogEnabled": False,
        "RemoteConfigurationRequired": False,
    }

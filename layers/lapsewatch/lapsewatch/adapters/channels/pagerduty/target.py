"""The integration of a PagerDuty service. Whoever has its key can open incidents, so it is a secret."""

from typing import Annotated

from lapsewatch.adapters.channels.targets import Account, Region, Stored, matching, read

KIND = "pagerduty"
REMEDY = "give the Integration Key of an Events API v2 integration, which has 32 characters"


class StoredTarget(Stored):
    """The JSON of the secret."""

    routing_key: Annotated[str, matching("[A-Za-z0-9]{32}", REMEDY)]
    region: Region = Region.US


def target_from(text: str) -> Account:
    """Read a stored target; raise SettingsError that names what is wrong."""
    found = read(StoredTarget, KIND, text)
    return Account(found.routing_key, found.region)

"""An API integration of Opsgenie. Whoever has its key can open alerts, so it is a secret."""

from typing import Annotated

from lapsewatch.adapters.channels.targets import Account, Region, Stored, matching, read

KIND = "opsgenie"
REMEDY = "give the API key of an API integration: letters, digits and hyphens"


class StoredTarget(Stored):
    """The JSON of the secret."""

    api_key: Annotated[str, matching("[A-Za-z0-9-]{16,128}", REMEDY)]
    region: Region = Region.US


def target_from(text: str) -> Account:
    """Read a stored target; raise SettingsError that names what is wrong."""
    found = read(StoredTarget, KIND, text)
    return Account(found.api_key, found.region)

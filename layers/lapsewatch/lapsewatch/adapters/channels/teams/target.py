"""The workflow that posts to a Teams channel. Its address carries its own signature, so it is a secret."""

from lapsewatch.adapters.channels.targets import Address, StoredAddress, read

KIND = "teams"


def target_from(text: str) -> Address:
    """Read a stored target; raise SettingsError that names what is wrong."""
    return Address(read(StoredAddress, KIND, text).url)

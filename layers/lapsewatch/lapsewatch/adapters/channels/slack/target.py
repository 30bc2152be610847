"""The incoming webhook of a Slack channel. Whoever knows its address can post there, so it is a secret."""

from lapsewatch.adapters.channels.targets import Address, StoredAddress, read

KIND = "slack"


def target_from(text: str) -> Address:
    """Read a stored target; raise SettingsError that names what is wrong."""
    return Address(read(StoredAddress, KIND, text).url)

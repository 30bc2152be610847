"""Every kind of channel: how its target is read, and how one is made of that and of what they all share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

from lapsewatch.adapters.channels.means import Means
from lapsewatch.ports import Channel

NAMES = ("webhook", "slack", "teams", "pagerduty", "opsgenie", "email")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of channel. Its folder is opened when it is first asked for: a start should not read all of them."""

    name: str

    def target_from(self, text: str) -> Any:
        """Read a stored target; raise SettingsError that names what is wrong."""
        return self._part("target").target_from(text)

    def channel(self, target: Callable[[], Any], means: Means) -> Channel:
        """Make a channel of what gives the target, anew for each message: it may be replaced at any time."""
        return cast("Channel", self._part("channel").channel(target, means))

    def _part(self, name: str) -> Any:
        return import_module(f"{__package__}.{self.name}.{name}")


KINDS: Mapping[str, Kind] = {name: Kind(name) for name in NAMES}

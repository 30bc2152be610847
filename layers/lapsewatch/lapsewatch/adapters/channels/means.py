"""What channels are made with, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lapsewatch.adapters.channels.post import DEADLINE
from lapsewatch.adapters.guarded.addresses import Network
from lapsewatch.adapters.guarded.line import guarded_line
from lapsewatch.adapters.guarded.resolver import Resolve, resolve
from lapsewatch.domain.instance import Tls

if TYPE_CHECKING:
    from lapsewatch.adapters.channels.email.ses import SesClient
    from lapsewatch.adapters.guarded.exchange import Line, Origin


@dataclass(frozen=True, slots=True)
class Dialing:
    """How connections are made: to which addresses, by what trust, in how many seconds altogether."""

    allowed: tuple[Network, ...] = ()
    tls: Tls = field(default_factory=Tls)
    resolve: Resolve = resolve
    deadline: float = DEADLINE


@dataclass(frozen=True, slots=True)
class Means:
    """How connections are made, and by what account mail is sent."""

    dialing: Dialing = field(default_factory=Dialing)
    ses: Callable[[], SesClient] | None = None
    sender: str = ""
    """As whom SES sends; empty where it does not."""

    def connect(self, origin: Origin) -> Line:
        return guarded_line(origin, self.dialing.tls, self.dialing.allowed, self.dialing.resolve)

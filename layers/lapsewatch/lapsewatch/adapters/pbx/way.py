"""What a way into a PBX is: how it signs in, what it reads, and whether it can ask for a refresh."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Observation

if TYPE_CHECKING:
    from lapsewatch.adapters.pbx.session import Session
    from lapsewatch.adapters.pbx.visit import Requests, Visit


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. Nothing but its `requests` can be sent to a PBX that is entered by it."""

    access: Access
    requests: Requests
    sign_in: Callable[[Visit, PbxSecret], Awaitable[Mapping[str, str]]]
    """Return the headers that prove the sign-in. They serve one visit and are thrown away."""
    read_license: Callable[[Session, datetime], Awaitable[Observation]]
    count_ai_users: Callable[[Session, str | None], Awaitable[int | None]]
    request_refresh: Callable[[Session], Awaitable[None]] | None
    """None where the version has no such request."""

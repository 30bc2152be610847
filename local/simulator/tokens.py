"""Access tokens of one PBX: a new one ends the one before it."""

import json
import time
from base64 import urlsafe_b64encode
from collections import deque
from enum import Enum, auto
from secrets import token_bytes
from typing import Any

LIFETIME = 3600
REMEMBERED = 16


class Standing(Enum):
    """What a token is worth."""

    VALID = auto()
    SUPERSEDED = auto()
    """It was good until somebody else signed in: the mark of two readers at once."""
    UNKNOWN = auto()


class Tokens:
    """The one active token, and enough of the former ones to tell them from made-up ones."""

    def __init__(self) -> None:
        self._active: str | None = None
        self._ends_at = 0.0
        self._former: deque[str] = deque(maxlen=REMEMBERED)

    @property
    def issued(self) -> list[str]:
        """The latest ones, the active one last."""
        return [*self._former, *([self._active] if self._active else [])]

    def issue(self) -> str:
        if self._active is not None:
            self._former.append(self._active)
        self._ends_at = time.time() + LIFETIME
        self._active = _signed({"exp": int(self._ends_at), "role": ["GlobalAdmin"], "jti": token_bytes(8).hex()})
        return self._active

    def standing(self, token: str) -> Standing:
        if token == self._active and time.time() < self._ends_at:
            return Standing.VALID
        return Standing.SUPERSEDED if token in self._former else Standing.UNKNOWN


def _signed(claims: dict[str, Any]) -> str:
    """Return what looks like a JWT, and can be read like one; nobody checks its signature."""
    parts = (json.dumps({"alg": "ES256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), token_bytes(64))
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)

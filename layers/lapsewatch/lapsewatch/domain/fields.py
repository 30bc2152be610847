"""Fields of a document, each as what it is to be or as nothing: a program must not fail by what somebody else wrote."""

import re
from datetime import date
from typing import Any

from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.messages import Document

ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]{1,700}")
"""Nothing that a service could take for the end of an address."""


def text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def texts(document: Document, name: str) -> list[str]:
    values = document.get(name)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def number(document: Document, name: str) -> int | None:
    value: Any = document.get(name)
    return value if isinstance(value, int) else None


def address(document: Document, name: str) -> str | None:
    value = text(document, name)
    return value if ADDRESS.fullmatch(value) else None


def day(document: Document) -> date | None:
    """Return the day on which the clock ends."""
    try:
        return date.fromisoformat(text(document, "expires_on"))
    except ValueError:
        return None


def clock_of(document: Document) -> Clock | None:
    value = text(document, "clock")
    return Clock(value) if value in set(Clock) else None


def severity_of(document: Document) -> Severity | None:
    value = text(document, "severity")
    return Severity(value) if value in set(Severity) else None

"""What of the local stack's mail has not gone out: noted in its table, so that the doctor can tell it."""

from dataclasses import dataclass
from datetime import datetime

from lapsewatch.adapters.dynamodb.table import Table, maybe_instant, maybe_stamp
from lapsewatch.adapters.dynamodb.updates import update

PK, SK = "META#MAIL", "STANDING"


@dataclass(frozen=True, slots=True)
class MailStanding:
    """The mail that is owed, and the mail that nobody will get."""

    waiting: int = 0
    since: datetime | None = None
    """When the oldest that waits had come."""
    given_up: int = 0
    """How many were given up lately."""
    why: str = ""
    """What the server said last."""


def note_standing(table: Table, standing: MailStanding) -> None:
    """Note how the mail stands, in place of what was noted before."""
    changes = {
        "waiting": standing.waiting,
        "since": maybe_stamp(standing.since),
        "given_up": standing.given_up,
        "why": standing.why or None,
    }
    table.write(update(PK, SK, changes, condition="attribute_exists(pk) OR attribute_not_exists(pk)"))


def noted_standing(table: Table) -> MailStanding:
    """Return how the mail stands; where it is not ours to send, nothing waits."""
    item = table.get(PK, SK) or {}
    since = maybe_instant(item, "since")
    return MailStanding(item.get("waiting", 0), since, item.get("given_up", 0), item.get("why", ""))

"""Seat usage as words and a bar."""

from functools import lru_cache
from typing import NamedTuple

from lapsewatch.domain.license import Seats

NEARLY_FULL = 90
FULL = 100


class SeatsView(NamedTuple):
    """What the seats cell says. The bar's widths are percent of the licensed seats, together never over 100.

    Nothing in it needs escaping: it is numbers, and words of our own.
    """

    usage: str
    percent: str
    split: str
    over: str
    fill: str
    """`over`, `high`, `normal`, or empty when there is no bar to draw."""
    human_width: int
    ai_width: int
    order: str
    """The percentage as a number to sort by."""


@lru_cache(4096)
def seats_view(seats: Seats) -> SeatsView:
    """Return what to show for seats; going over the limit is a state, not an error."""
    percent = seats.percent
    width = min(percent, FULL) if percent is not None and percent >= 0 else 0
    # Without a split the whole bar is drawn as people, which is what seats are unless the PBX says otherwise.
    ai_width = width * min(max(seats.ai or 0, 0), seats.used) // seats.used if seats.used and seats.used > 0 else 0
    return SeatsView(
        usage=_usage(seats),
        percent="" if percent is None else f"{percent}\u00a0%",
        split=_split(seats),
        over=_over(seats),
        fill=_fill(seats, percent),
        human_width=width - ai_width,
        ai_width=ai_width,
        order="" if percent is None else str(percent),
    )


def _usage(seats: Seats) -> str:
    if seats.used is None and seats.limit is None:
        return "not reported"
    if seats.limit is None:
        return f"{seats.used} used, limit unknown"
    if seats.used is None:
        return f"limit {seats.limit}, usage unknown"
    return f"{seats.used} / {seats.limit}"


def _split(seats: Seats) -> str:
    human = seats.human
    return "" if human is None else f"{human} human \u00b7 {seats.ai} AI"


def _over(seats: Seats) -> str:
    if seats.used is None or seats.limit is None or seats.limit < 0 or seats.used <= seats.limit:
        return ""
    return f"{seats.used - seats.limit} over the limit"


def _fill(seats: Seats, percent: int | None) -> str:
    if percent is None:
        return ""
    if percent > FULL or _over(seats):
        return "over"
    return "high" if percent >= NEARLY_FULL else "normal"

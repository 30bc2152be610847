"""A message that a receiver takes in parts: what it has already is not sent again while the rest is tried."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lapsewatch.domain.outcomes import Delivered, NotYet, Outcome, Refused

KEPT = 100
"""How many messages may be under way."""
NOTHING = Delivered("nothing in it for this channel")


class Parts:
    """What became of the parts of messages that are not through yet.

    It lives as long as the function's environment, and only what a notice takes several parts for depends on it: the
    account of a route remembers which notices of a message were taken.
    """

    def __init__(self) -> None:
        self._settled: dict[str, dict[str, Outcome]] = {}

    def send[Part](
        self,
        event_id: str,
        parts: Mapping[str, Part],
        attempt: Callable[[Mapping[str, Part]], Mapping[str, Outcome]],
        about: Callable[[str], str] = str,
    ) -> Outcome:
        """Have `attempt` send what is not settled, and return what became of the whole.

        `about` tells the event id of what a part, by its name, is about.
        """
        known = self._settled.pop(event_id, {})
        left = {name: part for name, part in parts.items() if name not in known}
        outcomes = known | dict(attempt(left) if left else {})
        whole = together([outcomes.get(name) for name in parts])
        if not isinstance(whole, Delivered):
            missing = {about(name) for name in parts if not isinstance(outcomes.get(name), Delivered)}
            whole = replace(whole, taken=frozenset(map(about, parts)) - missing)
        if isinstance(whole, NotYet):
            self._settled[event_id] = {name: found for name, found in outcomes.items() if not isinstance(found, NotYet)}
            for oldest in list(self._settled)[:-KEPT]:
                del self._settled[oldest]
        return whole


def together(outcomes: list[Outcome | None]) -> Outcome:
    """Return what became of a whole by its parts; None for one that was not tried.

    As long as something may be taken later it is to be tried; a refusal is told once nothing more can be done.
    """
    if not outcomes:
        return NOTHING
    delivered = [outcome for outcome in outcomes if isinstance(outcome, Delivered)]
    worst = next((outcome for outcome in outcomes if isinstance(outcome, NotYet)), None) or next(
        (outcome for outcome in outcomes if isinstance(outcome, Refused)), None
    )
    if worst is None:
        return delivered[-1]
    if len(outcomes) == 1:
        return worst
    answer = f"{worst.answer}; {len(delivered)} of {len(outcomes)} parts were taken"
    return NotYet(answer, worst.retry_after) if isinstance(worst, NotYet) else Refused(answer)

"""What removing, re-creating and correcting an instance does to what is remembered about it. Pure."""

from dataclasses import replace

from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.instance import Access, Instance
from lapsewatch.domain.ledger import Answer
from lapsewatch.domain.reading import Absorbed, Resolve
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.streaks import up_to_good


def removal(state: InstanceState) -> Absorbed:
    """Return the tombstone of an instance, with a farewell for every clock that somebody was alerted about.

    Its cycle numbers are kept: should the id come back, no new row of the ledger meets an old one.
    """
    absorbed = Absorbed(replace(state, enabled=False, deleted=True, obs_seq=state.obs_seq + 1))
    for clock in tuple(state.series):
        absorbed = _closed(absorbed, clock, Answer.REMOVED)
    return absorbed


def revival(tombstone: InstanceState, *, enabled: bool) -> InstanceState:
    """Return the state of an id that comes back: nothing is remembered but how far its cycles got."""
    return InstanceState(
        tombstone.instance_id,
        enabled=enabled,
        ver=tombstone.ver,
        obs_seq=tombstone.obs_seq,
        last_cycles=tombstone.last_cycles,
    )


def reached_anew(state: InstanceState, before: Instance | None, after: Instance) -> InstanceState:
    """Return the state after an instance is reached as `after` says; None stands for a former way nobody can read.

    A reading under way was made the former way, and is fenced off. What the PBX refused counts no more once it is to be
    entered otherwise, and only then: neither a new name nor a pause makes wrong credentials right.
    """
    kept = replace(state, enabled=after.enabled)
    if before is not None and _entry(before) == _entry(after):
        return kept if before.tls == after.tls else replace(kept, obs_seq=state.obs_seq + 1)
    return replace(
        kept,
        obs_seq=state.obs_seq + 1,
        way=None,
        reason=None,
        fail_count=0,
        failing_since=None,
        streaks=up_to_good(state.streaks),
        next_poll_at=None,
    )


def _entry(instance: Instance) -> tuple[str, Access, str]:
    """Return where an instance is entered, how, and with which credentials: new ones have a name of their own."""
    return instance.address, instance.access, instance.secret_name


def may_run(state: InstanceState, clock: Clock) -> bool:
    """Tell whether a clock runs, or the license's might beside maintenance: an unusable date leaves that open."""
    undecided = clock is Clock.LICENSE and clock in state.notes and Clock.MAINTENANCE in state.series
    return clock in state.series or (undecided and not state.perpetual)


def without_expiry(state: InstanceState, clock: Clock) -> Absorbed:
    """Return the state after an operator accepted that a clock runs no more: a PBX's silence never says so."""
    closed = Absorbed(state)
    if clock in state.series:
        closed = _closed(closed, clock, Answer.NO_EXPIRY)
    perpetual = Clock.LICENSE not in closed.state.series and Clock.MAINTENANCE in closed.state.series
    notes = {other: note for other, note in state.notes.items() if other is not clock}
    return replace(closed, state=replace(closed.state, perpetual=perpetual, notes=notes))


def _closed(absorbed: Absorbed, clock: Clock, answer: Answer) -> Absorbed:
    state = absorbed.state
    series = state.series[clock]
    others = {other: item for other, item in state.series.items() if other is not clock}
    last_cycles = {**state.last_cycles, clock: series.cycle + 1}
    owed = (Resolve(clock, series.cycle + 1, series.open_alerts, answer),) if series.open_alerts else ()
    return Absorbed(replace(state, series=others, last_cycles=last_cycles), absorbed.resolves + owed)

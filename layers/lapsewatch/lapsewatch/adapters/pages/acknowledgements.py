"""Who took note of which clock, and the form to do so."""

from dataclasses import dataclass

from lapsewatch.adapters.pages.words import count_of_days, instant_text
from lapsewatch.domain.acknowledgement import END_OF_CYCLE, Acknowledgement
from lapsewatch.domain.days import local_date
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.milestones import Ladder
from lapsewatch.domain.series import Series
from lapsewatch.domain.state import speaking_series
from lapsewatch.domain.tokens import Role, Token


@dataclass(frozen=True, slots=True)
class TakenView:
    """One clock whose cycle somebody took note of."""

    clock: str
    title: str
    by: str
    reason: str
    taken: str
    until: str
    over: bool


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock that can be acknowledged, and what that silences."""

    clock: str
    title: str
    effect: str


@dataclass(frozen=True, slots=True)
class AcknowledgeView:
    taken: tuple[TakenView, ...]
    clocks: tuple[ClockView, ...]
    """Those whose date is still to come, and that are not silent already."""
    today: str
    may: bool
    label: str
    role: str


def acknowledge_view(detail: Detail, token: Token) -> AcknowledgeView:
    """Return what is acknowledged, what could be, and whether this caller may."""
    zone = detail.watched.instance.zone
    running = detail.watched.state.series.values()
    speaking = speaking_series(detail.watched.state, zone)
    return AcknowledgeView(
        taken=tuple(_taken(series, series.acknowledged, detail) for series in running if series.acknowledged),
        clocks=tuple(
            ClockView(series.clock.value, _title(series, detail), effect_of(detail.rules.ladders[series.clock]))
            for series in speaking
            if series.expires_at > detail.now and not _silent(series, detail)
        ),
        today=local_date(detail.now, zone).isoformat(),
        may=token.role.covers(Role.OPERATOR),
        label=token.label,
        role=token.role.value,
    )


def _silent(series: Series, detail: Detail) -> bool:
    taken = series.acknowledged
    return taken is not None and taken.ends_at(detail.watched.instance.zone, detail.rules.hour) > detail.now


def _taken(series: Series, taken: Acknowledgement, detail: Detail) -> TakenView:
    zone = detail.watched.instance.zone
    ends_at = taken.ends_at(zone, detail.rules.hour)
    until = "the end of this cycle" if ends_at == END_OF_CYCLE else instant_text(ends_at, zone)
    return TakenView(
        clock=series.clock.value,
        title=_title(series, detail),
        by=taken.by,
        reason=taken.reason,
        taken=instant_text(taken.at, zone),
        until=until,
        over=min(ends_at, series.expires_at) <= detail.now,
    )


def _title(series: Series, detail: Detail) -> str:
    return f"{series.clock.capitalize()}, ends {instant_text(series.expires_at, detail.watched.instance.zone)}"


def effect_of(ladder: Ladder) -> str:
    """Return what an acknowledgement silences, and what it does not."""
    wide = " and ".join(str(days) for days in ladder.days[:-1])
    silenced = f"Silences what is still to come of the reminders {wide} days before. " if wide else ""
    return (
        f"{silenced}The one {count_of_days(ladder.tightest)} before and the notice of the lapse are sent all the same."
    )

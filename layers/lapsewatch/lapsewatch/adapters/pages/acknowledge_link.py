"""What a link to acknowledge by opens: what it is about, and one button. To open it changes nothing."""

from lapsewatch.adapters.pages.acknowledgements import effect_of
from lapsewatch.adapters.pages.engine import page
from lapsewatch.adapters.pages.words import instant_text
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.milestones import ReminderRules
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.series import Series


def render_acknowledge_link(
    watched: Watched, series: Series, taken: Acknowledgement | None, rules: ReminderRules, error: str = ""
) -> str:
    """Return the page of a running cycle: the form, or who acknowledged it already."""
    zone = watched.instance.zone
    return page(
        "acknowledge_link",
        title="Acknowledged" if taken else "Acknowledge",
        instance_id=watched.instance.instance_id,
        name=watched.instance.name,
        clock=series.clock.value,
        ends=instant_text(series.expires_at, zone),
        taken=taken,
        taken_at=instant_text(taken.at, zone) if taken else "",
        effect=effect_of(rules.ladders[series.clock]),
        error=error,
    )

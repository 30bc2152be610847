"""An acknowledgement: until when the wide milestones of a cycle are silent."""

from datetime import UTC, date, datetime

from lapsewatch.domain.acknowledgement import Acknowledgement

from tests.builders import NEW_YORK, NOW, UTC_ZONE, utc


def noted(until: date | None) -> Acknowledgement:
    return Acknowledgement("Kim", "order 4711 is placed", NOW, until)


def test_reminders_speak_again_at_the_tenant_s_hour_on_the_day_after_the_last_silent_one() -> None:
    assert noted(date(2026, 6, 30)).ends_at(NEW_YORK, 8) == utc(2026, 7, 1, 12)
    assert noted(date(2026, 6, 30)).ends_at(UTC_ZONE, 9) == utc(2026, 7, 1, 9)


def test_without_a_last_silent_day_nothing_but_a_new_date_ends_the_silence() -> None:
    assert noted(None).ends_at(NEW_YORK, 8) == datetime.max.replace(tzinfo=UTC)

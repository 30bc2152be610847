"""What people and machines read in a reminder."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.license import License
from lapsewatch.domain.milestones import DEFAULT_RULES, ReminderRules, ladder_of
from lapsewatch.domain.notices import Notice, notice_of
from lapsewatch.domain.state import InstanceState
from lapsewatch.domain.wording import MAINTENANCE_STOPS, days_in_words

from tests.builders import (
    EXPIRY,
    KEY,
    MAINTENANCE_EXPIRY,
    NOW,
    UTC_ZONE,
    instance,
    license,
    perpetual_license,
    row,
    series,
    state,
    utc,
    watched,
)

PAGE = "https://licenses.example.com"


def told(
    milestone: int | None = 10,
    remembered: InstanceState | None = None,
    *,
    now: datetime = NOW,
    clock: Clock = Clock.LICENSE,
    shop: bool = True,
    rules: ReminderRules = DEFAULT_RULES,
) -> Notice:
    return notice_of(row(milestone, clock=clock), watched(None, remembered), now, rules, PAGE, shop=shop)


def before_the_end(days: int) -> datetime:
    return EXPIRY - timedelta(days=days, hours=1)


@pytest.mark.parametrize(
    ("left", "words"),
    [(60, "expires in 60 days"), (2, "expires in 2 days"), (1, "expires in 1 day"), (0, "expires today")],
)
def test_what_is_to_come_is_counted_in_days(left: int, words: str) -> None:
    assert days_in_words(left, lapsed=False) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [(0, "EXPIRED today"), (-1, "EXPIRED 1 day ago"), (-2, "EXPIRED 2 days ago"), (-400, "EXPIRED 400 days ago")],
)
def test_what_has_passed_is_told_without_a_negative_number(left: int, words: str) -> None:
    assert days_in_words(left, lapsed=True) == words


@pytest.mark.parametrize(
    ("milestone", "days", "headline"),
    [
        (10, 10, "Northwind Cardiology: license expires in 10 days"),
        (10, 8, "Northwind Cardiology: license expires in 8 days"),
        (3, 2, "Northwind Cardiology: license expires in 2 days"),
        (1, 1, "Northwind Cardiology: license expires in 1 day"),
        (1, 0, "Northwind Cardiology: license expires today"),
    ],
)
def test_a_late_reminder_tells_the_true_days_and_not_its_label(milestone: int, days: int, headline: str) -> None:
    notice = told(milestone, now=before_the_end(days))

    assert notice.headline == headline
    assert notice.days_left == days
    assert notice.text.startswith(headline + ".\n")


def test_on_its_last_day_a_license_expires_today_until_its_hour_and_has_expired_after() -> None:
    before, after = told(1, now=EXPIRY - timedelta(seconds=1)), told(0, now=EXPIRY)

    assert before.headline.endswith("license expires today")
    assert after.headline.endswith("license EXPIRED today")
    assert (before.days_left, after.days_left) == (0, 0)


def test_the_notice_of_the_lapse_counts_the_days_since() -> None:
    notice = told(0, now=before_the_end(-2))

    assert (notice.event, notice.severity) == (Event.EXPIRED, Severity.CRITICAL)
    assert notice.headline == "Northwind Cardiology: license EXPIRED 2 days ago"
    assert notice.days_left == -2


@pytest.mark.fault("G2")
def test_the_day_of_the_end_is_told_in_the_tenant_s_calendar_with_its_zone() -> None:
    tonight = state(license(expires_at=utc(2026, 6, 12, 1)))

    notice = told(1, tonight, now=utc(2026, 6, 10, 12))

    assert notice.expires_on == date(2026, 6, 11)
    assert "License ends: Thursday, June 11, 2026 (America/New_York)" in notice.text
    assert notice.headline.endswith("expires in 1 day")


def test_another_zone_tells_another_day() -> None:
    tonight = state(license(expires_at=utc(2026, 6, 12, 1)))
    whose = watched(instance(zone=UTC_ZONE), tonight)

    notice = notice_of(row(3), whose, utc(2026, 6, 10, 12), DEFAULT_RULES, PAGE, shop=False)

    assert "License ends: Friday, June 12, 2026 (UTC)" in notice.text
    assert notice.days_left == 2


@pytest.mark.parametrize(
    ("clock", "milestone", "severity"),
    [
        (Clock.LICENSE, 10, Severity.INFO),
        (Clock.LICENSE, 3, Severity.WARNING),
        (Clock.LICENSE, 1, Severity.CRITICAL),
        (Clock.LICENSE, 0, Severity.CRITICAL),
        (Clock.MAINTENANCE, 60, Severity.INFO),
        (Clock.MAINTENANCE, 30, Severity.WARNING),
        (Clock.MAINTENANCE, 7, Severity.CRITICAL),
        (Clock.MAINTENANCE, 0, Severity.CRITICAL),
        (Clock.LICENSE, None, Severity.INFO),
        (Clock.MAINTENANCE, None, Severity.INFO),
    ],
)
def test_a_notice_is_as_loud_as_its_milestone(clock: Clock, milestone: int | None, severity: Severity) -> None:
    both = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))

    assert told(milestone, both, clock=clock).severity is severity


def test_a_reminder_of_maintenance_names_what_stops() -> None:
    notice = told(30, state(perpetual_license(NOW + timedelta(days=20))), clock=Clock.MAINTENANCE)

    assert notice.headline == "Northwind Cardiology: maintenance expires in 20 days"
    assert MAINTENANCE_STOPS in notice.text
    for what in ("security updates", "upgrades", "FQDN", "certificates", "apps", "SMTP", "WebMeeting", "firmware"):
        assert what in notice.text


def test_a_reminder_of_a_license_does_not_speak_of_maintenance() -> None:
    text = told().text

    assert "maintenance" not in text.lower()
    assert "3CX limits or stops this phone system" in text


def test_a_reminder_says_what_to_do_and_why_it_came() -> None:
    text = told(10).text

    assert "Renew it, then press Refresh on the status page" in text
    assert text.endswith("This is the 10-day reminder; reminders go out 10, 3, 1 days before, once each.")


def test_a_reminder_names_the_ladder_in_force() -> None:
    rules = ReminderRules({**DEFAULT_RULES.ladders, Clock.LICENSE: ladder_of((20, 5))}, hour=8)

    assert "reminders go out 20, 5 days before" in told(5, rules=rules).text
    assert told(0, rules=rules).text.endswith("This is the notice of the lapse; reminders go out 20, 5 days before.")


def test_a_notice_names_the_instance_the_customer_and_where_to_look() -> None:
    notice = told()

    assert "Instance: Northwind Cardiology (northwind.3cx.us)\n" in notice.text
    assert "Customer: Northwind Health\n" in notice.text
    assert notice.page_url == f"{PAGE}/#instance-northwind"
    assert f"Status page: {notice.page_url}\n" in notice.text


def test_an_unknown_address_is_left_out() -> None:
    assert "Instance: Northwind Cardiology\n" in told(10, state(license(fqdn=None))).text


@pytest.mark.parametrize("milestone", [10, 3, 1, 0])
def test_a_reminder_of_a_date_that_moved_earlier_says_from_when(milestone: int) -> None:
    moved = state(running=[series(expires_at=EXPIRY - timedelta(days=8), cycle=2, moved_from=EXPIRY)])
    due = row(milestone, cycle=2)

    notice = notice_of(due, watched(None, moved), NOW, DEFAULT_RULES, PAGE, shop=True)

    assert "The date moved earlier, from June 20, 2026 to June 12, 2026.\n" in notice.text


def test_only_the_cycle_that_an_earlier_date_opened_says_so() -> None:
    moved = watched(None, state(running=[series(cycle=2, moved_from=EXPIRY + timedelta(days=8))]))

    texts = [
        notice_of(due, moved, NOW, DEFAULT_RULES, PAGE, shop=True).text
        for due in (row(10, cycle=1), row(None, cycle=2))
    ]

    assert not any("moved earlier" in text for text in [*texts, told().text])


def test_a_date_that_jittered_to_the_day_it_moved_from_did_not_move() -> None:
    same_day = state(running=[series(moved_from=EXPIRY + timedelta(hours=2))])

    assert "moved earlier" not in told(10, same_day).text


def test_a_date_that_was_read_within_the_last_day_is_verified() -> None:
    notice = told(now=NOW + timedelta(hours=24))

    assert notice.verified
    assert "Last read: 2026-06-10 13:00 UTC\n" in notice.text


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(hours=24, seconds=1), "not answered for 1 day,"),
        (timedelta(hours=47), "not answered for 1 day,"),
        (timedelta(hours=48), "not answered for 2 days,"),
        (timedelta(days=9, hours=5), "not answered for 9 days,"),
    ],
    ids=str,
)
def test_a_stale_date_is_told_with_how_long_the_pbx_has_been_silent(age: timedelta, words: str) -> None:
    notice = told(now=NOW + age)

    assert not notice.verified
    assert notice.last_read_at == NOW
    assert "Last read: 2026-06-10 13:00 UTC - the PBX has " + words in notice.text
    assert "the last known date" in notice.text


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(0), "the PBX gave no expiration date any more, so this"),
        (timedelta(days=2), "the PBX gave no expiration date any more; the PBX has not answered for 2 days, so this"),
    ],
    ids=str,
)
def test_a_date_that_the_last_read_did_not_give_is_not_verified_and_says_why(age: timedelta, words: str) -> None:
    noted = state(notes={Clock.LICENSE: "the PBX gave no expiration date any more"})

    notice = told(10, noted, now=NOW + age)

    assert not notice.verified
    assert f"Last read: 2026-06-10 13:00 UTC - {words} is the last known date\n" in notice.text


def test_a_date_is_verified_whatever_is_wrong_with_the_other_clock_s() -> None:
    both = license(maintenance_expires_at=MAINTENANCE_EXPIRY)
    noted = state(both, notes={Clock.MAINTENANCE: "the PBX gave no maintenance date any more"})

    assert told(10, noted).verified
    assert not told(60, noted, clock=Clock.MAINTENANCE).verified


def test_a_farewell_of_a_silent_pbx_speaks_of_no_date() -> None:
    gone = state(running=[], deleted=True)

    text = told(None, gone, now=NOW + timedelta(days=3)).text

    assert "the PBX has not answered for 3 days\n" in text
    assert "last known date" not in text


def test_a_pbx_that_was_never_read_is_said_to_be_so() -> None:
    notice = told(10, state(observed_at=None))

    assert not notice.verified
    assert notice.last_read_at is None
    assert "This PBX has never been read.\n" in notice.text


def test_the_renew_link_leads_through_our_own_page_and_holds_no_key() -> None:
    notice = told(shop=True)

    assert notice.renew_url == f"{PAGE}/instances/northwind/renew"
    assert f"Renew: {notice.renew_url}\n" in notice.text


@pytest.mark.parametrize(("shop", "key"), [(False, KEY), (True, None), (True, "")])
def test_without_a_shop_or_a_key_there_is_no_renew_link(shop: bool, key: str | None) -> None:
    notice = told(10, state(license(key=key)), shop=shop)

    assert notice.renew_url is None
    assert "Renew:" not in notice.text


@pytest.mark.parametrize("milestone", [10, 3, 1, 0, None])
@pytest.mark.parametrize("clock", list(Clock))
def test_no_notice_holds_a_license_key(milestone: int | None, clock: Clock) -> None:
    both = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))

    notice = told(milestone, both, clock=clock)

    assert KEY not in repr(notice)
    assert not any(part in repr(notice) for part in KEY.split("-"))


def test_a_resolve_says_that_nothing_is_left_to_do() -> None:
    renewed = state(running=[series(expires_at=EXPIRY + timedelta(days=365), cycle=2)])

    notice = told(None, renewed)

    assert (notice.event, notice.milestone, notice.severity) == (Event.RESOLVED, None, Severity.INFO)
    assert notice.headline == "Northwind Cardiology: license renewed, 375 days left"
    assert "Nothing to do" in notice.text
    assert "Renew" not in notice.text.replace("renewed", "")
    assert notice.text.endswith("You get this because you were reminded of the date before.")


def test_every_copy_of_a_message_has_one_id_and_two_messages_never_share_it() -> None:
    first, again, other = told(10), told(10, now=NOW + timedelta(days=1)), told(3)

    assert first.event_id == again.event_id == "northwind:license#000001#010"
    assert other.event_id != first.event_id
    assert first.occurred_at == again.occurred_at


def test_a_pager_opens_and_closes_one_incident_per_clock() -> None:
    both = state(license(maintenance_expires_at=MAINTENANCE_EXPIRY))

    keys = {told(milestone, both).dedup_key for milestone in (10, 3, 1, 0, None)}

    assert keys == {"lapsewatch:northwind:license"}
    assert told(60, both, clock=Clock.MAINTENANCE).dedup_key == "lapsewatch:northwind:maintenance"


def test_a_notice_is_rendered_from_the_state_as_it_is_now() -> None:
    moved = state(running=[series(expires_at=EXPIRY + timedelta(hours=20))])

    notice = told(10, moved)

    assert notice.expires_at == EXPIRY + timedelta(hours=20)
    assert notice.days_left == 11


def test_a_state_without_facts_can_still_be_told() -> None:
    bare = replace(state(License(expires_at=EXPIRY)), license=None)

    notice = told(10, bare)

    assert notice.fqdn is None
    assert notice.renew_url is None


@given(st.integers(-24 * 40, 24 * 90), st.sampled_from([10, 3, 1, 0]))
def test_the_words_and_the_number_never_disagree(hours: int, milestone: int) -> None:
    now = EXPIRY - timedelta(hours=hours)

    notice = told(milestone, now=now)

    assert notice.headline.endswith(days_in_words(notice.days_left or 0, lapsed=now >= EXPIRY))
    assert ("EXPIRED" in notice.headline) == (now >= EXPIRY)
    assert "-" not in notice.headline

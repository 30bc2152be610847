"""The page of one instance as a person reads it."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from lapsewatch.domain.detail import Detail
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Reason
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.tokens import Role

from tests.builders import (
    EXPIRY,
    KEY,
    NOW,
    instance,
    license,
    never_read,
    perpetual_license,
    series,
    state,
    watched,
)
from tests.unit.pages.instances import DAY, HOUR, TAKEN, detail, page_of, seasoned


def soup(shown: Detail | None = None, role: Role = Role.OPERATOR) -> BeautifulSoup:
    return BeautifulSoup(page_of(shown, role), "html.parser")


def words(page: Tag, selector: str) -> str:
    [found] = page.select(selector)
    return found.get_text(" ", strip=True)


def known(page: Tag) -> dict[str, str]:
    """Return the facts of the summary by their names."""
    return {words(pair, "dt"): words(pair, "dd") for pair in page.select(".known > div")}


def test_the_head_tells_everything_that_is_known() -> None:
    page = soup(seasoned())

    assert words(page, "h1") == "Northwind Cardiology"
    assert words(page, ".facts") == "Northwind Health northwind.3cx.us northwind"
    assert words(page, ".stands .pill") == "Critical"
    assert words(page, ".left") == "10 days left"
    assert [line.get_text(" ", strip=True) for line in page.select(".end")] == [
        "License ends Sat Jun 20, 2026, 12:00 10 days left",
        "Maintenance ends Thu Jul 30, 2026, 12:00 50 days left",
    ]
    assert known(page) == {
        "License key": "····-····-····-9Q1S",
        "Edition": "Enterprise (SPLA) 3CXPSPROFENTSPLA",
        "Version": "20.0.8.1131",
        "Seats": "42 / 40 105\u00a0% 2 over the limit 36 human · 6 AI",
        "Simultaneous calls": "16",
        "Reseller": "Example Telecom",
        "Read from": "northwind.3cx.us user login",
        "Last good reading": "Jun 9, 2026, 03:00 Last tried Jun 10, 2026, 08:48",
        "Next reminder": "Jun 17, 2026, 08:00",
        "Time zone": "America/New_York",
    }


@pytest.mark.parametrize(
    ("access", "way", "told"),
    [
        (Access.LEGACY, None, "console of version 16 or 18"),
        (Access.AUTO, None, "found by itself"),
        (Access.AUTO, Access.USER_LOGIN, "user login, found by itself"),
        (Access.API_CLIENT, Access.USER_LOGIN, "API client"),
    ],
)
def test_the_way_in_is_told_and_that_it_was_found(access: Access, way: Access | None, told: str) -> None:
    shown = detail(Watched(instance(access=access), replace(state(), way=way)))

    assert told in soup(shown).get_text(" ", strip=True)
    assert ("found by itself" in soup(shown).get_text()) == (access is Access.AUTO)


def test_failing_says_since_when_why_and_what_to_do() -> None:
    notes = words(soup(seasoned()), ".notes")

    assert notes.startswith(
        "Failing since Jun 9, 2026, 04:00: another certificate than pinned "
        "The certificate changed: check that it is yours, then update the pin."
    )


@pytest.mark.parametrize(
    ("remembered", "told"),
    [
        (state(), "Fresh"),
        (state(observed_at=NOW - 25 * HOUR), "Stale: no good reading for a day"),
        (never_read(), "Never read"),
        (state(enabled=False), "Paused It is not read, and what it owes waits until it is resumed."),
        (state(license(active=False)), "Fresh The PBX says its license is inactive."),
        (state(reason=Reason.TIMEOUT), "Failing: no answer in time The PBX did not answer in time: check its load"),
    ],
)
def test_how_far_to_trust_it_is_told_in_words(remembered: object, told: str) -> None:
    page = soup(detail(watched(remembered=remembered)))  # type: ignore[arg-type]

    assert words(page, ".notes").startswith(told)


@pytest.mark.parametrize(
    ("days", "told"),
    [(10, "10 days left"), (1, "1 day left"), (0, "Expires today"), (-1, "1 day overdue"), (-400, "400 days overdue")],
)
def test_days_are_told_in_words_and_never_negative(days: int, told: str) -> None:
    shown = detail(watched(remembered=state(license(expires_at=NOW + days * DAY + HOUR))))

    assert words(soup(shown), ".left") == told


def test_what_is_not_known_is_said_to_be_unknown_and_not_zero() -> None:
    page = soup(detail(watched(remembered=never_read())))

    assert {name for name, text in known(page).items() if text == "unknown"} == {
        *("License key", "Edition", "Version", "Simultaneous calls", "Reseller")
    }
    assert words(page, ".left") == "No date"
    assert page.select("svg.timeline, [data-reveal], .bar") == []
    assert "nothing to remind of" in words(page, '[data-part="timeline"]')
    assert words(page, '[data-part="readings"]') == "Last readings It was never read."


def test_a_perpetual_license_never_ends_and_its_maintenance_does() -> None:
    page = soup(detail(watched(remembered=state(perpetual_license(NOW + 20 * DAY)))))

    assert [line.get_text(" ", strip=True) for line in page.select(".end")] == [
        "License perpetual, it never ends",
        "Maintenance ends Tue Jun 30, 2026, 09:00 20 days left",
    ]
    assert words(page, ".left") == "20 days left"
    assert len(page.select(".lane")) == 1


def test_a_pbx_that_is_left_alone_says_until_when() -> None:
    resting = state(reason=Reason.BAD_CREDENTIALS, tried_at=NOW, next_poll_at=NOW + DAY)

    told = known(soup(detail(watched(remembered=resting))))["Last good reading"]

    assert "Not tried again before Jun 11, 2026, 09:00" in told


def test_renew_and_refresh_are_there_and_a_paused_one_cannot_be_refreshed() -> None:
    page, paused = soup(seasoned()), soup(seasoned(enabled=False))

    [renew] = page.select(".deeds a")
    assert renew["href"] == f"https://shop.example/renew?key={KEY}"
    assert page.select("[data-refresh=northwind]:not([disabled])")
    assert paused.select("[data-refresh=northwind][disabled]")


def test_the_drawing_and_the_table_beside_it_say_the_same() -> None:
    page = soup(seasoned())

    drawn = [
        (words(point, ".title"), words(point, ".standing"), words(point, ".when:not(.aside)"))
        for point in page.select(".timeline .point")
    ]
    told = [
        (words(line, "th"), line.select("td")[1].get_text(strip=True), line.select("td")[0].get_text(strip=True))
        for line in page.select(".as-table tbody tr")
    ]
    assert [line for line in told if line[0] != "Now"] == drawn
    assert drawn[:3] == [
        ("Maintenance: 60 days before", "sent", "Sun May 31, 2026, 08:00"),
        ("License: 10 days before", "sent", "Wed Jun 10, 2026, 08:00"),
        ("License: 3 days before", "to come", "Wed Jun 17, 2026, 08:00"),
    ]
    for title, sign, when in drawn:
        assert f"{title}, {when}: {sign}." in words(page, "#timeline-text")


def test_points_never_lie_upon_each_other_however_near_their_dates_are() -> None:
    both = state(license(maintenance_expires_at=EXPIRY + timedelta(days=1)))

    tops = [
        float(str(point["y"]).removesuffix("rem"))
        for point in soup(detail(watched(remembered=both))).select(".point > svg:not([x])")
    ]

    assert len(tops) == 8
    assert all(lower - upper >= 3 for upper, lower in pairwise(tops))


def test_readings_are_told_by_their_outcome_latest_first() -> None:
    lines = [line.get_text(" ", strip=True) for line in soup(seasoned()).select(".streaks tbody tr")]

    assert lines == [
        "Jun 9, 2026, 04:00 Failed: another certificate than pinned 29",
        "May 29, 2026, 09:00 Good 259",
        "May 29, 2026, 06:00 Failed: no answer in time 3",
        "May 27, 2026, 09:00 Good, but a date was unusable 45",
        "Nov 22, 2025, 08:00 Good 4,462",
    ]


def test_changes_are_told_before_and_after_latest_first_with_keys_masked() -> None:
    page = soup(seasoned())

    entries = [entry.get_text(" ", strip=True) for entry in page.select(".entry-of-history")]
    assert entries[0] == (
        "Jun 7, 2026, 09:00 Identity (FQDN) was northwind-cardiology.on3cx.us → is now northwind.3cx.us "
        "License key was ····-····-····-1B7D → is now ····-····-····-9Q1S"
    )
    assert "Jun 20, 2025, 12:00 → is now Jun 20, 2026, 12:00 +365 days" in entries[2]
    assert KEY not in words(page, "#history")


def test_a_date_that_jumps_is_flagged_above_and_in_the_history() -> None:
    page = soup(seasoned())

    assert [flag.get_text() for flag in page.select(".notes .changed")] == [
        "License date jumped over 400 days ahead Jun 5",
        "Identity, license key changed Jun 7",
    ]
    assert words(page, ".jumps small") == "+3,652 days: compare it with the vendor's own record"


def test_the_running_cycles_are_open_and_those_that_are_over_tell_their_counts() -> None:
    groups = soup(seasoned()).select(".ledger details")

    assert [(words(group, "summary b"), group.has_attr("open")) for group in groups] == [
        ("License, cycle 3", True),
        ("License, cycle 2", False),
        ("License, cycle 1", False),
        ("Maintenance, cycle 1", True),
        ("Changes", True),
    ]
    assert words(groups[1], "summary small") == "1 sent, 1 not sent, 1 failed, 1 perhaps sent"


def test_a_reason_does_not_repeat_the_standing_beside_it() -> None:
    notices = [words(notice, ".why") for notice in soup(seasoned()).select(".notice")]

    assert notices[0].startswith("Sent A new date settled the reminders before it. Jun 25, 2025")
    assert notices[1] == "Sent Jun 10, 2026, 08:04, SNS message 0a1f27c6-5d5b-5a86"
    assert not [notice for notice in notices if "Not sent Not sent" in notice or "Sent Sent" in notice]


def test_an_acknowledgement_tells_who_why_and_until_when() -> None:
    page = soup(seasoned(taken=TAKEN))

    assert words(page, ".taken").startswith(
        "License, ends Jun 20, 2026, 12:00 Silent until Jun 19, 2026, 08:00 Order 4711 is on its way"
    )
    assert words(page, ".taken .by") == "Kim , Jun 9, 2026, 09:00"
    assert [button["data-withdraw"] for button in page.select("[data-withdraw]")] == ["license"]
    assert [choice["value"] for choice in page.select("[name=clock]")] == ["maintenance"]


def test_an_acknowledgement_that_is_over_says_so_and_can_be_given_anew() -> None:
    over = replace(TAKEN, until=TAKEN.at.date() - DAY)

    page = soup(seasoned(taken=over))

    assert "Was silent until" in words(page, ".taken.over")
    assert [choice["value"] for choice in page.select("[name=clock]")] == ["license", "maintenance"]


def test_the_form_says_what_is_silenced_and_what_never_is() -> None:
    [choice] = soup(detail()).select(".choice")

    assert choice.get_text(" ", strip=True) == (
        "License, ends Jun 20, 2026, 12:00 "
        "Silences what is still to come of the reminders 10 and 3 days before. "
        "The one 1 day before and the notice of the lapse are sent all the same."
    )


def test_a_date_that_has_passed_has_nothing_to_silence() -> None:
    page = soup(detail(now=EXPIRY + DAY))

    assert page.select("form, [data-withdraw]") == []
    assert "Nothing is left" in words(page, '[data-part="acknowledge"]')


def test_a_viewer_is_told_what_it_takes_to_acknowledge() -> None:
    page = soup(seasoned(taken=TAKEN), Role.VIEWER)

    assert page.select("form, [data-withdraw]") == []
    assert "To acknowledge needs the role operator." in words(page, '[data-part="acknowledge"]')
    assert "Order 4711" in words(page, ".taken")


def test_without_a_name_the_id_stands_for_it() -> None:
    page = soup(detail(Watched(instance(name="", customer=""), state(running=[series()]))))

    assert words(page, "h1") == "northwind"
    assert words(page, ".facts") == "northwind.3cx.us northwind"


def test_the_ledger_says_what_became_of_each_notice_on_its_routes() -> None:
    told = [" ".join(line.get_text().split()) for line in soup(seasoned()).select(".ledger .route")]

    assert told == [
        "Waiting on chat, Jun 10, 2026, 09:00: chat.example: HTTP 503",
        "By the topic on mail",
        "Delivered on noc, Jun 10, 2026, 09:00: hooks.example: HTTP 204",
        "Given up on noc, Jun 10, 2026, 09:00: hooks.example: HTTP 410",
        "Dropped on boss, escalated from noc, Jun 10, 2026, 09:00: It was over.",
    ]

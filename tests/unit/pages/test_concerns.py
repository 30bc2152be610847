"""What is wrong with the watch itself stands above everything else, on every page of the fleet."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from lapsewatch.adapters.pages import render_calendar, render_fleet_json, render_index
from lapsewatch.domain.concerns import Concern, Name
from lapsewatch.domain.status import FleetStatus

from tests.unit.pages.builders import fleet, status_row

UNHEARD = Concern(Name.NO_SUBSCRIBER, "Nobody receives the reminders.")
LATE = Concern(Name.POLL_LATE, "PBXs are not being read", datetime(2026, 6, 5, 16, 0, tzinfo=UTC))
NEVER = Concern(Name.REMIND_LATE, "Reminders are not being sent")
BOTH = pytest.mark.parametrize("render", [render_index, render_calendar])


def banners(page: str) -> list[str]:
    return [found.get_text(" ", strip=True) for found in BeautifulSoup(page, "html.parser").select(".concern")]


@BOTH
def test_a_watch_that_works_says_nothing_about_itself(render: Callable[[FleetStatus], str]) -> None:
    assert banners(render(fleet([status_row()]))) == []


@pytest.mark.fault("N6")
@BOTH
def test_a_concern_stands_above_the_fleet_with_its_remedy(render: Callable[[FleetStatus], str]) -> None:
    page = render(fleet([status_row()], concerns=(UNHEARD,)))

    assert banners(page) == [f"Nobody receives the reminders. {UNHEARD.remedy}"]
    assert page.index("Nobody receives") < page.index("<main")


def test_a_late_job_says_since_when_in_the_tenants_zone() -> None:
    late, never = banners(render_index(fleet(concerns=(LATE, NEVER))))

    assert late.startswith("PBXs are not being read: the last run ended Jun 5, 2026, 12:00.")
    assert never.startswith("Reminders are not being sent yet.")


def test_programs_get_concerns_with_a_name_and_an_instant() -> None:
    document = json.loads(render_fleet_json(fleet(concerns=(LATE, NEVER))))

    assert [concern["name"] for concern in document["concerns"]] == ["poll_late", "remind_late"]
    assert [concern["since"] for concern in document["concerns"]] == ["2026-06-05T16:00:00Z", None]

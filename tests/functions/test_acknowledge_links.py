"""To acknowledge by a link from a message: it opens a page, its button acknowledges, and nothing else does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from lapsewatch.domain.acknowledge_links import AcknowledgeLink, text_of
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.messages import Trigger
from lapsewatch.domain.tokens import Role
from lapsewatch.lifecycle import remove

from tests.functions.caller import KEY, NOW, Api
from tests.scenes import EXPIRY

WEEK = timedelta(days=7)


def path(api: Api, cycle: int = 1, instance_id: str = "northwind") -> str:
    link = AcknowledgeLink(Trigger(instance_id, Clock.LICENSE, cycle), "noc", NOW + WEEK)
    return f"/acknowledge/{text_of(link, KEY)}"


def taken(api: Api) -> Acknowledgement | None:
    return api.scene.state().series[Clock.LICENSE].acknowledged


def test_a_scanner_that_follows_the_link_changes_nothing(api: Api) -> None:
    before = api.scene.state()

    answers = [api.call("GET", path(api)) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert api.scene.state() == before
    page = BeautifulSoup(answers[0].body, "html.parser")
    [form] = page.select("form")
    assert (form["method"], form.get("action")) == ("post", None)
    assert "northwind" in str(page.select_one("main"))
    assert answers[0].headers["Cache-Control"] == "private, no-store"


def test_its_button_acknowledges_with_the_route_and_the_reason(api: Api) -> None:
    answer = api.call("POST", path(api), body="reason=Order+4711+is+on+its+way")

    found = taken(api)
    assert answer.status == 200
    assert found is not None
    assert (found.by, found.reason, found.until) == ("route noc", "Order 4711 is on its way", None)
    assert "Acknowledged by" in answer.body
    assert "<form" not in answer.body
    assert api.scene.render.started_soon == 1


def test_who_comes_second_sees_who_was_first_and_changes_nothing(api: Api) -> None:
    api.call("POST", path(api), body="reason=first")

    again = api.call("POST", path(api), body="reason=second")

    assert again.status == 200
    assert "first" in again.body
    assert taken(api) is not None
    assert taken(api).reason == "first"  # type: ignore[union-attr]


def test_an_acknowledgement_whose_last_day_is_over_is_in_nobodys_way(api: Api) -> None:
    ended = Acknowledgement("Kim", "on holiday", NOW - timedelta(days=9), NOW.date() - timedelta(days=3))
    state = api.scene.state()
    after = {**state.series, Clock.LICENSE: replace(state.series[Clock.LICENSE], acknowledged=ended)}
    api.scene.store.states["northwind"] = replace(state, series=after)

    shown = api.call("GET", path(api))
    api.call("POST", path(api), body="reason=Order+4711")

    assert "<form" in shown.body
    assert taken(api) is not None
    assert taken(api).by == "route noc"  # type: ignore[union-attr]


@pytest.mark.parametrize("body", ["", "reason=", "reason=+++", "reason=a%0Ab", f"reason={'x' * 301}"])
def test_without_a_reason_on_one_line_nothing_is_acknowledged(api: Api, body: str) -> None:
    answer = api.call("POST", path(api), body=body)

    assert answer.status == 400
    assert 'role="alert"' in answer.body
    assert taken(api) is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_over_is_good_for_nothing(api: Api, method: str) -> None:
    address = path(api)
    api.now = NOW + WEEK

    answer = api.call(method, address, body="reason=x")

    assert (answer.status, taken(api)) == (410, None)
    assert "more than a week old" in answer.body


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_of_a_cycle_that_is_over_acknowledges_no_other(api: Api, method: str) -> None:
    address = path(api)
    api.scene.says(EXPIRY + timedelta(days=365))
    api.scene.poll(NOW)

    assert api.call(method, address, body="reason=x").status == 410
    assert taken(api) is None


def test_a_link_to_what_was_removed_is_over(api: Api) -> None:
    remove(api.scene.operating, "northwind", NOW)

    assert api.call("POST", path(api), body="reason=x").status == 410
    assert api.call("GET", path(api, instance_id="unknown")).status == 410


@pytest.mark.fault("A1")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_somebody_changed_is_answered_as_an_address_that_is_not_there(api: Api, method: str) -> None:
    forged = path(api).replace(".1.noc.", ".2.noc.")

    answer = api.call(method, forged, body="reason=x")

    assert (answer.status, taken(api)) == (404, None)
    assert answer.body == api.call(method, "/nothing", body="reason=x").body


def test_a_link_opens_nothing_else(api: Api) -> None:
    text = path(api).rpartition("/")[2]

    assert api.call("GET", "/api/instances/northwind", authorization=f"Bearer {text}").status == 401
    assert api.call("GET", "/api/instances/northwind", cookie=f"lapsewatch_session={text}").status == 401


def test_a_session_is_no_link(api: Api) -> None:
    session = api.session(Role.ADMIN).partition("=")[2]

    assert api.call("GET", f"/acknowledge/{session}").status == 404


def test_a_name_that_is_markup_is_shown_as_it_is(api: Api) -> None:
    api.scene.store.configs["northwind"] = replace(api.scene.store.configs["northwind"], name="<script>x</script>")

    assert "<script>x" not in api.call("GET", path(api)).body

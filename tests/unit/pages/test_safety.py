"""What no page may become, whatever stands in its facts."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from lapsewatch.adapters.pages import (
    render_calendar,
    render_error,
    render_fleet_csv,
    render_fleet_json,
    render_index,
    render_instance,
    render_sign_in,
)
from lapsewatch.domain.acknowledgement import Acknowledgement
from lapsewatch.domain.changes import Change, Entry, Recent
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.license import Seats
from lapsewatch.domain.overview import Watched
from lapsewatch.domain.status import FleetStatus, Freshness, StatusRow
from lapsewatch.domain.streaks import Streak

from tests import builders
from tests.unit.pages.builders import NOW, fleet, status_row
from tests.unit.pages.instances import detail, seasoned, token

type Renderer = Callable[[FleetStatus], str]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></table></svg><style>*{}</style>",
    "{{7*7}}{% raw %}",
    "javascript:alert(1)",
    "\u202egnp.exe",
    "a\0b",
    "\ud800",
    "<!--",
    "]]>&lt;&#60;script&#62;",
)
# Not `zone`: it is the name of a zone that was loaded, or the row would not exist.
TEXTS = (
    "instance_id",
    "name",
    "customer",
    "fqdn",
    "edition",
    "product_code",
    "license_key",
    "version",
    "reseller",
    "reason",
    "remedy",
    "note",
)


def shown(text: str) -> StatusRow:
    texts: dict[str, Any] = dict.fromkeys(TEXTS, text)
    changed = (Recent("FQDN", NOW), Recent("license date jump", NOW), Recent(text, NOW))
    row = status_row(freshness=Freshness.FAILING, maintenance_expires_at=NOW + timedelta(days=30), changed=changed)
    return dataclasses.replace(row, **texts)


def shape(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements in their order with the names of their attributes."""
    return [(tag.name, tuple(tag.attrs)) for tag in BeautifulSoup(html, "html.parser").find_all()]


@pytest.mark.fault("R4")
@pytest.mark.parametrize("render", [render_index, render_calendar])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_leave_the_elements_of_a_page_as_they_are(render: Renderer, text: str) -> None:
    harmless = shape(render(fleet([shown("harmless")])))

    html = render(fleet([shown(text)]))

    assert shape(html) == harmless
    assert html.encode().decode() == html
    assert "\0" not in html
    assert "49" not in BeautifulSoup(html, "html.parser").select(".name, .who a")[0].get_text()


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(min_size=1))
def test_no_text_at_all_can_add_an_element(text: str) -> None:
    assert shape(render_index(fleet([shown(text)]))) == shape(render_index(fleet([shown("harmless")])))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_small_pages_are_as_safe(text: str) -> None:
    assert shape(render_sign_in(text, text)) == shape(render_sign_in("harmless", "/"))
    assert shape(render_error(500, text, text)) == shape(render_error(500, "harmless", "harmless"))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_page_of_an_instance_is_as_safe(text: str) -> None:
    html = instance_page(text)

    assert shape(html) == shape(instance_page("harmless"))
    assert html.encode().decode() == html
    assert "\0" not in html


def instance_page(text: str) -> str:
    """Return the page of an instance that is acknowledged, all its texts being `text`.

    There is no shop: only for a plain key there would be a link to it.
    """
    taken = Acknowledgement(text, text, NOW, None)
    shown = seasoned(name=text, taken=taken)
    facts = dataclasses.replace(
        builders.license(key=text, product_code=text, version=text, fqdn=text, reseller=text),
        maintenance_expires_at=builders.MAINTENANCE_EXPIRY,
    )
    state = dataclasses.replace(
        shown.watched.state,
        license=facts,
        notes={Clock.LICENSE: text},
        streaks=(Streak(text, NOW),),
        changed={text: NOW, "FQDN": NOW},
    )
    instance = dataclasses.replace(shown.watched.instance, customer=text, address=text)
    history = [Entry(NOW, (Change(text, text, text), Change("license date", text, text)))]
    rows = [dataclasses.replace(line.row, sns_message_id=text) for line in shown.lines if line.row]
    return render_instance(detail(Watched(instance, state), rows, history, shop=""), token(label=text))


@pytest.mark.parametrize(
    "render",
    [
        lambda: instance_page("x"),
        lambda: render_index(fleet([shown("x"), status_row(seats=Seats(used=5, limit=4, ai=1))])),
        lambda: render_calendar(fleet([status_row()])),
        lambda: render_sign_in("Wrong", "/"),
        lambda: render_error(404, "Not found", "There is no such page."),
    ],
)
def test_a_page_holds_no_inline_style_or_script_so_that_the_strict_policy_can_hold(render: Callable[[], str]) -> None:
    page = BeautifulSoup(render(), "html.parser")

    tags = page.find_all()
    assert not [name for tag in tags for name in tag.attrs if name == "style" or name.startswith("on")]
    assert page.find_all("style") == []
    assert all(script.get("src") and not script.get_text() for script in page.find_all("script"))
    assert not [tag for tag in tags if str(tag.get("href", "")).startswith(("javascript:", "http:"))]


def test_every_id_on_a_page_is_there_once() -> None:
    for html in (render_index(fleet([status_row("a"), status_row("b")])), instance_page("x")):
        ids = [tag["id"] for tag in BeautifulSoup(html, "html.parser").find_all(id=True)]
        assert len(ids) == len(set(ids))


def test_every_icon_that_is_used_is_there() -> None:
    for html in (render_index(fleet([shown("x")])), render_calendar(fleet([status_row()])), instance_page("x")):
        page = BeautifulSoup(html, "html.parser")
        there = {f"#{symbol['id']}" for symbol in page.find_all("symbol")}
        assert {use["href"] for use in page.find_all("use")} <= there


@pytest.mark.parametrize("render", [render_fleet_json, render_fleet_csv])
def test_a_lone_surrogate_cannot_keep_the_data_from_being_stored(render: Renderer) -> None:
    assert render(fleet([shown("\ud800")])).encode()


@pytest.mark.parametrize(
    ("return_to", "kept"),
    [
        ("/calendar", "/calendar"),
        ("/?band=expired#instance-a", "/?band=expired#instance-a"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/a\\b", "/"),
        ("", "/"),
    ],
)
def test_sign_in_returns_to_this_site_only(return_to: str, kept: str) -> None:
    page = BeautifulSoup(render_sign_in(None, return_to), "html.parser")

    [field] = page.select("input[name=return_to]")
    assert field["value"] == kept

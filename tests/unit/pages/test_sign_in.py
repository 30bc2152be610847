"""Signing in and out, in a real browser."""

from playwright.sync_api import Page, expect

from tests.unit.pages.site import Site
from tests.unit.pages.test_script import visible


def test_signing_out_ends_the_session_and_shows_the_form(page: Page, site: Site) -> None:
    page.goto(site.base)

    page.click("[data-sign-out]")
    page.wait_for_url("**/session")

    [(method, path, headers, _)] = site.asked
    assert (method, path, headers["x-requested-with"]) == ("DELETE", "/session", "lapsewatch")


def test_a_sign_in_link_leaves_no_token_in_the_address_bar(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session?return_to=/calendar#token=lw_secret%2B1")
    page.wait_for_url("**/calendar")

    [(method, path, _, body)] = site.asked
    assert (method, path) == ("POST", "/session")
    assert body == "return_to=%2Fcalendar&token=lw_secret%2B1"
    page.go_back()
    assert "secret" not in page.url


def test_signing_in_leads_back_to_the_view_that_was_asked_for(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session?return_to=%2F%3Fband%3Dcritical%26q%3Dnorthwind")

    page.get_by_label("Access token").fill(site.token)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?band=critical&q=northwind")

    assert visible(page) == ["northwind"]


def test_a_wrong_token_is_said_at_its_field_and_can_be_given_again(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session?return_to=/calendar")
    field = page.get_by_label("Access token")

    field.fill("lw_wrong")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text("This token is not known.")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(field).to_have_accessible_description("This token is not known.")
    field.fill(site.token)
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar")


def test_whoever_has_a_session_goes_straight_on_to_the_row_a_link_named(page: Page, site: Site) -> None:
    site.session = {"role": "viewer", "label": "desk"}

    page.goto(f"{site.base}/session?return_to=/calendar#instance-northwind")
    page.wait_for_url("**/calendar#instance-northwind")

    assert site.asked == []


def test_whoever_has_no_session_stays_at_the_form(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/session")
    page.wait_for_load_state("networkidle")

    assert page.url.endswith("/session")
    assert page.locator("[name=token]").is_visible()

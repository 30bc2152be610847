"""Coming in and going out, on the deployed stack: what a browser is given, and what ends it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookies import SimpleCookie

import httpx
import pytest
from lapsewatch.access import create_token
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.token_store import DynamoTokens
from lapsewatch.domain.tokens import SESSION, Role
from playwright.sync_api import Browser, Cookie, Page, expect

from tests.browser import ARTIFACTS, LOOKS, quiet_page
from tests.e2e.conftest import Running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def tokens(running: Running) -> DynamoTokens:
    return DynamoTokens(Table(running.stack.emulator.client("dynamodb"), running.stack.outputs["TableName"]))


@contextmanager
def signed_in(running: Running, browser: Browser, token: str, look: str = "desk-light") -> Iterator[Page]:
    """Yield the status page of somebody who gave a token at the form."""
    with quiet_page(browser, running.url, LOOKS[look]) as page:
        page.goto(f"{running.url}/")
        page.get_by_label("Access token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{running.url}/")
        page.wait_for_load_state("networkidle")
        yield page


def session_cookie(page: Page) -> Cookie:
    [cookie] = page.context.cookies()
    return cookie


def be_shown_the_form(page: Page) -> None:
    page.wait_for_url("**/session?return_to=**")
    expect(page.get_by_label("Access token")).to_be_visible()


@pytest.mark.fault("A7")
def test_the_gateway_hands_out_a_cookie_that_no_script_and_no_other_site_can_use(running: Running) -> None:
    # Asked past the front, which drops Secure because there is no TLS on loopback.
    answer = httpx.post(
        f"{running.stack.emulator.endpoint}/session",
        headers={"Host": running.stack.api_host, "Content-Type": "application/x-www-form-urlencoded"},
        data={"token": running.stack.tokens["viewer"], "return_to": "/calendar"},
    )

    [cookie] = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (answer.status_code, answer.headers["location"]) == (303, "/calendar")
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["path"]) == ("Strict", "/")
    assert int(cookie["max-age"]) == SESSION.total_seconds()


@pytest.mark.parametrize("look", ["desk-light", "phone-dark"])
def test_a_token_is_given_once_and_the_session_outlives_the_browser(
    running: Running, browser: Browser, look: str
) -> None:
    with signed_in(running, browser, running.stack.tokens["viewer"], look) as page:
        cookie = session_cookie(page)
        page.screenshot(path=ARTIFACTS / f"signed-in-{look}.png")

    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["expires"] - time.time() == pytest.approx(SESSION.total_seconds(), abs=120)
    with quiet_page(browser, running.url, LOOKS[look]) as page:
        page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": running.url}])
        page.goto(f"{running.url}/calendar")
        expect(page.locator(".months")).to_be_visible()


def test_a_screen_with_a_viewer_s_token_looks_but_does_not_refresh(running: Running, browser: Browser) -> None:
    with signed_in(running, browser, running.stack.tokens["viewer"]) as page:
        row = page.locator("tr[id^=instance-]").first

        row.locator("[data-refresh]").click()

        expect(row.locator(".outcome.bad")).to_contain_text("operator")


def test_whoever_signs_out_is_out_even_by_the_back_button(running: Running, browser: Browser) -> None:
    with signed_in(running, browser, running.stack.tokens["viewer"]) as page:
        page.click("[data-sign-out]")
        page.wait_for_url("**/session")

        assert page.context.cookies() == []
        page.goto(f"{running.url}/calendar")
        be_shown_the_form(page)


def test_a_revoked_token_ends_the_sessions_that_it_opened(running: Running, browser: Browser) -> None:
    store = tokens(running)
    text = create_token(store, Role.VIEWER, "a lost phone", datetime.now(UTC))
    token_id = next(token.token_id for token in store.tokens() if token.label == "a lost phone")
    with signed_in(running, browser, text) as page:
        store.revoke(token_id, datetime.now(UTC))

        page.reload()

        be_shown_the_form(page)


def test_a_cookie_that_was_tampered_with_opens_nothing(running: Running, browser: Browser) -> None:
    with signed_in(running, browser, running.stack.tokens["viewer"]) as page:
        cookie = session_cookie(page)
    token_id, issued, signature = cookie["value"].split(".")
    forged = (
        f"{token_id}.{int(issued) + 60}.{signature}",
        f"{token_id}.{issued}.{signature[::-1]}",
        f"{token_id}.{issued}.",
        "..",
    )

    for value in forged:
        with quiet_page(browser, running.url) as page:
            page.context.add_cookies([{"name": cookie["name"], "value": value, "url": running.url}])
            page.goto(f"{running.url}/")
            be_shown_the_form(page)

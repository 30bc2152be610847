"""Stored targets: checked field by field, with a remedy, and never printed or repeated."""

import json
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.channels.kinds import KINDS
from lapsewatch.adapters.channels.means import Means
from lapsewatch.adapters.channels.targets import Region
from lapsewatch.errors import SettingsError

ADDRESS = "https://hooks.example.com/services/canary?sig=canary"
KEY = "canaryCanaryCanaryCanaryCanary12"
MAIL = {"to": ["desk@example.com"], "server": "smtp.example.com", "from": "licenses@example.com"}
GOOD: dict[str, dict[str, Any]] = {
    "webhook": {"url": ADDRESS, "secret": KEY},
    "slack": {"url": ADDRESS},
    "teams": {"url": ADDRESS},
    "pagerduty": {"routing_key": KEY, "region": "eu"},
    "opsgenie": {"api_key": "canary00-0000-4000-8000-000000000000"},
    "email": MAIL | {"user": "canary", "password": "canary", "port": 465},
}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    *(
        (kind, {"url": url}, "url: .*give an https address")
        for kind in ("slack", "teams")
        for url in (
            "http://canary.example/",
            "https://u:canary@h.example/",
            "https://h.example/#canary",
        )
    ),
    ("slack", {}, "url: Field required"),
    ("slack", {"url": ADDRESS, "canary": 1}, "canary: Extra inputs"),
    ("pagerduty", {"routing_key": "canary"}, "routing_key: .*Integration Key of an Events API v2"),
    ("pagerduty", {"routing_key": KEY, "region": "canary"}, "region: .*'us' or 'eu'"),
    ("opsgenie", {"api_key": "canary\r\nX: 1"}, "api_key: .*API key of an API integration"),
    ("email", {"to": []}, "to: "),
    ("email", {"to": ["desk@example.com\r\nBcc: canary@example.com"]}, "to.0: .*bare address such as"),
    ("email", {"to": ["Desk <canary@example.com>"]}, "to.0: .*bare address such as"),
    ("email", {"to": ["canary@exämple.com"]}, "to.0: .*bare address such as"),
    ("email", MAIL | {"server": "smtp.example.com:25"}, "server: .*give the name of the server"),
    ("email", MAIL | {"port": 0}, "port: "),
    ("email", {"to": ["desk@example.com"], "server": "smtp.example.com"}, "give from"),
    ("email", {"to": ["desk@example.com"], "from": "licenses@example.com"}, "without one, SES sends as SenderAddress"),
    ("email", MAIL | {"user": "canary"}, "give user and password, or neither"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_its_target_prints_none_of_it_and_makes_a_channel(kind: str) -> None:
    target = KINDS[kind].target_from(json.dumps(GOOD[kind]))

    channel = KINDS[kind].channel(lambda: target, Means())

    assert "canary" not in f"{target!r} {target} {getattr(target, 'server', '')!r}".lower()
    assert callable(channel.send)


@pytest.mark.fault("C3")
@pytest.mark.parametrize(("kind", "stored", "why"), WRONG)
def test_what_is_wrong_is_named_with_the_remedy_and_not_repeated(kind: str, stored: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError, match=why) as raised:
        KINDS[kind].target_from(json.dumps(stored))

    told = "".join(traceback.format_exception(raised.value)).replace("canary: Extra", "")
    assert f"The {kind} target is not usable" in told
    assert "canary" not in told


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(max_size=80) | st.dictionaries(st.text(max_size=9), st.text(max_size=9)).map(json.dumps))
def test_no_stored_text_fails_otherwise_than_by_name(kind: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"The {kind} target is not usable"):
        KINDS[kind].target_from(text)


def test_an_account_is_in_the_united_states_unless_it_says_else() -> None:
    assert KINDS["pagerduty"].target_from(json.dumps({"routing_key": KEY})).region is Region.US
    assert KINDS["pagerduty"].target_from(json.dumps(GOOD["pagerduty"])).region is Region.EU


def test_mail_goes_by_ses_unless_a_server_is_named() -> None:
    by_ses = KINDS["email"].target_from('{"to": ["a@b.example", "a@b.example"], "one_by_one": true}')

    assert (by_ses.to, by_ses.server, by_ses.one_by_one) == (("a@b.example",), None, True)
    assert KINDS["email"].target_from(json.dumps(MAIL)).server.port == 587

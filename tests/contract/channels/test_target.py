"""Where the webhook is: checked when it is entered and when it is read, kept for a while, never printed."""

import json
import traceback
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.channels.webhook.target import Target, stored, target_from
from lapsewatch.adapters.secrets import MAX_AGE, SsmSecret
from lapsewatch.errors import SettingsError
from lapsewatch.wiring.channels import secret_name

from local.emulator import Emulator

URL = "https://hooks.example.com/licenses?token=canary"
SECRET = "a secret of some length".replace(" ", "-")


class Clock:
    """Says what a test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://hooks.example.com",
        "https://hooks.example.com:8443/a/b%20c?d=e&f",
        "https://10.1.2.3/hook",
        "https://[fd12::1]:8443/hook",
        "HTTPS://Hooks.Example.com/",
    ],
)
def test_what_was_stored_is_read_back(url: str) -> None:
    target = target_from(stored(url, SECRET))

    assert (target.url, target.secret) == (url, SECRET.encode())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user@hooks.example.com/",
        "https://user:canary@hooks.example.com/",
        "https://hooks.example.com/#part",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:port/",
        "https://[hooks/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nX-Evil: 1",
        "https://hooks.exämple.com/",
        "https://hooks.example.com/" + "x" * 2048,
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused_and_not_repeated(url: str) -> None:
    for refuse in (lambda: stored(url, SECRET), lambda: target_from(json.dumps({"url": url, "secret": SECRET}))):
        with pytest.raises(SettingsError, match="url: ") as raised:
            refuse()
        assert "canary" not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize("secret", ["", "short", "x" * 15, "x" * 257, "with blanks in it all", "ünicode-ünicode-ü"])
def test_a_secret_that_is_too_short_to_prove_anything_is_refused(secret: str) -> None:
    with pytest.raises(SettingsError, match="secret: "):
        stored(URL, secret)


@given(st.text(max_size=80) | st.dictionaries(st.text(max_size=9), st.text(max_size=9)).map(json.dumps))
def test_no_stored_text_fails_otherwise_than_by_name(text: str) -> None:
    with pytest.raises(SettingsError, match="target is not usable"):
        target_from(text)


def test_only_the_host_is_printed() -> None:
    assert f"{Target(URL, SECRET.encode())!r}" == "Target(hooks.example.com)"


@pytest.mark.fault("C4")
def test_a_target_is_kept_for_five_minutes_and_then_read_anew(emulator: Emulator) -> None:
    ssm, clock, name = emulator.client("ssm"), Clock(), secret_name(f"/lapsewatch/{uuid4().hex[:8]}", "webhook")
    secret = SsmSecret(ssm, name, target_from, "store it", monotonic=clock)
    put(ssm, name, stored(URL, SECRET))
    first = secret.content()
    put(ssm, name, stored("https://other.example/", SECRET))

    clock.now += MAX_AGE - 1
    kept = secret.content()
    clock.now += 1
    anew = secret.content()

    assert (first.url, kept.url, anew.url) == (URL, URL, "https://other.example/")
    assert MAX_AGE <= 300


@pytest.mark.fault("C3")
def test_a_target_that_is_missing_or_broken_is_named_until_it_is_repaired(emulator: Emulator) -> None:
    ssm, name = emulator.client("ssm"), secret_name(f"/lapsewatch/{uuid4().hex[:8]}", "webhook")
    secret = SsmSecret(ssm, name, target_from, "store it")

    with pytest.raises(SettingsError, match=rf"{name} cannot be read \(ParameterNotFound\): store it"):
        secret.content()
    put(ssm, name, '{"url": "https://hooks.example.com/"}')
    with pytest.raises(SettingsError, match="secret: "):
        secret.content()
    put(ssm, name, stored(URL, SECRET))

    assert secret.content().url == URL


@pytest.mark.fault("C3")
def test_a_parameter_store_that_cannot_be_reached_is_said_to_be() -> None:
    class Away:
        def get_parameter(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://ssm.example")

    with pytest.raises(SettingsError, match=r"cannot be read \(EndpointConnectionError\)"):
        SsmSecret(Away(), "/x", target_from, "store it").content()  # type: ignore[arg-type]  # it has the one call


def put(ssm: Any, name: str, value: str) -> None:
    ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

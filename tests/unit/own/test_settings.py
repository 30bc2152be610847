"""What `make local` is told is checked before anything starts, and each variable is named."""

import pytest
from lapsewatch.errors import SettingsError
from lapsewatch.settings import settings_from

from local.own.settings import DEFAULTS, MailSettings, OwnSettings, Tuning, given_in, tuning_of
from local.own.stack import parameters
from tests.infra.template import DOCUMENT


def test_the_defaults_are_good_and_all_of_them_are_parameters_of_the_template() -> None:
    settings_from(Tuning, DEFAULTS)

    given = parameters(DEFAULTS, "http://127.0.0.1:8080")
    assert set(given) <= set(DOCUMENT["Parameters"])


def test_what_was_given_once_is_remembered_until_something_else_is_given() -> None:
    first = tuning_of({"TENANT_ZONE": "Europe/Berlin", "REMINDER_HOUR": " "}, {})
    second = tuning_of({"REMINDER_HOUR": "9"}, first)

    assert (second["TENANT_ZONE"], second["REMINDER_HOUR"], second["DIGEST_OVER"]) == ("Europe/Berlin", "9", "10")


@pytest.mark.parametrize("name", ["ALLOWED_NETWORKS", "DEAD_MAN_URL", "RENEW_URL_TEMPLATE", "REMINDER_HOUR"])
def test_an_empty_setting_takes_back_what_is_remembered(name: str) -> None:
    remembered = {name: "something"}

    assert tuning_of({}, remembered)[name] == "something"
    assert tuning_of({name: " "}, remembered)[name] == DEFAULTS[name]
    assert tuning_of({}, remembered | given_in({name: ""}))[name] == DEFAULTS[name]


def test_only_what_is_given_is_remembered_so_that_a_default_may_change() -> None:
    assert given_in({"REMINDER_HOUR": "9", "PATH": "/bin"}) == {"REMINDER_HOUR": "9"}


@pytest.mark.fault("C1")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TENANT_ZONE", "Mars/Phobos"),
        ("LICENSE_MILESTONES", "3,abc"),
        ("REMINDER_HOUR", "24"),
        ("POLL_RATE", "hourly"),
        ("ALLOWED_NETWORKS", "everything"),
        ("RENEW_URL_TEMPLATE", "http://shop.example"),
        ("DEAD_MAN_URL", "http://ping.example"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings_from(Tuning, tuning_of({name: value}, {}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SMTP_URL": "http://mail.example"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example:x"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example"}, "SMTP_FROM"),
        ({"SMTP_URL": "smtp://mail.example", "SMTP_FROM": "a@b.example", "SMTP_TO": "nobody"}, "SMTP_TO"),
        ({"SMTP_URL": "smtp://mail.example", "SMTP_FROM": "a@b.example", "SMTP_TO": "a@b\r\nBcc: x@y"}, "SMTP_TO"),
    ],
)
def test_wrong_mail_settings_are_named(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        settings_from(MailSettings, given)


@pytest.mark.parametrize(
    "given",
    [
        {"SMTP_URL": "smtp://kim@mail.example", "SMTP_PASSWORD": "pässword"},
        {"SMTP_URL": "smtp://kim:p%C3%A4ssword@mail.example"},
        {"SMTP_URL": "smtp://k%C3%AFm@mail.example"},
    ],
)
def test_a_login_that_no_mail_server_can_be_given_is_named_and_not_repeated(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="SMTP_PASSWORD") as told:
        settings_from(MailSettings, given | {"SMTP_FROM": "a@b.example", "SMTP_TO": "c@d.example"})

    assert "ssword" not in str(told.value)


def test_no_mail_settings_at_all_are_fine_and_empty_ones_too() -> None:
    assert settings_from(MailSettings, {}).smtp_url is None
    assert settings_from(MailSettings, {"SMTP_URL": "", "SMTP_TO": ""}).smtp_url is None


def test_a_mail_address_says_host_port_and_login() -> None:
    given = {"SMTP_URL": "smtps://kim%40x:p%3Aw@mail.example", "SMTP_FROM": "a@b.example", "SMTP_TO": "c@d.example"}

    found = settings_from(MailSettings, given)

    assert (found.host, found.port, found.user, found.password, found.implicit_tls) == (
        "mail.example",
        465,
        "kim@x",
        "p:w",
        True,
    )
    assert settings_from(MailSettings, {**given, "SMTP_PASSWORD": "other"}).password == "other"


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "x"), ("ALLOW_REMOVALS", "-1")])
def test_a_wrong_number_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings_from(OwnSettings, {"FLEET": "fleet.yaml", name: value})

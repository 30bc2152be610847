"""The environment as settings: whatever is wrong is named, and nothing is guessed."""

import traceback
from datetime import timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.milestones import Ladder
from lapsewatch.errors import SettingsError
from lapsewatch.settings import (
    ApiSettings,
    DispatchSettings,
    FollowUpSettings,
    NotifySettings,
    PollSettings,
    RemindSettings,
    ReportSettings,
    Settings,
    settings_from,
)

ENVIRONMENT = {
    "TABLE_NAME": "lapsewatch-table",
    "TENANT_ZONE": "America/New_York",
    "POLL_QUEUE_URL": "https://sqs.example/queue",
    "LICENSE_MILESTONES": "10,3,1",
    "MAINTENANCE_MILESTONES": "60,30,7",
    "REMINDER_HOUR": "8",
    "ALLOWED_NETWORKS": "",
    "REPORT_FUNCTION_NAME": "report",
    "REMIND_FUNCTION_NAME": "remind",
    "SECRET_PATH": "/lapsewatch/test",
    "NOTIFY_QUEUE_URL": "https://sqs.example/notify",
    "NOTIFY_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "DIGEST_OVER": "10",
    "DEAD_MAN_URL": "",
    "ENCRYPTION_ARN": "",
    "OIDC_ROLES": "",
    "SENDER_ADDRESS": "",
    "TOPIC_ARN": "arn:aws:sns:eu-central-1:111122223333:reminders",
    "PAGE_URL": "https://licenses.example.com",
    "RENEW_URL_TEMPLATE": "https://shop.example/renew/{key}",
    "BUCKET_NAME": "lapsewatch-pages",
    "DEAD_LETTER_QUEUE_URLS": "https://sqs.example/dead,https://sqs.example/late",
    "POLL_RATE": "rate(1 hour)",
    "REMIND_RATE": "rate(15 minutes)",
}
KINDS: list[type[Settings]] = [
    DispatchSettings,
    PollSettings,
    RemindSettings,
    ReportSettings,
    ApiSettings,
    NotifySettings,
    FollowUpSettings,
]
NEEDED = [(kind, name.upper()) for kind in KINDS for name in kind.model_fields]
MAY_BE_EMPTY = {
    "ALLOWED_NETWORKS",
    "DEAD_MAN_URL",
    "ENCRYPTION_ARN",
    "OIDC_ROLES",
    "RENEW_URL_TEMPLATE",
    "SENDER_ADDRESS",
}
SECRET = "xyzzy-hunter2-plugh"


def read[S: Settings](kind: type[S], **changed: str) -> S:
    return settings_from(kind, {**ENVIRONMENT, **changed})


def complaint(kind: type[Settings], **changed: str) -> str:
    """Return what is said about an environment; nothing about a good one."""
    try:
        read(kind, **changed)
    except SettingsError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_environment_is_read(kind: type[Settings]) -> None:
    assert read(kind).table_name == "lapsewatch-table"


@pytest.mark.fault("C1")
@pytest.mark.parametrize(("kind", "variable"), NEEDED)
def test_a_variable_that_is_missing_is_named_and_never_guessed(kind: type[Settings], variable: str) -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != variable}

    with pytest.raises(SettingsError, match=f"^{variable}: "):
        settings_from(kind, environment)


@pytest.mark.fault("C1")
@pytest.mark.parametrize(("kind", "variable"), [pair for pair in NEEDED if pair[1] not in MAY_BE_EMPTY])
def test_a_variable_that_is_empty_is_named(kind: type[Settings], variable: str) -> None:
    assert complaint(kind, **{variable: ""}).startswith(f"{variable}: ")


@pytest.mark.fault("C1")
def test_everything_that_is_wrong_is_named_at_once() -> None:
    complaints = complaint(RemindSettings, TENANT_ZONE="Mars/Phobos", LICENSE_MILESTONES="soon", REMINDER_HOUR="8 pm")

    assert [part.split(":")[0] for part in complaints.split("; ")] == [
        "TENANT_ZONE",
        "LICENSE_MILESTONES",
        "REMINDER_HOUR",
    ]


@pytest.mark.fault("C1")
@pytest.mark.parametrize("variable", ["LICENSE_MILESTONES", "MAINTENANCE_MILESTONES"])
@pytest.mark.parametrize(
    "value",
    [
        " ",
        ",",
        "10,,3",
        "10,3,",
        "0",
        "10,0",
        "-1",
        "10,10",
        "abc",
        "10;3;1",
        "3.5",
        "1_0",
        "367",
        "\u0663",
        "9" * 5_000,
    ],
    ids=lambda value: ascii(value)[:12],
)
def test_milestones_that_make_no_ladder_are_refused(variable: str, value: str) -> None:
    assert complaint(ReportSettings, **{variable: value}).startswith(f"{variable}: ")


@pytest.mark.parametrize("value", ["10,3,1", "1,3,10", " 3 , 10 , 1 ", "010,3,1"])
def test_milestones_are_sorted_whatever_their_order(value: str) -> None:
    assert read(ReportSettings, LICENSE_MILESTONES=value).license_milestones == Ladder((10, 3, 1))


@pytest.mark.fault("C1")
@pytest.mark.parametrize("value", ["24", "-1", "8.5", "eight", "08:00", "true", "0x8", "nan", "1e1", " "])
def test_an_hour_that_no_day_has_is_refused(value: str) -> None:
    assert complaint(ReportSettings, REMINDER_HOUR=value).startswith("REMINDER_HOUR: ")


@pytest.mark.parametrize(("value", "hour"), [("0", 0), ("8", 8), ("23", 23)])
def test_midnight_is_an_hour_too(value: str, hour: int) -> None:
    assert read(ReportSettings, REMINDER_HOUR=value).reminder_hour == hour


@pytest.mark.fault("G8")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("zone", ["Mars/Phobos", "/etc/localtime", "leapseconds", "", "localtime", ":UTC", " "])
def test_a_zone_that_does_not_exist_stops_the_start_and_is_never_utc(kind: type[Settings], zone: str) -> None:
    words = complaint(kind, TENANT_ZONE=zone)

    assert words.startswith("TENANT_ZONE: ")
    assert "America/New_York" in words


def test_a_zone_is_read_as_that_zone() -> None:
    assert read(ReportSettings, TENANT_ZONE="Asia/Kathmandu").tenant_zone == ZoneInfo("Asia/Kathmandu")


def test_the_rules_are_the_ladders_and_the_hour() -> None:
    rules = read(RemindSettings, LICENSE_MILESTONES="20,5", REMINDER_HOUR="7").rules

    assert rules.ladders == {Clock.LICENSE: Ladder((20, 5)), Clock.MAINTENANCE: Ladder((60, 30, 7))}
    assert rules.hour == 7


def test_networks_are_read_from_a_list_and_none_are_allowed_by_default() -> None:
    assert read(PollSettings, ALLOWED_NETWORKS="").allowed_networks == ()
    assert read(PollSettings, ALLOWED_NETWORKS=" ").allowed_networks == ()
    networks = read(PollSettings, ALLOWED_NETWORKS="10.20.0.0/16, fd12:3456::/32,").allowed_networks
    assert networks == (ip_network("10.20.0.0/16"), ip_network("fd12:3456::/32"))


@pytest.mark.parametrize("value", ["everything", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/8;10.1.0.0/16", "pbx.example"])
def test_a_network_that_is_none_is_refused(value: str) -> None:
    assert complaint(PollSettings, ALLOWED_NETWORKS=value).startswith("ALLOWED_NETWORKS: ")


@pytest.mark.parametrize("value", ["", " "])
def test_there_need_not_be_a_shop(value: str) -> None:
    assert not read(RemindSettings, RENEW_URL_TEMPLATE=value).renew_url_template


@pytest.mark.parametrize("value", ["https://shop.example/{key}", "https://shop.example/renew?k={key}&p=1"])
def test_a_shop_has_a_place_for_the_key(value: str) -> None:
    assert read(RemindSettings, RENEW_URL_TEMPLATE=value).renew_url_template == value


@pytest.mark.parametrize(
    "value",
    [
        "http://shop.example/{key}",
        "javascript:alert('{key}')",
        "//shop.example/{key}",
        "https:///{key}",
        "https://{key}.example/",
        "https://shop.example:{key}/",
        "https://shop.example/",
        "https://[shop/{key}",
        "{key}",
    ],
)
def test_a_shop_that_could_lead_astray_is_refused(value: str) -> None:
    assert complaint(RemindSettings, RENEW_URL_TEMPLATE=value).startswith("RENEW_URL_TEMPLATE: ")


@pytest.mark.parametrize(
    "value", ["https://licenses.example.com/", "https://licenses.example.com", "http://[::1]:8080/"]
)
def test_the_page_s_address_ends_without_a_slash(value: str) -> None:
    assert read(RemindSettings, PAGE_URL=value).page_url == value.rstrip("/")


@pytest.mark.parametrize("value", ["licenses.example.com", "ftp://licenses.example.com", "https://", "https://[x", " "])
def test_a_page_s_address_that_leads_nowhere_is_refused(value: str) -> None:
    assert complaint(RemindSettings, PAGE_URL=value).startswith("PAGE_URL: ")


@pytest.mark.fault("C5")
@pytest.mark.parametrize(
    "variable", ["LICENSE_MILESTONES", "REMINDER_HOUR", "RENEW_URL_TEMPLATE", "PAGE_URL", "MAINTENANCE_MILESTONES"]
)
def test_a_secret_that_was_put_into_the_wrong_variable_is_not_repeated(variable: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(RemindSettings, **{variable: SECRET})

    assert SECRET not in str(raised.value)
    assert SECRET not in "".join(traceback.format_exception(raised.value))


@pytest.mark.fault("C5")
def test_one_wrong_variable_does_not_tell_the_values_of_the_others() -> None:
    words = complaint(RemindSettings, REMINDER_HOUR="x", TOPIC_ARN=SECRET, TABLE_NAME=SECRET)

    assert SECRET not in words


def test_what_a_function_does_not_need_is_not_read() -> None:
    settings = settings_from(
        DispatchSettings, {**ENVIRONMENT, "REMINDER_HOUR": "never", "AWS_SECRET_ACCESS_KEY": SECRET}
    )

    assert SECRET not in repr(settings)
    assert set(DispatchSettings.model_fields) == {"table_name", "tenant_zone", "poll_queue_url"}


def test_settings_come_from_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    assert settings_from(ReportSettings).bucket_name == "lapsewatch-pages"


def test_settings_do_not_change_after_the_start() -> None:
    settings = read(ReportSettings)

    with pytest.raises(ValueError, match="frozen"):
        settings.table_name = "another"  # type: ignore[misc]  # what mypy forbids must fail at run time as well


@pytest.mark.fault("C1")
@given(st.sampled_from(sorted(ENVIRONMENT)), st.text(max_size=40))
def test_no_value_of_any_variable_fails_otherwise_than_by_name(variable: str, value: str) -> None:
    for kind in KINDS:
        words = complaint(kind, **{variable: value})
        assert not words or words.startswith(f"{variable}: ")


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("rate(1 minute)", timedelta(minutes=1)),
        ("rate(15 minutes)", timedelta(minutes=15)),
        ("rate(1 hour)", timedelta(hours=1)),
        ("rate(2 days)", timedelta(days=2)),
    ],
)
def test_a_rate_is_read_as_the_scheduler_reads_it(text: str, pace: timedelta) -> None:
    assert read(ReportSettings, POLL_RATE=text).paces.poll == pace


@pytest.mark.parametrize("text", ["1 hour", "rate(0 minutes)", "rate(1 week)", "cron(0 8 * * ? *)", "rate(-1 hours)"])
def test_a_rate_that_is_none_is_named_with_what_is_accepted(text: str) -> None:
    assert complaint(ReportSettings, REMIND_RATE=text).startswith("REMIND_RATE: ")
    assert "rate(15 minutes)" in complaint(ReportSettings, REMIND_RATE=text)

"""A message as mail: names that find each other, headers that nothing gets into, and HTML that is ours alone."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from lapsewatch.adapters.channels.email.form import ITEMS, Mail, form_of
from lapsewatch.domain.messages import Message

from tests.builders import KEY, NOW
from tests.unit.channels.hostile import NAMES, messages
from tests.unit.channels.messages import MESSAGES, many, message_of, notice, of_document
from tests.unit.test_sns_messages import in_short

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type"]
TOKEN = re.compile(r"\[LW-[A-Z2-7]{10}\]$")


def mails(message: Message, *, one_by_one: bool = False) -> list[Mail]:
    return form_of(message, "licenses@example.com", ("desk@example.com",), NOW, one_by_one=one_by_one)


def parsed(message: Message) -> EmailMessage:
    """Return the one mail of a message as whoever receives it reads it."""
    [mail] = mails(message)
    return message_from_bytes(mail.data, EmailMessage, policy=policy.default)


def token(message: Message) -> str:
    return str(parsed(message)["Subject"])[-15:]


def text(mail: EmailMessage) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one


def html(mail: EmailMessage) -> str:
    return str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]


def test_a_subject_says_how_urgent_what_and_when_and_ends_with_its_token() -> None:
    assert parsed(MESSAGES["expired"])["Subject"] == (
        "[CRITICAL] Northwind Cardiology: license EXPIRED 2 days ago [LW-DNNIOAGENO]"
    )


def test_every_mail_about_one_clock_of_an_instance_has_one_token_and_no_other_has_it() -> None:
    same = {token(MESSAGES[kind]) for kind in ("reminder", "last-reminder", "expired", "resolved", "removed")}
    others = {token(MESSAGES[kind]) for kind in ("maintenance", "changed", "digest", "moved", "test")}

    assert len(same) == 1
    assert len(others) == 5
    assert not same & others


def test_a_renewal_lands_in_the_thread_of_the_reminders_that_it_settles() -> None:
    kinds = ("reminder", "last-reminder", "expired", "resolved")

    threads = {parsed(MESSAGES[kind])["References"] for kind in kinds}

    assert len(threads) == 1
    assert {parsed(MESSAGES[kind])["In-Reply-To"] for kind in kinds} == threads
    assert len({parsed(MESSAGES[kind])["Message-ID"] for kind in kinds}) == 4


def test_another_cycle_is_another_thread_under_the_same_token() -> None:
    document = dict(MESSAGES["reminder"].document) | {"cycle": 2, "event_id": "northwind:license#000002#010"}
    later = of_document(document)

    assert token(later) == token(MESSAGES["reminder"])
    assert parsed(later)["References"] != parsed(MESSAGES["reminder"])["References"]


def test_a_copy_is_equal_to_the_byte() -> None:
    assert mails(MESSAGES["digest"])[0].data == mails(MESSAGES["digest"])[0].data


@settings(max_examples=60, deadline=None)
@given(messages)
def test_no_name_adds_a_header_or_ends_one(message: Message) -> None:
    mail = parsed(message)

    assert set(mail.keys()) <= set(HEADERS)
    assert mail["To"] == "desk@example.com"
    assert TOKEN.search(mail["Subject"])
    assert not mail.defects
    assert all(not part.defects for part in mail.walk())
    assert all(len(line) <= 998 for line in mails(message)[0].data.split(b"\r\n"))
    assert mails(message)[0].data.isascii()


@settings(max_examples=60, deadline=None)
@given(messages)
def test_no_name_becomes_an_element_or_an_attribute(message: Message) -> None:
    page = BeautifulSoup(html(parsed(message)), "html.parser")

    names = {tag.name for tag in page.find_all()}
    assert names <= {"html", "head", "meta", "title", "body", "div", "h1", "h2", "table", "tr", "td", "p", "a"}
    assert {name for tag in page.find_all() for name in tag.attrs} <= {"lang", "charset", "style", "role", "href"}
    assert all(str(a["href"]).startswith("https://licenses.example.com/") for a in page.find_all("a"))


@pytest.mark.parametrize("name", NAMES, ids=in_short)
def test_a_name_is_told_in_full_in_the_body(name: str) -> None:
    mail = parsed(message_of(notice(name=f"x{name}x")))

    told = " ".join("".join(c if c.isprintable() else " " for c in f"x{name}x".replace("\ud800", "?")).split())
    assert told in text(mail)
    assert told in BeautifulSoup(html(mail), "html.parser").get_text()


def test_a_subject_beyond_ascii_is_encoded_and_read_back() -> None:
    message = message_of(notice(name="Zahnärzte 日本 ☎"))

    assert parsed(message)["Subject"].startswith("[INFO] Zahnärzte 日本 ☎: license expires in 10 days [LW-")
    assert b"Subject: [INFO] =?utf-8?" in mails(message)[0].data


@pytest.mark.parametrize("kind", ["reminder", "expired", "maintenance"])
def test_text_and_html_say_the_same_and_lead_to_the_same_places(kind: str) -> None:
    mail = parsed(MESSAGES[kind])
    page = BeautifulSoup(html(mail), "html.parser")

    said = page.get_text("\n")
    for part in [part for line in text(mail).splitlines() for part in line.split(": ", 1) if "https" not in part]:
        assert part.removesuffix(".") in said or part in {"Renew", "Open", "Open to refresh"}
    assert [a["href"] for a in page.find_all("a")] == re.findall(r"https://\S+", text(mail))
    assert KEY not in said


def test_a_desk_gets_a_mail_for_each_notice_under_the_token_of_its_license() -> None:
    message = message_of([notice(10), notice(3, instance_id="contoso")])

    subjects = [str(mail.content["Subject"]) for mail in mails(message, one_by_one=True)]

    assert len(subjects) == 2
    assert subjects[1].endswith(token(MESSAGES["reminder"]))


def test_a_digest_beyond_what_somebody_reads_tells_how_many_more() -> None:
    mail = parsed(message_of(many(ITEMS + 30)))

    assert "... and 30 more." in text(mail)
    assert "… and 30 more." in html(mail)

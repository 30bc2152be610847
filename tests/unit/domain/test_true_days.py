"""What had to wait counts the days from when it arrives."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from lapsewatch.adapters.sns import document_of
from lapsewatch.domain.messages import Message
from lapsewatch.domain.true_days import as_of

from tests.builders import EXPIRY, NOW
from tests.unit.channels.messages import MESSAGES, changed, many, message_of, notice

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("waited", "left", "words"),
    [
        (timedelta(), 10, "expires in 10 days"),
        (DAY, 9, "expires in 9 days"),
        (9 * DAY, 1, "expires in 1 day"),
        (EXPIRY - NOW - timedelta(seconds=1), 0, "expires today"),
        (EXPIRY - NOW, 0, "EXPIRED today"),
        (EXPIRY - NOW + 3 * DAY, -3, "EXPIRED 3 days ago"),
    ],
)
def test_a_reminder_says_what_is_left_when_it_arrives(waited: timedelta, left: int, words: str) -> None:
    told = as_of(message_of(notice(10)), NOW + waited)

    headline = f"Northwind Cardiology: license {words}"
    assert (told.document["days_left"], told.document["headline"]) == (left, headline)
    assert str(told.document["text"]).splitlines()[0] == f"{headline}."
    assert told.notices[0].document == told.document
    assert told.event_id == notice(10).event_id


WRITTEN = {
    "escalated": EXPIRY + timedelta(hours=5),
    "last-reminder": EXPIRY - DAY,
    "expired": EXPIRY + 2 * DAY,
    "maintenance": NOW + 3 * DAY,
}


@pytest.mark.parametrize("name", sorted(set(MESSAGES) - {"digest"}))
def test_what_arrives_on_its_day_is_as_it_was(name: str) -> None:
    assert as_of(MESSAGES[name], WRITTEN.get(name, NOW)) is MESSAGES[name]


def test_each_notice_of_a_digest_counts_for_itself_and_news_stays_as_it_was() -> None:
    message = message_of([notice(10), replace(changed(), name="b"), notice(None, instance_id="c")])

    told = as_of(message, NOW + DAY)

    assert [item.document.get("days_left") for item in told.notices] == [9, 10, 375]
    assert told.document["notices"] == [item.document for item in told.notices]
    assert [item.trigger for item in told.notices] == [item.trigger for item in message.notices]


def test_the_mark_of_an_escalation_stays_before_the_new_words() -> None:
    was = notice(1).headline
    document = {**document_of(notice(1)), "headline": f"ESCALATED: {was}", "text": f"ESCALATED: nobody\n\n{was}."}
    [told] = message_of(notice(1)).notices

    later = as_of(Message("x", document, (replace(told, document=document),)), EXPIRY + DAY)

    assert later.document["headline"] == "ESCALATED: Northwind Cardiology: license EXPIRED 1 day ago"
    assert later.document["text"] == "ESCALATED: nobody\n\nNorthwind Cardiology: license EXPIRED 1 day ago."


@pytest.mark.parametrize(
    "strange",
    [
        {"expires_at": "soon"}, {"expires_on": 5}, {"zone": "Mars/Olympus"}, {"zone": None}, {"days_left": "ten"},
        {"expires_at": None}, {"expires_on": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_told_as_it_was_published(strange: dict[str, object]) -> None:
    [told] = message_of(notice(10)).notices
    document = {**told.document, **strange}
    message = Message("x", document, (replace(told, document=document),))

    assert as_of(message, NOW + DAY) == message


def test_a_headline_that_somebody_else_wrote_is_not_touched() -> None:
    [told] = message_of(notice(10)).notices
    document = {**told.document, "headline": "Renew!", "text": "Renew!"}

    later = as_of(Message("x", document, (replace(told, document=document),)), NOW + DAY)

    assert later.document == {**document, "days_left": 9}


def test_a_long_digest_is_counted_anew_whole() -> None:
    assert len(as_of(message_of(many(40)), NOW + DAY).notices) == 40


@pytest.mark.parametrize(
    ("published", "arrives", "words"),
    [
        (EXPIRY - timedelta(hours=1), EXPIRY + timedelta(hours=1), "EXPIRED today"),
        (EXPIRY + DAY, EXPIRY + 2 * DAY, "EXPIRED 2 days ago"),
        (EXPIRY, EXPIRY + DAY, "EXPIRED 1 day ago"),
    ],
)
def test_what_has_lapsed_since_or_before_says_so(published: datetime, arrives: datetime, words: str) -> None:
    told = as_of(message_of(notice(0, now=published)), arrives)

    assert told.document["headline"] == f"Northwind Cardiology: license {words}"

"""What people are told of a message, in parts, and nothing that its document does not say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.domain.cards import NO_HEADLINE, SETTLED, Card, card_of
from lapsewatch.domain.clocks import Clock, Severity
from lapsewatch.domain.ledger import Answer
from lapsewatch.domain.messages import Message
from lapsewatch.domain.notices import Notice
from lapsewatch.domain.wording import ACT, DONE, FALL, LICENSE_STOPS, MAINTENANCE_STOPS, SMALLER

from tests.builders import KEY
from tests.unit.channels.messages import (
    MESSAGES,
    bare,
    changed,
    doubtful,
    many,
    message_of,
    notice,
    of_document,
    removed,
)

SMALLER_NOW = {"fact": "simultaneous calls", "before": "16", "after": "4"}
NOTICES = [notice(10), notice(1), notice(0), notice(None), doubtful(), changed(), removed(), bare()]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = [
    *("dedup_key", "name", "customer", "fqdn", "expires_on", "zone", "days_left", "changes", "doubts"),
    *("headline", "renew_url", "page_url", "text"),
]


def said(card: Card) -> str:
    return "\n".join([card.headline, *card.lines, *(line for item in card.items for line in item.details)])


@pytest.mark.parametrize("told", NOTICES, ids=lambda told: told.event_id)
def test_a_card_says_what_the_notice_says(told: Notice) -> None:
    card = card_of(message_of(told))

    [item] = card.items
    assert card.headline == item.headline == told.headline
    assert (card.severity, card.page_url) == (told.severity, told.page_url)
    for remark in told.remarks:
        assert remark.removeprefix("- ") in item.remarks
    assert told.customer in said(card)


def test_a_card_tells_the_day_in_the_zone_of_the_instance_and_the_days_left() -> None:
    [item] = card_of(MESSAGES["reminder"]).items

    assert item.facts == (
        ("Instance", "Northwind Cardiology (northwind.3cx.us)"),
        ("Customer", "Northwind Health"),
        ("License ends", "Saturday, June 20, 2026 (America/New_York), 10 days left"),
    )
    assert item.renew_url == "https://licenses.example.com/instances/northwind/renew"


@pytest.mark.parametrize(("days", "words"), [(1, "1 day left"), (0, "today"), (-1, "1 day ago"), (-9, "9 days ago")])
def test_a_card_tells_the_true_days(days: int, words: str) -> None:
    document = dict(MESSAGES["reminder"].document) | {"days_left": days}

    [item] = card_of(of_document(document)).items

    [told] = [value for name, value in item.facts if name == ("License ended" if days < 0 else "License ends")]
    assert told.endswith(f", {words}")


def test_a_license_that_ended_today_has_ended() -> None:
    expired = MESSAGES["escalated"]

    [item] = card_of(expired).items

    assert dict(item.facts)["License ended"].endswith(", today")
    assert item.remarks == ("Escalated: nobody of noc acknowledged it within 4 hours.",)


def test_there_is_no_link_to_renew_where_nothing_is_to_be_renewed() -> None:
    cards = [card_of(MESSAGES[kind]) for kind in ("resolved", "removed", "changed", "bare")]

    assert [card.items[0].renew_url for card in cards] == [None] * 4


def test_a_link_to_acknowledge_is_offered_where_the_document_has_one() -> None:
    url = "https://licenses.example.com/acknowledge/northwind.license.1.desk.1781701200.proof"
    document = dict(MESSAGES["reminder"].document) | {"acknowledge_url": url}

    card = card_of(of_document(document))

    assert [name for name, _ in card.links] == ["Renew", "Open to refresh", "Acknowledge"]
    assert card.links[2][1] == url


def test_what_is_not_known_is_left_out() -> None:
    [item] = card_of(MESSAGES["bare"]).items

    assert [name for name, _ in item.facts] == ["Instance", "License ends"]
    assert "None" not in said(card_of(MESSAGES["bare"]))


def test_a_digest_tells_of_every_notice_in_its_order() -> None:
    card = card_of(message_of(many(12)))

    assert card.headline == "12 license notices, 2 expired, 2 settled"
    assert len(card.items) == 12
    severities = [item.severity for item in card.items[:-2]]
    assert severities == sorted(severities, key=list(Severity)[::-1].index)
    assert card.items[0].headline == "Northwind Cardiology 3: license EXPIRED 2 days ago"


@pytest.mark.parametrize("kind", ["moved", "test"])
def test_a_message_about_no_instance_tells_its_lines(kind: str) -> None:
    card = card_of(MESSAGES[kind])

    assert card.items == ()
    assert card.headline
    assert "Status page" not in said(card)
    assert card.page_url == "https://licenses.example.com/"


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_no_card_holds_a_license_key(message: Message) -> None:
    assert KEY not in repr(card_of(message))


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, anything)), st.sampled_from(["changed", "reminder"]))
def test_no_document_can_break_a_card(fields: dict[str, object], event: str) -> None:
    needed = {"event": event, "event_id": "x", "severity": "INFO", "instance_id": "pbx", "clock": "license", "cycle": 1}

    card = card_of(of_document(fields | needed))

    assert card.headline
    assert all(line.isprintable() for line in said(card).split("\n"))


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://a.example/ b", "https://a.example/|x", "https://a.example/<", "//x", 7]
)
def test_an_address_that_is_none_is_no_link(address: object) -> None:
    document = dict(MESSAGES["reminder"].document) | {"page_url": address, "renew_url": address}

    card = card_of(of_document(document))

    assert (card.page_url, card.items[0].page_url, card.items[0].renew_url) == (None, None, None)


def test_a_message_from_before_headlines_has_one_too() -> None:
    document = dict(MESSAGES["reminder"].document)
    del document["headline"]
    brief = {name: value for name, value in document.items() if name not in {"text", "name"}}

    assert card_of(of_document(document)).headline == "Northwind Cardiology: license expires in 10 days"
    assert card_of(of_document(brief)).headline == NO_HEADLINE


@pytest.mark.parametrize(
    ("document", "headline"),
    [
        ({"headline": "Said.", "text": "Text.", "name": "Name"}, "Said"),
        ({"headline": "", "text": "First.\nSecond.", "name": "Name"}, "First"),
        ({"headline": None, "text": "\nSecond.", "name": "Name"}, "Name"),
        ({"headline": 5, "text": "", "name": ""}, NO_HEADLINE),
    ],
)
def test_a_headline_is_what_there_is_to_say(document: dict[str, object], headline: str) -> None:
    [item] = card_of(of_document(dict(MESSAGES["reminder"].document) | document)).items

    assert item.headline == headline


@pytest.mark.parametrize(
    ("document", "facts"),
    [
        ({"fqdn": None}, ("Instance", "Northwind Cardiology")),
        ({"name": ""}, ("Instance", "northwind.3cx.us")),
        ({"zone": None}, ("License ends", "Saturday, June 20, 2026, 10 days left")),
        ({"days_left": None}, ("License ends", "Saturday, June 20, 2026 (America/New_York)")),
    ],
)
def test_a_fact_is_told_without_what_is_not_known_of_it(document: dict[str, object], facts: tuple[str, str]) -> None:
    [item] = card_of(of_document(dict(MESSAGES["reminder"].document) | document)).items

    assert facts in item.facts


@pytest.mark.parametrize(
    ("kind", "without", "key"),
    [
        ("reminder", {}, "lapsewatch:northwind:license"),
        ("reminder", {"dedup_key": None}, "lapsewatch:northwind:license"),
        ("changed", {"dedup_key": ""}, "lapsewatch:northwind:changes"),
    ],
)
def test_what_has_no_key_gets_the_one_of_its_instance_and_clock(
    kind: str, without: dict[str, object], key: str
) -> None:
    [item] = card_of(of_document(dict(MESSAGES[kind].document) | without)).items

    assert (item.dedup_key, item.instance_id) == (key, "northwind")
    assert item.clock == (None if kind == "changed" else Clock.LICENSE)


@pytest.mark.parametrize(
    ("kind", "more", "advice"),
    [
        ("reminder", {}, (LICENSE_STOPS, ACT)),
        ("maintenance", {}, (MAINTENANCE_STOPS, ACT)),
        ("resolved", {}, (DONE[Answer.RENEWED],)),
        ("removed", {}, (SETTLED,)),
        ("resolved", {"changes": [SMALLER_NOW]}, (f"{SMALLER.removesuffix(':')}.",)),
        ("changed", {"changes": [SMALLER_NOW]}, (FALL,)),
        ("changed", {"changes": [{"fact": "reseller", "before": "A", "after": "B"}]}, ()),
    ],
)
def test_what_to_do_depends_on_what_happened(kind: str, more: dict[str, object], advice: tuple[str, ...]) -> None:
    [item] = card_of(of_document(dict(MESSAGES[kind].document) | more)).items

    assert item.advice == advice


def test_what_is_settled_cannot_be_acknowledged() -> None:
    document = dict(MESSAGES["resolved"].document) | {"acknowledge_url": "https://licenses.example.com/acknowledge/x"}

    assert [name for name, _ in card_of(of_document(document)).links] == ["Open"]


@pytest.mark.parametrize(
    ("severity", "shown"), [(None, Severity.CRITICAL), ("LOUD", Severity.CRITICAL), ("WARNING", Severity.WARNING)]
)
def test_a_digest_that_does_not_say_how_urgent_it_is_is_so_as_its_most_urgent_notice(
    severity: object, shown: Severity
) -> None:
    message = message_of([notice(10), notice(0, instance_id="b")])

    assert card_of(replace(message, document=dict(message.document) | {"severity": severity})).severity is shown


def test_what_says_of_nothing_how_urgent_it_is_is_for_information() -> None:
    assert card_of(Message("x", {"text": "Something."})).severity is Severity.INFO


def test_there_is_no_advice_about_a_clock_that_is_not_known() -> None:
    [told] = MESSAGES["reminder"].notices
    message = Message("x", {}, (replace(told, document={"name": "Northwind"}),))

    assert card_of(message).items[0].advice == ()

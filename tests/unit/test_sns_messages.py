"""A notice in the forms in which SNS takes it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lapsewatch.adapters.sns import (
    DIGEST_BYTES,
    Form,
    SnsPublisher,
    attributes_of,
    bodies_of,
    digest_form,
    document_of,
    fitting,
    notice_form,
    size_in_digest,
    subject_of,
)
from lapsewatch.domain.changes import Change, changes
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.digests import Digest, digest_of
from lapsewatch.domain.ledger import Answer, RowKey
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.notices import Notice, notice_of

from tests.builders import EXPIRY, ID, KEY, NOW, instance, license, notice, row, series, state, watched

PAGE = "https://licenses.example.com"
UNKIND_NAMES = [
    "",
    " ",
    "  Northwind",
    "Northwind\r\nBcc: everybody@example.com",
    "Northwind\tCardiology",
    "Zahnärzte Müller & Söhne",
    "日本電話",
    "☎️🦷",
    "\u202egnirts desrever",
    "\x00\x07\x1b[31m",
    "\u2028\u2029\x85",
    "\ud800",
    "N" * 300,
    "Ü" * 300,
    "\ufdfa" * 100,
]

any_name = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(UNKIND_NAMES)


def in_short(name: str) -> str:
    """Return the id of a test. pytest escapes backslashes anew with every run in one process, as mutmut has them."""
    return ascii(name)[:24].replace("\\", "")


def told(name: str = "Northwind Cardiology", customer: str = "Northwind Health", milestone: int | None = 10) -> Notice:
    return notice(milestone, name=name, customer=customer)


def changed(name: str = "Northwind Cardiology") -> Notice:
    """Return the notice of another reseller and another key."""
    found = changes(license(), license(reseller="Another", key="AAAA-BBBB-CCCC-DDDD"))
    due = replace(row(None), key=RowKey(ID, Clock.LICENSE, 2, None, change=True), changes=found)
    return notice_of(due, watched(instance(name=name, customer=name)), NOW, DEFAULT_RULES, PAGE, shop=True)


def unverified(name: str = "Northwind Cardiology") -> Notice:
    """Return a reminder of maintenance that moved earlier, by a PBX that has been silent since."""
    running = [series(Clock.MAINTENANCE, moved_from=EXPIRY + timedelta(days=9))]
    silent = state(running=running, notes={Clock.MAINTENANCE: "the PBX gave no maintenance date any more"})
    whose = watched(instance(name=name, customer=name), silent)
    later = NOW + timedelta(days=3)
    return notice_of(row(30, clock=Clock.MAINTENANCE), whose, later, DEFAULT_RULES, PAGE, shop=True)


def size_of(notices: Sequence[Notice]) -> int:
    """Return how many bytes a digest takes of what SNS takes in all."""
    form = digest_form(digest_of(notices, PAGE, NOW))
    size = len(json.dumps(form.bodies, ensure_ascii=False).encode(errors="replace"))
    attributes = form.attributes.items()
    return size + sum(len(key) + len(item["StringValue"].encode(errors="replace")) for key, item in attributes)


def assert_sns_takes_the_subject(subject: str) -> None:
    assert 0 < len(subject) <= 99
    assert subject.isascii()
    assert subject.isprintable()
    assert subject == subject.strip()


def test_a_subject_says_how_urgent_what_and_when() -> None:
    assert subject_of(told()) == "[INFO] Northwind Cardiology: license expires in 10 days"


@pytest.mark.fault("N1")
@pytest.mark.parametrize("name", UNKIND_NAMES, ids=in_short)
def test_sns_takes_a_subject_with_any_name(name: str) -> None:
    assert_sns_takes_the_subject(subject_of(told(name)))


@pytest.mark.fault("N1")
@given(any_name, st.sampled_from([10, 3, 1, 0, None]))
def test_sns_takes_the_subject_of_every_notice(name: str, milestone: int | None) -> None:
    assert_sns_takes_the_subject(subject_of(told(name, milestone=milestone)))


@given(any_name)
def test_sns_takes_the_subject_of_any_headline(headline: str) -> None:
    subject = subject_of(replace(told(), headline=headline))

    assert_sns_takes_the_subject(subject)
    assert subject.startswith("[INFO]")


def test_accents_are_dropped_and_letters_kept() -> None:
    assert subject_of(told("Café Zoë")) == "[INFO] Cafe Zoe: license expires in 10 days"


def test_a_line_break_in_a_name_stays_on_the_line() -> None:
    assert subject_of(told("North\r\nwind")) == "[INFO] North wind: license expires in 10 days"


@pytest.mark.parametrize("length", [60, 61, 62, 63, 64, 65, 300])
def test_a_long_subject_is_cut_and_says_so(length: int) -> None:
    whole = f"[INFO] {'N' * length}: license expires in 10 days"

    subject = subject_of(told("N" * length))

    assert subject == (whole if len(whole) <= 99 else whole[:96].rstrip() + "...")


@pytest.mark.fault("N1")
@pytest.mark.parametrize("name", ["Zahnärzte Müller & Söhne", "日本電話", "☎️🦷", "N" * 256])
def test_the_body_keeps_the_full_name(name: str) -> None:
    bodies = bodies_of(told(name, customer=name))

    assert f"Instance: {name} (" in bodies["email"]
    assert f"Customer: {name}\n" in bodies["email"]
    document = json.loads(bodies["default"])
    assert (document["name"], document["customer"]) == (name, name)
    assert name in bodies["default"]


def test_a_notice_goes_out_with_its_subject_its_bodies_and_its_attributes() -> None:
    notice = told()

    assert notice_form(notice) == Form(subject_of(notice), bodies_of(notice), attributes_of(notice))


def test_there_is_a_body_for_machines_for_mail_and_for_phones() -> None:
    notice = told()

    bodies = bodies_of(notice)

    assert set(bodies) == {"default", "email", "sms"}
    assert bodies["email"] == notice.text + "\n"
    assert bodies["sms"] == "Northwind Cardiology: license expires in 10 days"


@given(any_name)
def test_a_text_message_is_short_whatever_the_name(name: str) -> None:
    assert len(bodies_of(told(name))["sms"]) <= 140


@given(any_name, any_name, st.sampled_from([10, 3, 1, 0, None]))
def test_the_body_for_machines_is_json_that_says_what_the_notice_says(
    name: str, customer: str, milestone: int | None
) -> None:
    notice = told(name, customer, milestone)

    document = json.loads(bodies_of(notice)["default"])

    assert document == document_of(notice)
    assert (document["name"], document["customer"], document["milestone"]) == (name, customer, milestone)


def test_the_document_has_every_field_that_is_promised() -> None:
    assert document_of(told()) == {
        "event": "reminder",
        "event_id": "northwind:license#000001#010",
        "dedup_key": "lapsewatch:northwind:license",
        "occurred_at": "2026-06-10T13:00:00Z",
        "instance_id": ID,
        "name": "Northwind Cardiology",
        "customer": "Northwind Health",
        "fqdn": "northwind.3cx.us",
        "clock": "license",
        "cycle": 1,
        "milestone": 10,
        "severity": "INFO",
        "expires_at": "2026-06-20T16:00:00Z",
        "expires_on": "2026-06-20",
        "zone": "America/New_York",
        "days_left": 10,
        "last_read_at": "2026-06-10T13:00:00Z",
        "verified": True,
        "changes": [],
        "renew_url": f"{PAGE}/instances/{ID}/renew",
        "page_url": f"{PAGE}/#instance-{ID}",
        "headline": "Northwind Cardiology: license expires in 10 days",
        "doubts": [],
        "text": told().text,
    }


def test_a_change_is_told_to_machines_with_both_values_and_masked_keys() -> None:
    document = document_of(changed())

    assert document["changes"] == [
        {"fact": "reseller", "before": "Example Telecom", "after": "Another"},
        {"fact": "license key", "before": "····-····-····-9Q1S", "after": "····-····-····-DDDD"},
    ]


def test_what_is_not_known_is_null_and_neither_zero_nor_empty() -> None:
    bare = watched(instance(), state(license(fqdn=None, key=None), observed_at=None))

    document = document_of(notice_of(row(10), bare, NOW, DEFAULT_RULES, PAGE, shop=False))

    assert [document[name] for name in ("fqdn", "last_read_at", "renew_url")] == [None, None, None]


def test_the_resolve_of_a_removed_instance_has_no_date() -> None:
    removed = replace(row(None), answer=Answer.REMOVED)

    document = document_of(notice_of(removed, watched(), NOW, DEFAULT_RULES, PAGE, shop=False))

    assert [document[name] for name in ("expires_at", "expires_on", "days_left")] == [None, None, None]


def test_a_resolve_has_no_milestone() -> None:
    notice = told(milestone=None)

    assert document_of(notice)["milestone"] is None
    assert document_of(notice)["event"] == "resolved"
    assert "milestone" not in attributes_of(notice)


def test_the_milestone_of_the_lapse_is_a_zero_and_not_an_absence() -> None:
    notice = told(milestone=0)

    assert document_of(notice)["milestone"] == 0
    assert attributes_of(notice)["milestone"] == {"DataType": "Number", "StringValue": "0"}


def test_subscriptions_can_filter_by_the_attributes() -> None:
    assert attributes_of(told()) == {
        "event": {"DataType": "String", "StringValue": "reminder"},
        "severity": {"DataType": "String", "StringValue": "INFO"},
        "customer": {"DataType": "String", "StringValue": "Northwind Health"},
        "instance_id": {"DataType": "String", "StringValue": ID},
        "clock": {"DataType": "String", "StringValue": "license"},
        "milestone": {"DataType": "Number", "StringValue": "10"},
    }


@pytest.mark.parametrize(("customer", "said"), [("North\x00wind\r\nHealth", "North wind Health"), ("\u202e", "-")])
def test_an_attribute_is_one_line_and_a_dash_where_nothing_can_be_shown(customer: str, said: str) -> None:
    assert attributes_of(told(customer=customer))["customer"]["StringValue"] == said


@pytest.mark.fault("N1")
@given(any_name)
def test_no_attribute_is_ever_empty_or_of_more_than_one_line(customer: str) -> None:
    for attribute in attributes_of(told(customer=customer)).values():
        value = attribute["StringValue"]
        assert 0 < len(value) <= 256
        assert value.isprintable()
        value.encode()


@pytest.mark.parametrize("milestone", [10, 3, 1, 0, None])
def test_no_form_of_a_notice_holds_a_license_key(milestone: int | None) -> None:
    notice = told(milestone=milestone)

    sent = subject_of(notice) + json.dumps(bodies_of(notice)) + json.dumps(attributes_of(notice))

    assert KEY not in sent


def test_maintenance_is_told_from_the_license_in_every_form() -> None:
    both = state(license(maintenance_expires_at=EXPIRY + timedelta(days=20)))
    notice = notice_of(row(30, clock=Clock.MAINTENANCE), watched(None, both), NOW, DEFAULT_RULES, PAGE, shop=True)

    assert "maintenance expires in 30 days" in subject_of(notice)
    assert document_of(notice)["clock"] == attributes_of(notice)["clock"]["StringValue"] == "maintenance"


def hostile_digest(name: str, number: int) -> Digest:
    notices = [replace(told(name, name), instance_id=f"pbx-{n}", event_id=f"pbx-{n}:x") for n in range(number)]
    return digest_of(notices, PAGE, NOW)


@given(any_name)
def test_sns_takes_a_digest_with_any_name(name: str) -> None:
    form = digest_form(hostile_digest(name, 3))

    assert_sns_takes_the_subject(form.subject)
    for attribute in form.attributes.values():
        assert attribute["DataType"] == "String.Array"
        assert json.loads(attribute["StringValue"])


def test_a_digest_says_the_same_in_every_form() -> None:
    notice = told(customer="Zahnärzte Müller")
    digest = digest_of([notice], PAGE, NOW)

    form = digest_form(digest)

    assert json.loads(form.bodies["default"]) == {
        "event": "digest",
        "event_id": digest.event_id,
        "occurred_at": "2026-06-10T13:00:00Z",
        "severity": "INFO",
        "page_url": f"{PAGE}/",
        "text": "1 license notice",
        "notices": [{name: value for name, value in document_of(notice).items() if name != "text"}],
    }
    assert form.bodies["email"] == digest.text + "\n"
    assert form.bodies["sms"] == "1 license notice"
    assert set(form.bodies) == {"default", "email", "sms"}
    assert form.attributes["customer"]["StringValue"] == '["Zahnärzte Müller"]'


def test_a_digest_may_be_filled_to_the_last_byte() -> None:
    one = size_in_digest(told())
    number = DIGEST_BYTES // one - 1
    room = DIGEST_BYTES - number * one - one

    last = replace(told(), fqdn=f"{told().fqdn}{'x' * room}")
    too_long = replace(last, fqdn=f"{last.fqdn}x")

    assert fitting([*[told()] * number, last, told()]) == number + 1
    assert fitting([*[told()] * number, too_long]) == number


@pytest.mark.parametrize("name", UNKIND_NAMES, ids=in_short)
def test_a_full_digest_fits_into_a_message(name: str) -> None:
    waiting = hostile_digest(name, 600).notices
    publisher = SnsPublisher(None, "arn:aws:sns:eu-central-1:111122223333:reminders")  # type: ignore[arg-type]

    fits = publisher.fitting(waiting)

    assert 30 <= fits < 600
    assert size_of(waiting[:fits]) <= 262_144


@pytest.mark.parametrize("name", ["Northwind", *UNKIND_NAMES], ids=in_short)
@pytest.mark.parametrize("notice_named", [told, changed, unverified])
def test_what_a_notice_adds_to_a_digest_is_what_is_counted_for_it(
    name: str, notice_named: Callable[[str], Notice]
) -> None:
    notice = notice_named(name)
    few, more = (
        [replace(notice, instance_id=f"pbx-{n:03d}", event_id=f"pbx-{n:03d}") for n in range(n)] for n in (20, 60)
    )

    grown = (size_of(more) - size_of(few)) / 40

    attributes = 2 * len(name[:256].encode(errors="replace")) + 100
    assert grown <= size_in_digest(more[0]) <= grown + attributes


def test_a_digest_matches_every_filter_that_one_of_its_notices_would_match() -> None:
    reminder, lapse = told(), replace(told(milestone=0), customer="Contoso", event_id="other")
    form = digest_form(digest_of([reminder, lapse], PAGE, NOW))

    for said in (reminder, lapse):
        for name, attribute in attributes_of(said).items():
            listed = json.loads(form.attributes[name]["StringValue"])
            assert attribute["StringValue"] in [str(value) for value in listed]
    assert "digest" in json.loads(form.attributes["event"]["StringValue"])


def test_machines_get_every_notice_of_a_digest() -> None:
    document = json.loads(digest_form(hostile_digest("Northwind", 4)).bodies["default"])

    assert (document["event"], document["severity"], len(document["notices"])) == ("digest", "INFO", 4)
    assert set(document["notices"][0]) == set(document_of(told())) - {"text"}
    assert KEY not in json.dumps(document)


@pytest.mark.fault("N2")
@pytest.mark.parametrize("name", ["\U0001f9b7" * 300, "\u20ac" * 300, "n" * 300])
def test_the_largest_notice_is_far_below_what_sns_takes_in_bytes(name: str) -> None:
    changed = tuple(Change(f"fact {number}", name[:256], name[:256]) for number in range(8))
    whose = watched(instance(name=name, customer=name), state(license(fqdn=name[:256])))
    notice = notice_of(replace(row(None), changes=changed), whose, NOW, DEFAULT_RULES, PAGE, shop=True)

    form = notice_form(notice)

    assert len(json.dumps(form.bodies, ensure_ascii=False).encode()) < 262_144 / 3
    assert name in form.bodies["email"]

"""A link acknowledges one cycle, for a week, and nothing that anybody changed about it."""

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lapsewatch.adapters.sns import document_of
from lapsewatch.domain.acknowledge_links import AcknowledgeLink, is_shaped, link_from, linked, text_of
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.messages import Message, Told, Trigger

from tests.builders import ID, NOW, notice

KEY, OTHER = b"k" * 32, b"o" * 32
LINK = AcknowledgeLink(Trigger(ID, Clock.LICENSE, 3), "noc", NOW + timedelta(days=7))
GOOD = text_of(LINK, KEY)
LINKS = st.builds(
    AcknowledgeLink,
    st.builds(
        Trigger,
        st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
        st.sampled_from(Clock),
        st.integers(1, 999_999_999),
    ),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True),
    st.integers(1, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds)),
)


@given(LINKS)
def test_a_link_is_read_back_as_it_was_made_and_fits_into_an_address(link: AcknowledgeLink) -> None:
    text = text_of(link, KEY)

    assert link_from(text, KEY) == link
    assert is_shaped(text)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@given(LINKS, st.data())
def test_a_link_with_any_character_changed_is_none(link: AcknowledgeLink, data: st.DataObject) -> None:
    text = text_of(link, KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    assume(other != text[place])

    assert link_from(text[:place] + other + text[place + 1 :], KEY) is None


@given(LINKS, LINKS)
def test_the_proof_of_one_link_is_no_proof_of_another(link: AcknowledgeLink, other: AcknowledgeLink) -> None:
    assume(link != other)
    proof = text_of(link, KEY).rpartition(".")[2]
    claim = text_of(other, KEY).rpartition(".")[0]

    assert link_from(f"{claim}.{proof}", KEY) is None


def test_a_link_of_another_key_is_none() -> None:
    assert link_from(text_of(LINK, OTHER), KEY) is None


@pytest.mark.fault("A1")
@pytest.mark.parametrize(
    "text", ["", ".", "x", "ü" * 60, "a" * 5000, text_of(LINK, KEY) + "\n", text_of(LINK, KEY)[:-1]]
)
def test_whatever_is_no_link_is_none(text: str) -> None:
    assert link_from(text, KEY) is None


def told(milestone: int | None) -> Told:
    said = notice(milestone)
    trigger = Trigger(ID, Clock.LICENSE, 1) if milestone is not None else None
    event = Event.RESOLVED if milestone is None else Event.REMINDER
    return Told(event, said.severity, document_of(said), trigger)


def test_a_notice_gets_its_link_and_a_resolve_none() -> None:
    trigger, resolve = told(10), told(None)

    asked = linked(Message("x", trigger.document, (trigger,)), lambda about: f"https://p/{about.cycle}")
    settled = linked(Message("x", resolve.document, (resolve,)), lambda _: "https://p")
    keyless = linked(Message("x", trigger.document, (trigger,)), lambda _: None)

    assert asked.document == {**trigger.document, "acknowledge_url": "https://p/1"}
    assert "acknowledge_url" not in settled.document
    assert keyless.document == trigger.document


def test_each_notice_of_a_digest_gets_a_link_of_its_own() -> None:
    notices = (told(10), told(None), told(1))
    document = {"event": "digest", "notices": [item.document for item in notices]}

    found = linked(Message("x", document, notices), lambda _: "https://p")

    assert [item.get("acknowledge_url") for item in found.document["notices"]] == ["https://p", None, "https://p"]

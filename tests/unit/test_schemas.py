"""The documents for programs are what their published schemas say, field by field."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from lapsewatch.adapters.pages import render_fleet_json
from lapsewatch.adapters.sns import form_of
from lapsewatch.domain.changes import Change
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.concerns import Concern, Name
from lapsewatch.domain.digests import digest_of
from lapsewatch.domain.ledger import Event
from lapsewatch.domain.license import Reason, Seats
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.moves import Sweep, summary_of
from lapsewatch.domain.notices import notice_of
from lapsewatch.domain.status import Band, FleetStatus, Freshness
from lapsewatch.domain.streaks import UNUSABLE_DATE

from cli.notify import trial
from tests.builders import ID, NOW, row, row_key, watched
from tests.unit.pages.builders import fleet, many, status_row
from tests.unit.pages.test_safety import HOSTILE, shown
from tests.unit.test_sns_messages import PAGE, any_name, told

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
FLEET = json.loads((SCHEMAS / "fleet.schema.json").read_text())
MESSAGE = json.loads((SCHEMAS / "message.schema.json").read_text())


def closed(schema: Any) -> Any:
    """Return a schema that allows no field beside those that it names, which the published ones do."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return parts | {"additionalProperties": False} if "properties" in schema else parts


def faults(document: Any, schema: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(closed(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(document)]


def statuses() -> Iterator[FleetStatus]:
    """Yield fleets as they are and as they could be."""
    concerns = tuple(Concern(name, "Something.", since) for name, since in zip(Name, [NOW, None] * 10, strict=False))
    yield fleet()
    yield fleet([status_row(freshness=freshness) for freshness in Freshness], concerns=concerns)
    yield fleet([status_row(reason=reason) for reason in (*Reason, UNUSABLE_DATE)])
    yield fleet([status_row(expires_at=None, fqdn="", license_key=None, edition=None, seats=Seats(), sim_calls=None)])
    yield fleet([status_row(expires_at=None, perpetual=True, maintenance_expires_at=NOW, acknowledged_until=NOW)])
    yield fleet([status_row(seats=Seats(used=42, limit=0, ai=50), expires_at=NOW - timedelta(days=4000))])
    yield fleet([replace(shown(text), reason="timeout", instance_id="hostile") for text in HOSTILE])
    yield many(300)


def every_message(name: str) -> Iterator[Any]:
    """Yield a message of each kind, all with this name."""
    notices = [told(name, name, milestone) for milestone in (10, 3, 1, 0, None)]
    key = replace(row_key(None), change=True)
    change = replace(row(None), key=key, changes=(Change("key", name, name),))
    notices.append(notice_of(change, watched(), NOW, DEFAULT_RULES, PAGE, shop=False))
    yield from notices
    yield digest_of([replace(notice, event_id=f"{ID}:{n}") for n, notice in enumerate(notices)], PAGE, NOW)
    yield summary_of(Sweep(NOW, {91: 40, 365: 2}), PAGE)


def message_documents(name: str = "Northwind") -> list[Any]:
    sent = [json.loads(form_of(message).bodies["default"]) for message in every_message(name)]
    return [*sent, trial("https://status.example", NOW).document]


def places(document: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a document, the document itself first."""
    if isinstance(document, dict):
        yield document
        for part in document.values():
            yield from places(part)
    elif isinstance(document, list):
        for part in document:
            yield from places(part)


@pytest.mark.parametrize("schema", [FLEET, MESSAGE], ids=["fleet", "message"])
def test_a_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("status", list(statuses()), ids=lambda status: f"{len(status.rows)} rows")
def test_the_fleet_is_what_its_schema_says(status: FleetStatus) -> None:
    assert faults(json.loads(render_fleet_json(status)), FLEET) == []


def test_every_kind_of_message_is_what_its_schema_says() -> None:
    found = message_documents()

    assert {message["event"] for message in found} == {*(event.value for event in Event), "digest", "moved", "test"}
    assert [fault for message in found for fault in faults(message, MESSAGE)] == []


@settings(deadline=None)  # a busy machine is no failure
@given(any_name)
def test_no_name_makes_a_message_another_one(name: str) -> None:
    assert [fault for message in message_documents(name) for fault in faults(message, MESSAGE)] == []


def test_a_field_that_no_schema_names_is_noticed_wherever_it_is() -> None:
    for document, schema in documents():
        for place in places(document):
            place["added"] = 1
            assert faults(document, schema), place
            del place["added"]


def test_a_field_that_is_missing_is_noticed_wherever_it_was() -> None:
    for document, schema in documents():
        for place in places(document):
            for name, value in list(place.items()):
                del place[name]
                assert faults(document, schema), name
                place[name] = value


def documents() -> list[tuple[Any, dict[str, Any]]]:
    """Return a document of each kind, with something in every list, and its schema."""
    full = fleet([status_row()], concerns=(Concern(Name.NO_SUBSCRIBER, "Nobody."),))
    return [(json.loads(render_fleet_json(full)), FLEET), *((message, MESSAGE) for message in message_documents())]


def test_the_words_of_a_schema_are_all_that_there_are() -> None:
    instance, concern = FLEET["$defs"]["instance"]["properties"], FLEET["$defs"]["concern"]["properties"]
    notice = MESSAGE["$defs"]["notice"]["properties"]

    assert instance["reason"]["enum"] == [*(reason.value for reason in Reason), UNUSABLE_DATE, None]
    assert instance["freshness"]["enum"] == [freshness.value for freshness in Freshness]
    assert FLEET["$defs"]["band"]["enum"] == [band.value for band in Band]
    assert concern["name"]["enum"] == [name.value for name in Name]
    assert notice["clock"]["enum"] == [*(clock.value for clock in Clock), None]
    assert set(notice["event"]["enum"]) == {event.value for event in Event}

"""What programs read, and the files that pages link to."""

import json
import re
from datetime import timedelta

from lapsewatch.adapters.pages import assets, render_fleet_json, render_index, render_sign_in, row_document
from lapsewatch.domain.changes import Recent
from lapsewatch.domain.license import Seats

from tests.unit.pages.builders import KEY, NOW, fleet, many, status_row
from tests.unit.pages.instances import page_of


def test_the_document_has_exactly_the_published_shape() -> None:
    row = status_row(maintenance_expires_at=NOW + timedelta(days=30), reason="timeout", remedy="Wait.", note="Look.")

    document = json.loads(render_fleet_json(fleet([row])))

    assert document == {
        "generated_at": "2026-06-06T13:00:00Z",
        "timezone": "America/New_York",
        "ladders": {"license": [10, 3, 1], "maintenance": [60, 30, 7]},
        "counters": {"expired": 0, "critical": 1, "warning": 0, "active": 0, "unknown": 0},
        "concerns": [],
        "instances": [
            {
                "instance_id": "northwind",
                "name": "Northwind Cardiology",
                "customer": "Northwind Health",
                "fqdn": "northwind.3cx.us",
                "edition": "Professional (SPLA)",
                "product_code": "3CXPSPROFSPLA",
                "license_key": KEY,
                "version": "20.0.8.1131",
                "perpetual": False,
                "band": "critical",
                "expires_at": "2026-06-13T01:00:00Z",
                "expires_on": "2026-06-12",
                "days_left": 6,
                "maintenance_expires_at": "2026-07-06T13:00:00Z",
                "maintenance_expires_on": "2026-07-06",
                "maintenance_days_left": 30,
                "sim_calls": 8,
                "seats": {"used": 9, "limit": 40, "percent": 23, "human": 9, "ai": 0},
                "reseller": "Example Telecom",
                "freshness": "fresh",
                "last_read_at": "2026-06-06T12:40:00Z",
                "reason": "timeout",
                "renew_url": f"https://shop.example/renew?key={KEY}",
                "next_reminder_at": "2026-06-09T12:00:00Z",
                "acknowledged_until": None,
                "maintenance_acknowledged_until": None,
                "remedy": "Wait.",
                "note": "Look.",
                "zone": "America/New_York",
                "failing_since": None,
                "changed": [],
            }
        ],
    }


def test_changes_are_told_with_their_instants() -> None:
    row = status_row(failing_since=NOW, changed=(Recent("FQDN", NOW), Recent("license date jump", NOW)))

    [told] = json.loads(render_fleet_json(fleet([row])))["instances"]

    assert told["failing_since"] == "2026-06-06T13:00:00Z"
    assert told["changed"] == [
        {"fact": "FQDN", "at": "2026-06-06T13:00:00Z"},
        {"fact": "license date jump", "at": "2026-06-06T13:00:00Z"},
    ]


def test_what_is_not_known_is_null_and_never_zero_or_empty() -> None:
    row = status_row(
        expires_at=None,
        fqdn="",
        edition=None,
        license_key=None,
        sim_calls=None,
        seats=Seats(),
        renew_url="",
        reseller="",
    )

    document = row_document(row)

    absent = {name for name, value in document.items() if value is None}
    assert {"fqdn", "edition", "license_key", "expires_at", "days_left", "sim_calls", "renew_url", "reseller"} <= absent
    assert document["seats"] == dict.fromkeys(("used", "limit", "percent", "human", "ai"))


def test_a_true_zero_is_not_lost() -> None:
    document = row_document(status_row(expires_at=NOW, sim_calls=0, seats=Seats(used=0, limit=10, ai=0)))

    assert (document["days_left"], document["sim_calls"]) == (0, 0)
    assert document["seats"] == {"used": 0, "limit": 10, "percent": 0, "human": 0, "ai": 0}


def test_counters_of_the_document_sum_to_its_instances() -> None:
    document = json.loads(render_fleet_json(many(2000)))

    assert sum(document["counters"].values()) == len(document["instances"]) == 2000


def test_an_asset_is_named_after_its_content() -> None:
    for name, asset in assets().items():
        assert re.fullmatch(r"assets/[a-z-]+\.[0-9a-f]{8}\.(css|js|svg)", name)
        assert asset.body
        assert asset.content_type


def test_every_asset_that_a_page_links_to_is_there() -> None:
    pages = render_index(many(1)), page_of(), render_sign_in(None, "/")
    linked = re.findall(r'"/(assets/[^"]+)"', "".join(pages))

    assert set(linked) == set(assets())


def test_the_script_brings_no_markup_and_no_code_from_texts() -> None:
    for asset in assets().values():
        assert not re.search(
            rb"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", asset.body
        )

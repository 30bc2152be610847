"""A list of keys against what is watched: what fits is not mentioned, and no key is ever shown whole."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from lapsewatch.adapters.guarded.exchange import Origin
from lapsewatch.domain.license import masked
from lapsewatch.domain.overview import Watched
from lapsewatch.errors import InvalidRequestError
from typer.testing import CliRunner

from cli.__main__ import app
from cli.fleet.keys import ListedKey, key_columns, keys_from
from cli.fleet.located import FleetFileError
from cli.fleet.partner import LARGEST_BODY, ORIGIN, PartnerError, expiring_keys
from cli.fleet.reconcile_command import _document, _row, fitting, taken_from
from cli.fleet.reconciling import Kind, reconciled
from cli.fleet.sheets import Line
from tests.builders import KEY, MAINTENANCE_EXPIRY, instance, license, perpetual_license, state, watched
from tests.lines import ScriptedLine

DAY = date(2026, 6, 20)
"""On which the license of the builders ends in New York."""
OTHER = "AAAA-BBBB-CCCC-DDDD"


def pbx(instance_id: str = "northwind", key: str | None = KEY, **remembered: Any) -> Watched:
    of = instance(instance_id)
    return watched(of, state(license(key=key), instance_id=instance_id, **remembered))


def kinds(listed: Iterable[ListedKey], *fleet: Watched, whole: bool = True) -> list[tuple[str, tuple[str, ...]]]:
    return [(mismatch.kind.value, mismatch.instances) for mismatch in reconciled(listed, fleet, whole=whole)]


def test_a_list_that_fits_has_no_mismatch() -> None:
    assert kinds([ListedKey(KEY, DAY)], pbx()) == []
    assert kinds([ListedKey(KEY, None)], pbx()) == []


def test_a_key_that_nobody_watches_is_found() -> None:
    assert kinds([ListedKey(KEY, DAY), ListedKey(OTHER, DAY)], pbx()) == [("not_watched", ())]


def test_a_pbx_whose_key_is_not_listed_is_found() -> None:
    assert kinds([ListedKey(OTHER, DAY)], pbx(), pbx("harbor", OTHER)) == [("not_listed", ("northwind",))]


@pytest.mark.parametrize(("off", "found"), [(-2, True), (-1, False), (0, False), (1, False), (2, True)])
def test_dates_may_be_a_day_apart_and_no_more(off: int, found: bool) -> None:
    mismatches = reconciled([ListedKey(KEY, DAY + timedelta(days=off))], [pbx()], whole=True)

    assert [(m.kind, m.read_on) for m in mismatches] == ([(Kind.DATES_DISAGREE, DAY)] if found else [])


def test_of_a_perpetual_license_its_maintenance_counts() -> None:
    facts = replace(perpetual_license(), key=KEY)
    perpetual = watched(instance(), replace(state(facts), perpetual=True))

    assert kinds([ListedKey(KEY, MAINTENANCE_EXPIRY.date())], perpetual) == []


def test_what_is_paused_shared_unknown_or_listed_twice_is_said() -> None:
    listed = [ListedKey(KEY, DAY), ListedKey(KEY, DAY), ListedKey(OTHER, DAY)]

    found = kinds(listed, pbx(), pbx("harbor"), pbx("stone", OTHER, enabled=False), pbx("new", None))

    assert found == [
        ("paused", ("stone",)),
        ("shared_key", ("harbor", "northwind")),
        ("key_unknown", ("new",)),
        ("listed_twice", ()),
    ]


def test_a_list_of_what_ends_soon_need_not_have_what_ends_later() -> None:
    soon = [ListedKey(OTHER, DAY - timedelta(days=1))]
    later = [ListedKey(OTHER, DAY + timedelta(days=1))]

    assert kinds(soon, pbx(), pbx("harbor", OTHER), whole=False) == []
    assert kinds(later, pbx(), pbx("harbor", OTHER), whole=False) == [("not_listed", ("northwind",))]


def test_no_key_is_shown_whole() -> None:
    listed = [ListedKey(KEY, DAY + timedelta(days=9)), ListedKey(OTHER, DAY), ListedKey(OTHER, DAY)]
    found = reconciled(listed, [pbx(), pbx("harbor"), pbx("stone", "EEEE-FFFF-GGGG-HHHH")], whole=True)

    told = repr(found) + "".join(" ".join(_row(m)) + str(_document(m)) for m in found)
    assert {m.kind for m in found} >= {Kind.DATES_DISAGREE, Kind.NOT_WATCHED, Kind.SHARED_KEY, Kind.NOT_LISTED}
    assert masked(KEY) in told
    assert not [key for key in (KEY, OTHER, "EEEE-FFFF-GGGG-HHHH") if key in told]


def sheet(text: str) -> list[Line]:
    return [Line(number, tuple(row.split(";"))) for number, row in enumerate(text.splitlines(), 1)]


@pytest.mark.parametrize(
    "text", ["2026-06-20", "2026-06-20 00:00:00", "2026-06-20T16:00:00Z", "20.06.2026", "20 Jun 2026", "June 20, 2026"]
)
def test_dates_are_read_as_people_and_programs_write_them(text: str) -> None:
    assert keys_from(sheet(f"Customer;License key;Expires\nX;{KEY.lower()};{text}"), {}, None) == [ListedKey(KEY, DAY)]


def test_a_date_that_could_be_two_days_is_asked_about() -> None:
    lines = sheet(f"Key;Expires\n{KEY};06/07/2026\n;2026-01-01\n{OTHER};never")

    with pytest.raises(FleetFileError) as told:
        keys_from(lines, {}, None)

    assert [problem.split(":")[:2] for problem in told.value.problems] == [["row 2", " expires"], ["row 3", " key"]]
    assert KEY not in str(told.value)
    assert keys_from([lines[0], lines[1], lines[3]], {}, "%m/%d/%Y") == [
        ListedKey(KEY, date(2026, 6, 7)),
        ListedKey(OTHER, None),
    ]


def test_columns_of_keys_can_be_named() -> None:
    assert keys_from(sheet(f"Code;Bis\n{KEY};2026-06-20"), {"key": "code", "expires": "Bis"}, None)[0].expires_on == DAY
    with pytest.raises(InvalidRequestError, match=r"--column key=HEADER"):
        keys_from(sheet("Code;Bis\nx;y"), {}, None)


def test_the_columns_that_are_compared_are_told_and_a_missing_one_with_how_to_name_it() -> None:
    whole = list(taken_from(key_columns(sheet(f"License key;Expires\n{KEY};2026-06-20"), {})))
    half = list(taken_from(key_columns(sheet(f"License key;Lizenzende\n{KEY};2026-06-20"), {})))

    assert whole == ["key: column 'License key'; expires: column 'Expires'."]
    assert half[1:] == ["No column has dates, so none is compared: name it with --column expires=HEADER."]


def test_nobody_is_told_that_all_fits_when_no_date_was_compared() -> None:
    assert fitting([ListedKey(KEY, DAY), ListedKey(OTHER, None)], 2).startswith("All fits: 2 keys on the list, 1 with")
    assert fitting([ListedKey(KEY, None)], 1).endswith("No date was compared: the list has none.")


class Endless(httpx.AsyncByteStream):
    """A body without end."""

    async def __aiter__(self) -> Any:
        while True:
            yield b"x" * 65_536


def answering(answer: httpx.Response | Exception) -> tuple[Callable[[Origin], ScriptedLine], list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer.stream, Endless):
            return answer
        # As from a network: not read yet.
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content))

    return lambda origin: ScriptedLine(origin, answered), asked


def test_3cx_is_asked_once_with_the_key_as_user_and_nothing_else() -> None:
    document = [
        {"LicenseKey": KEY, "ExpiryDate": "2026-06-20T16:00:00", "IsPerpetual": False, "ResellerID": 1},
        {"LicenseKey": OTHER.lower(), "ExpiryDate": None},
    ]
    transport, asked = answering(httpx.Response(200, json=document))

    found = expiring_keys("canary", transport)

    assert found == [ListedKey(KEY, DAY), ListedKey(OTHER, None)]
    [request] = asked
    assert (request.method, str(request.url)) == ("GET", f"{ORIGIN}/public/v1/order/expiringkeys")
    assert request.headers["authorization"] == "Basic Y2FuYXJ5Og=="  # canary and an empty password


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(401, text="canary"), "refused the API key"),
        (
            httpx.Response(500, json={"ErrorCode": "KeyVersionIsDeprecated", "detail": "canary"}),
            "KeyVersionIsDeprecated",
        ),
        (httpx.Response(500, json={"ErrorCode": "canary canary"}), r"HTTP 500\.$"),
        (httpx.Response(302, headers={"location": "https://evil.example"}), "HTTP 302"),
        (httpx.Response(200, text="<html>canary"), "no list of keys"),
        (httpx.Response(200, json={"LicenseKey": KEY}), "no list of keys"),
        (httpx.Response(200, json=[{"LicenseKey": "<script>canary"}]), "no list of keys"),
        (httpx.Response(200, text="[" * 200_000), "no list of keys"),
        (httpx.Response(200, json=[{"LicenseKey": KEY, "ExpiryDate": "canary"}]), "a date that cannot be read"),
        (httpx.Response(200, json=[{"LicenseKey": KEY, "ExpiryDate": "2026-13-01"}]), "a date that cannot be read"),
        (httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Endless()), "compressed"),
        (httpx.Response(200, stream=Endless()), f"larger than {LARGEST_BODY // 1024 // 1024} MiB"),
        (ConnectionRefusedError("canary"), "cannot be reached"),
        (TimeoutError("canary"), "cannot be reached"),
    ],
)
def test_whatever_3cx_answers_is_said_in_a_sentence_without_what_it_said(
    answer: httpx.Response | Exception, said: str
) -> None:
    transport, asked = answering(answer)

    with pytest.raises(PartnerError, match=said) as told:
        expiring_keys("canary", transport)

    assert "canary" not in str(told.value)
    assert len(asked) == 1


@pytest.mark.parametrize("words", [[], ["keys.csv", "--from-3cx"], ["--from-3cx"]])
def test_a_file_or_3cx_is_needed_and_for_3cx_a_key(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAPSEWATCH_3CX_API_KEY", raising=False)

    result = CliRunner().invoke(app, ["fleet", "reconcile", *words])

    assert isinstance(result.exception, InvalidRequestError)

"""A fleet file is taken whole or not at all, and says of everything wrong in which line, whose, and what to do."""

import time
import tracemalloc

import pytest
from lapsewatch.domain.instance import Access

from cli.fleet.located import LARGEST_FILE, FleetFileError
from cli.fleet.reading import fleet_from
from tests.unit.fleet.texts import fleet


def refused(text: str) -> str:
    with pytest.raises(FleetFileError) as told:
        fleet_from(text)
    return str(told.value)


def test_a_good_file_is_read_row_by_row() -> None:
    rows = fleet_from(fleet({}, {"id": "harbor", "address": "Harbor.3cx.us:5001", "enabled": "false"})).rows

    assert [(read.row.id, read.row.address, read.row.enabled, read.line) for read in rows] == [
        ("northwind", "northwind.3cx.us", True, 2),
        ("harbor", "harbor.3cx.us:5001", False, 8),
    ]


@pytest.mark.parametrize("access", list(Access))
def test_every_way_in_can_be_named(access: Access) -> None:
    assert fleet_from(fleet({"access": access.value})).rows[0].row.access is access


@pytest.mark.parametrize(
    ("written", "meant"), [("0100", "0100"), ("100", "100"), ("1e3", "1e3"), ("no", "no"), ("0x1F", "0x1F")]
)
def test_a_user_that_looks_like_a_number_or_a_truth_stays_as_it_is_written(written: str, meant: str) -> None:
    assert fleet_from(fleet({"user": written})).rows[0].row.user == meant


def test_a_fleet_of_none_is_a_fleet() -> None:
    assert fleet_from("instances:\n").rows == []
    assert fleet_from("version: 1\ninstances: []\n").rows == []


@pytest.mark.fault("C2")
@pytest.mark.parametrize(
    ("row", "line", "field", "remedy"),
    [
        ({"address": "http://x.example"}, 5, "address", "HTTPS only"),
        ({"address": "user@x.example"}, 5, "address", "user name"),
        ({"address": "x.example:22"}, 5, "address", "port 443"),
        ({"address": "x.example/path"}, 5, "address", "without a path"),
        ({"address": "192.0.2.7"}, 5, "address", "IP address"),
        ({"address": "'*.x.example'"}, 5, "address", "wildcard"),
        ({"address": "x.example."}, 5, "address", "dot at the end"),
        ({"address": "münchen.example"}, 5, "address", "xn--"),
        ({"id": "Has Blanks"}, 2, "id", "lower-case"),
        ({"name": "''"}, 3, "name", "at least 1 character"),
        ({"name": "[a, b]"}, 3, "name", "give text"),
        ({"access": "magic"}, 6, "access", "user_login"),
        ({"zone": "Mars/Phobos"}, 8, "zone", "IANA name"),
        ({"enabled": "maybe"}, 8, "enabled", "true or false"),
        ({"adress": "x.example"}, 8, "adress", "did you mean address?"),
        ({"zzz": "x"}, 8, "zzz", "there are id, name"),
        ({"password": "canary"}, 8, "password", "secret: {env: NAME}"),
        ({"secret": "{env: A, file: b}"}, 8, "secret", "one of env, file"),
        ({"secret": "{}"}, 8, "secret", "one of env, file"),
        ({"secret": "{env: 'not a name'}"}, 8, "secret.env", "match"),
        ({"secret": "{password: canary}"}, 8, "secret.password", "secret: {env: NAME}"),
        ({"secret": "canary"}, 8, "secret", "give its fields"),
        ({"tls": "{pin: abcd}"}, 8, "tls.pin", "64 hexadecimal digits"),
        ({"tls": "{ca: nonsense}"}, 8, "tls.ca", "match"),
    ],
)
def test_a_wrong_field_is_named_with_its_line_its_instance_and_the_remedy(
    row: dict[str, str], line: int, field: str, remedy: str
) -> None:
    told = refused(fleet(row))

    whose = "Has Blanks" if field == "id" else "northwind"
    assert told.startswith(f"line {line}: {whose}: {field}")
    assert remedy in told
    assert "canary" not in told


@pytest.mark.fault("C2")
def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_lines() -> None:
    told = refused(fleet({"address": "http://x.example"}, {"id": "harbor", "access": "magic"}, {"zone": "Nowhere"}))

    assert [line.split(":")[0] for line in told.splitlines()] == ["line 5", "line 12", "line 20"]


def test_a_missing_field_is_asked_for() -> None:
    assert refused("instances:\n  - id: northwind\n").count("is missing: add it") == 4


@pytest.mark.fault("C2")
def test_an_id_or_an_address_that_occurs_twice_is_refused_with_both_lines() -> None:
    told = refused(fleet({}, {"address": "other.example"}, {"id": "harbor", "address": "NORTHWIND.3cx.us:443"}))

    assert "line 8: northwind: id: line 2 has it already" in told
    assert "line 14: harbor: address: northwind in line 2 has it already" in told


def test_two_pbxs_behind_one_name_are_told_apart_by_their_ports() -> None:
    assert len(fleet_from(fleet({}, {"id": "harbor", "address": "northwind.3cx.us:5001"})).rows) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("instances:\n  - {id: a, id: b}\n", "line 2: id stands here twice"),
        ("instances: []\ninstances: []\n", "line 2: instances stands here twice"),
        ("instances: &all []\n", "line 1: anchors"),
        ("a: &a [x]\ninstances: *a\n", "line 1: anchors"),
        ("instances: !!python/object/apply:os.system ['true']\n", "line 1: tags"),
        ("instances: !include other.yaml\n", "line 1: tags"),
        ("instances: []\n---\ninstances: []\n", "line 3: one document"),
        ("instances: [\n", "this is not YAML"),
        ("\tinstances: []\n", "line 1: this is not YAML"),
        ("instances: " + "[" * 5000 + "]" * 5000, "nested so deeply"),
        ("? [a]\n: b\n", "plain word"),
        ("- a\n", "line 1: a fleet file begins with"),
        ("", "line 1: a fleet file begins with"),
        ("just words", "line 1: a fleet file begins with"),
        ("instances: 5\n", "line 1: instances: give a list"),
        ("instances:\n  - northwind\n", "line 2: instance 1: give its fields"),
        ("version: 2\ninstances: []\n", "line 1: version: this command knows version 1"),
        ("instances: []\nextra: 1\n", "line 2: extra: is no field here"),
        ("instances: []\n# \x07\n", "not YAML"),
    ],
)
def test_a_file_that_is_more_or_less_than_a_fleet_is_refused_with_its_line(text: str, said: str) -> None:
    assert said in refused(text)


def test_a_file_beyond_the_largest_is_refused_unread() -> None:
    begun = time.monotonic()

    assert "8 MiB" in refused("#" * (LARGEST_FILE + 1))
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("text", ["[" * (LARGEST_FILE - 1), "- x\n" * (LARGEST_FILE // 4), "{" * 100_000])
def test_a_file_that_never_comes_to_an_end_is_given_up_early(text: str) -> None:
    tracemalloc.start()
    refused(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 200 * 1024 * 1024


def test_aliases_that_would_blow_up_are_not_followed() -> None:
    bomb = "a: &a [x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))

    assert "anchors" in refused(bomb)

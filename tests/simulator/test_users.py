"""Users come in pages, and tell people from AI agents where the build knows the difference."""

import pytest

from tests.simulator.live import Caller


def test_ai_users_are_counted_without_fetching_them(enterprise: Caller) -> None:
    enterprise.sign_in()

    answer = enterprise.get("Users", filter="AIAgent eq true", top=1, count="true", select="Id").json()

    assert answer["@odata.count"] == enterprise.pbx.ai_users
    assert len(answer["value"]) == 1
    assert answer["value"][0].keys() == {"Id"}


def test_people_and_ai_users_are_all_users(enterprise: Caller) -> None:
    enterprise.sign_in()

    people = enterprise.get("Users", filter="AIAgent eq false", top=1, count="true").json()["@odata.count"]

    assert people + enterprise.pbx.ai_users == enterprise.pbx.users


def test_a_user_is_found_by_number(office: Caller) -> None:
    office.sign_in()

    found = office.get("Users", filter="Number eq '101'", select="Number").json()["value"]

    assert found == [{"Number": "101"}]


def test_a_page_has_at_most_a_hundred_users(office: Caller) -> None:
    office.sign_in()

    assert office.get("Users", top=100, select="Id").status_code == 200
    assert office.get("Users", top=101, select="Id").status_code == 400


@pytest.mark.parametrize("query", [{"top": -1}, {"top": "ten"}, {"skip": -1}, {"skip": "1e3"}, {"filter": "Id gt 1"}])
def test_a_page_that_makes_no_sense_is_refused(office: Caller, query: dict[str, object]) -> None:
    office.sign_in()

    answer = office.get("Users", **query)

    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["target"] == f"${next(iter(query))}"


def test_pages_join_to_all_users(office: Caller) -> None:
    office.pbx.users = 230
    office.sign_in()

    pages = [office.get("Users", top=100, skip=skip, select="Number").json()["value"] for skip in (0, 100, 200)]

    assert [len(page) for page in pages] == [100, 100, 30]
    assert len({user["Number"] for page in pages for user in page}) == 230


def test_a_reader_without_a_page_size_is_led_to_the_next_page(office: Caller) -> None:
    office.pbx.users = 130
    office.sign_in()

    first = office.get("Users", select="Id").json()
    last = office.get("Users", select="Id", skip=100).json()

    assert "skip=100" in first["@odata.nextLink"]
    assert "@odata.nextLink" not in last


def test_older_builds_do_not_know_ai_users(old: Caller) -> None:
    old.sign_in()

    assert old.get("Users", filter="AIAgent eq true", top=1).status_code == 400
    assert old.get("Users", select="Id,AIAgent").status_code == 400
    assert "AIAgent" not in old.get("Users", top=1).json()["value"][0]


def test_who_selects_nothing_is_handed_secrets(office: Caller) -> None:
    office.sign_in()

    careless = office.get("Users", top=1).json()["value"][0]
    careful = office.get("Users", top=1, select="Id,Number").json()["value"][0]

    assert {"AuthPassword", "VMPIN"} <= careless.keys()
    assert careful.keys() == {"Id", "Number"}

"""What of the fleet cannot be read is named with its remedy, and what can be mended is."""

from typing import Any

import pytest
from lapsewatch.adapters.dynamodb.fleet_store import DynamoFleet
from lapsewatch.adapters.dynamodb.items import CONFIG, STATE
from lapsewatch.adapters.dynamodb.state_store import DynamoStates
from lapsewatch.adapters.dynamodb.table import Table
from lapsewatch.adapters.dynamodb.wire import to_wire
from lapsewatch.domain.lifecycle import removal
from lapsewatch.domain.milestones import DEFAULT_RULES
from lapsewatch.domain.reading import absorb
from lapsewatch.domain.state import state_due_at
from lapsewatch.errors import UnreadableItemError

from cli.mail_standing import MailStanding, note_standing, noted_standing
from cli.survey import survey
from local.emulator import Emulator
from tests.builders import NEW_YORK, NOW, instance, observation


class Broken:
    """A fleet of northwind, which is well and was read, and of harbor, which a test breaks."""

    def __init__(self, table: Table, client: Any) -> None:
        self.table, self.client = table, client
        self.fleet = DynamoFleet(table, NEW_YORK)
        for key in ("northwind", "harbor"):
            self.fleet.register(instance(key))
            state = self.fleet.watched([key])[key].state
            absorbed = absorb(state, observation(), DEFAULT_RULES, NEW_YORK)
            DynamoStates(table).record(state, absorbed, state_due_at(absorbed.state, DEFAULT_RULES, NEW_YORK), NOW)

    def delete(self, sk: str) -> None:
        self.client.delete_item(TableName=self.table.name, Key=to_wire({"pk": "INST#harbor", "sk": sk}))

    def spoil(self, sk: str, name: str) -> None:
        self.client.update_item(
            TableName=self.table.name,
            Key=to_wire({"pk": "INST#harbor", "sk": sk}),
            UpdateExpression="REMOVE #n",
            ExpressionAttributeNames={"#n": name},
        )

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(one.instance_id, one.item, one.why) for one in survey(self.table, NEW_YORK).unreadable]


@pytest.fixture
def broken(table: Table, emulator: Emulator) -> Broken:
    return Broken(table, emulator.client("dynamodb"))


def test_a_fleet_that_is_well_is_surveyed_whole(broken: Broken) -> None:
    found = survey(broken.table, NEW_YORK)

    assert found.fleet == broken.fleet.watched(["northwind", "harbor"])
    found.require_readable()


def test_what_is_removed_is_not_missed(broken: Broken) -> None:
    state = broken.fleet.watched(["harbor"])["harbor"].state
    DynamoStates(broken.table).retire(state, removal(state), NOW)

    assert set(survey(broken.table, NEW_YORK).fleet) == {"northwind"}
    assert broken.told == []


def test_how_the_mail_of_a_local_stack_stands_is_read_as_it_was_noted(table: Table) -> None:
    waits = MailStanding(2, NOW, 1, "mail.example answered 535")

    at_first = noted_standing(table)
    note_standing(table, waits)
    noted = noted_standing(table)
    note_standing(table, MailStanding())

    assert (at_first, noted, noted_standing(table)) == (MailStanding(), waits, MailStanding())


@pytest.mark.parametrize("sk", [CONFIG, STATE])
def test_half_an_instance_is_named(broken: Broken, sk: str) -> None:
    broken.delete(sk)

    assert broken.told == [("harbor", sk, "is missing")]
    assert set(survey(broken.table, NEW_YORK).fleet) == {"northwind"}


@pytest.mark.parametrize(("sk", "name"), [(CONFIG, "address"), (STATE, "obs_seq")])
def test_an_item_that_cannot_be_read_is_named_with_what_mends_it(broken: Broken, sk: str, name: str) -> None:
    broken.spoil(sk, name)

    assert broken.told == [("harbor", sk, "cannot be read (KeyError)")]
    with pytest.raises(UnreadableItemError, match=rf"harbor: .*{sk} cannot be read.* (Add|Restore)"):
        survey(broken.table, NEW_YORK).require_readable()


@pytest.mark.parametrize("breaks", [lambda broken: broken.delete(CONFIG), lambda broken: broken.spoil(CONFIG, "name")])
def test_to_add_it_again_mends_how_it_is_reached_and_keeps_what_is_remembered(broken: Broken, breaks: Any) -> None:
    before = broken.fleet.watched(["harbor"])["harbor"]
    breaks(broken)

    broken.fleet.register(instance("harbor"))

    after = broken.fleet.watched(["harbor"])["harbor"]
    assert (after.instance, after.state.series) == (before.instance, before.state.series)
    assert broken.told == []


@pytest.mark.parametrize("breaks", [lambda broken: broken.delete(STATE), lambda broken: broken.spoil(STATE, "ver")])
def test_what_is_remembered_is_never_made_up(broken: Broken, breaks: Any) -> None:
    breaks(broken)

    with pytest.raises(UnreadableItemError, match="restore it from a backup"):
        broken.fleet.register(instance("harbor"))

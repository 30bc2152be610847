"""Items that an earlier version wrote are read by this one."""

from typing import Any

from lapsewatch.adapters.dynamodb.items import STATE, pk_of, state_item, state_of
from lapsewatch.domain.clocks import Clock
from lapsewatch.domain.state import InstanceState

from tests.builders import EXPIRY, NOW, series, state


def item_of(known: InstanceState) -> dict[str, Any]:
    """Return the item of a state as it lies in the table."""
    attributes = {"pk": pk_of(known.instance_id), "sk": STATE, "ver": known.ver, **state_item(known)}
    return {name: value for name, value in attributes.items() if value is not None}


def test_one_note_for_both_clocks_is_told_apart() -> None:
    words = "the PBX gave an unusable expiration date (not a text); the PBX gave no maintenance date any more"

    assert state_of(item_of(state()) | {"note": words}).notes == {
        Clock.LICENSE: "the PBX gave an unusable expiration date (not a text)",
        Clock.MAINTENANCE: "the PBX gave no maintenance date any more",
    }


def test_a_note_that_was_told_apart_leaves_no_older_one_behind() -> None:
    assert state_item(state())["note"] is None


def test_a_state_from_before_silence_and_earlier_dates_were_kept_has_neither() -> None:
    item = item_of(state(unsaid={"FQDN": NOW}, running=[series(moved_from=EXPIRY)]))
    del item["unsaid"], item["license_series"]["moved_from"]

    known = state_of(item)

    assert known.unsaid == {}
    assert known.series == {Clock.LICENSE: series()}

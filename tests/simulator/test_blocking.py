"""A PBX that blocks whoever fails to sign in too often, as 3CX does by address."""

import httpx

from tests.simulator.live import Caller


def test_after_so_many_refusals_everything_is_forbidden(control: httpx.Client, office: Caller) -> None:
    control.patch(f"/instances/{office.pbx.id}", json={"blocks_after": 3})

    answers = [office.sign_in("wrong").status_code for _ in range(4)]

    assert answers == [401, 401, 401, 403]
    assert office.sign_in().status_code == 403
    assert control.get(f"/instances/{office.pbx.id}").json()["blocked"] is True


def test_an_admin_can_lift_the_block(control: httpx.Client, office: Caller) -> None:
    control.patch(f"/instances/{office.pbx.id}", json={"blocked": True})
    assert office.sign_in().status_code == 403

    control.patch(f"/instances/{office.pbx.id}", json={"blocked": False})

    assert office.sign_in().status_code == 200


def test_nobody_is_blocked_where_nobody_asked_for_it(office: Caller) -> None:
    for _ in range(10):
        office.sign_in("wrong")

    assert office.sign_in().status_code == 200

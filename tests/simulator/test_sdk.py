"""A client that others wrote works with the simulator as it does with a real PBX."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from threecx import (  # type: ignore[import-untyped]  # it is typed, but does not say so
    AuthenticationError,
    NotFoundError,
    ODataQuery,
    ThreeCXClient,
    ValidationError,
)

from tests.simulator.live import Caller


@pytest.fixture(autouse=True)
def trust(enterprise: Caller, control: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client takes no CA for its sign-in, but the environment of its process is heard."""
    path = tmp_path / "ca.pem"
    path.write_text(control.get("/ca.pem").text)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def sdk(enterprise: Caller) -> Iterator[ThreeCXClient]:
    pbx = enterprise.pbx
    with ThreeCXClient(f"https://localhost:{pbx.port}", pbx.user, pbx.password) as client:
        yield client


def test_the_sdk_reads_the_license(sdk: ThreeCXClient, enterprise: Caller) -> None:
    license = sdk.system.get_license()

    assert license.license_key == enterprise.pbx.license_key
    assert license.product_code == "3CXPSPROFENTSPLA"
    assert license.expiration_date == enterprise.pbx.vendor.expires_at
    assert license.company_name == enterprise.pbx.customer


def test_the_sdk_reads_the_system_status(sdk: ThreeCXClient, enterprise: Caller) -> None:
    status = sdk.system.get_status(ODataQuery().select("FQDN", "UserExtensions", "MaxUserExtensions"))

    assert status.fqdn == enterprise.pbx.fqdn
    assert (status.user_extensions, status.max_user_extensions) == (enterprise.pbx.users, enterprise.pbx.user_limit)
    assert status.license_key is None


def test_the_sdk_refreshes_the_license_and_sees_the_new_date(
    sdk: ThreeCXClient, enterprise: Caller, control: httpx.Client
) -> None:
    control.patch(f"/instances/{enterprise.pbx.id}", json={"expires_at": "2028-02-29T17:30:00Z"})
    before = sdk.system.get_license().expiration_date

    sdk.system.refresh_license()

    after = sdk.system.get_license().expiration_date
    assert before < after == datetime(2028, 2, 29, 17, 30, tzinfo=UTC)


def test_the_sdk_pages_through_all_users(sdk: ThreeCXClient, enterprise: Caller) -> None:
    enterprise.pbx.users = 250

    users = list(sdk.users.iterate(ODataQuery().select("Id", "Number", "AIAgent")))

    assert len({user.number for user in users}) == 250
    assert sum(bool(user.ai_agent) for user in users) == enterprise.pbx.ai_users


def test_the_sdk_reads_the_license_parameters(sdk: ThreeCXClient, enterprise: Caller) -> None:
    parameters = sdk.defs.get_license_parameters()

    assert parameters["IsEnterprise"] is True
    assert parameters["MaxSimCalls"] == enterprise.pbx.sim_calls


def test_the_sdk_is_refused_with_a_wrong_secret(enterprise: Caller) -> None:
    with (
        ThreeCXClient(f"https://localhost:{enterprise.pbx.port}", enterprise.pbx.user, "wrong") as client,
        pytest.raises(AuthenticationError) as refused,
    ):
        client.system.get_status()

    assert refused.value.status_code == 401


def test_the_sdk_is_told_of_a_property_that_does_not_exist(sdk: ThreeCXClient) -> None:
    with pytest.raises(ValidationError, match="Shoesize"):
        sdk.system.get_status(ODataQuery().select("Shoesize"))


def test_the_sdk_is_told_of_a_path_that_does_not_exist(sdk: ThreeCXClient) -> None:
    with pytest.raises(NotFoundError):
        sdk.get("/Nowhere")


def test_the_sdk_loses_its_token_to_another_reader_and_gets_a_new_one(sdk: ThreeCXClient, enterprise: Caller) -> None:
    sdk.system.get_status()
    enterprise.sign_in()

    with pytest.raises(AuthenticationError):
        sdk.system.get_status()
    sdk.invalidate_token()

    assert sdk.system.get_status().fqdn == enterprise.pbx.fqdn
    assert enterprise.pbx.counters["overlapping"] == 1

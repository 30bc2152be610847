"""Credentials as they are stored: two forms, and nothing of them in any error."""

import logging
from typing import Any

import pytest
from lapsewatch.adapters.secrets import SsmSecrets
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access

from tests.builders import instance


class FakeSsm:
    """Has one parameter for everybody."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> dict[str, Any]:  # noqa: N803  AWS's names
        return {"Parameters": [{"Name": name, "Value": self._text} for name in Names]}


def stored(text: str) -> PbxSecret | None:
    client: Any = FakeSsm(text)
    return SsmSecrets(client).of([instance()]).get("northwind")


def test_a_user_and_a_password_are_for_any_way_in() -> None:
    assert stored('{"user": "900", "password": "p"}') == PbxSecret("900", "p")


def test_a_client_id_and_its_secret_are_for_an_api_client_only() -> None:
    assert stored('{"client_id": "lapsewatch", "client_secret": "s"}') == PbxSecret(
        "lapsewatch", "s", Access.API_CLIENT
    )


@pytest.mark.fault("C3")
@pytest.mark.parametrize(
    "text",
    [
        "canary",
        "{}",
        "null",
        '["canary"]',
        '{"client_id": "canary"}',
        '{"client_id": "canary", "password": "canary"}',
        '{"user": "", "password": "canary"}',
        '{"user": "canary", "password": 7}',
    ],
)
def test_what_holds_no_credentials_is_left_out_and_never_printed(text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    assert stored(text) is None
    assert caplog.records
    assert "canary" not in caplog.text

"""The key that signs sessions: made by whoever needs it first, kept for a while, replaced by hand."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from lapsewatch.adapters.secrets import MAX_AGE, SsmSecret, acknowledge_key, session_key
from lapsewatch.errors import SettingsError

from local.emulator import Emulator


@pytest.fixture
def path() -> str:
    return f"/lapsewatch/{uuid4().hex[:8]}"


def stored(emulator: Emulator, path: str) -> str:
    answer = emulator.client("ssm").get_parameter(Name=f"{path}/session-key", WithDecryption=True)["Parameter"]
    assert answer["Type"] == "SecureString"
    return str(answer["Value"])


def replace(emulator: Emulator, path: str, text: str) -> None:
    emulator.client("ssm").put_parameter(Name=f"{path}/session-key", Value=text, Type="SecureString", Overwrite=True)


def test_a_stack_without_a_key_makes_one_and_keeps_it(emulator: Emulator, path: str) -> None:
    first = session_key(emulator.client("ssm"), path).content()
    second = session_key(emulator.client("ssm"), path).content()

    assert len(first) == 32
    assert first == second == bytes.fromhex(stored(emulator, path))


def test_of_many_that_make_it_at_once_one_has_made_it(emulator: Emulator, path: str) -> None:
    keys = [session_key(emulator.client("ssm"), path) for _ in range(10)]

    with ThreadPoolExecutor(10) as threads:
        found = set(threads.map(lambda key: key.content(), keys))

    assert found == {bytes.fromhex(stored(emulator, path))}


def test_a_replaced_key_is_used_within_five_minutes(emulator: Emulator, path: str) -> None:
    clock = [0.0]
    key = session_key(emulator.client("ssm"), path, monotonic=lambda: clock[0])
    old = key.content()
    replace(emulator, path, "ab" * 32)

    clock[0] += MAX_AGE
    new = key.content()

    assert (new, old != new) == (b"\xab" * 32, True)


@pytest.mark.fault("C3")
@pytest.mark.parametrize("text", ["not hexadecimal", "ab" * 31])
def test_a_key_that_is_too_weak_to_sign_with_is_refused_and_not_repeated(
    emulator: Emulator, path: str, text: str
) -> None:
    replace(emulator, path, text)

    with pytest.raises(SettingsError, match="replace it with `lapsewatch session-key`") as raised:
        session_key(emulator.client("ssm"), path).content()

    assert text not in str(raised.value)


def test_the_key_is_encrypted_with_the_account_s_own_if_there_is_one() -> None:
    client = Recording()
    key: SsmSecret[bytes] = session_key(client, "/lapsewatch/x", "arn:aws:kms:eu-central-1:1:key/own")  # type: ignore[arg-type]  # it has the two calls

    key.content()

    assert client.put["KeyId"] == "arn:aws:kms:eu-central-1:1:key/own"
    assert client.put["Overwrite"] is False


class Recording:
    """Parameter Store as far as it is asked here."""

    def __init__(self) -> None:
        self.put: dict[str, Any] = {}

    def get_parameter(self, **_: Any) -> Any:
        if not self.put:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": self.put}

    def put_parameter(self, **asked: Any) -> None:
        self.put = asked


def test_the_key_of_links_is_another_one(emulator: Emulator, path: str) -> None:
    links, sessions = (make(emulator.client("ssm"), path).content() for make in (acknowledge_key, session_key))

    assert len(links) == 32
    assert links != sessions
    assert acknowledge_key(emulator.client("ssm"), path).content() == links

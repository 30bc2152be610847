"""One api function per test."""

import pytest

from tests.functions.caller import Api


@pytest.fixture
def api() -> Api:
    return Api()

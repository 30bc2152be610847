"""What a shelf promises of its catalog, on the fake and on the real bucket."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from lapsewatch.adapters.catalog import CATALOG
from lapsewatch.adapters.s3 import S3Pages, S3Shelf
from lapsewatch.domain.catalog import Catalog, Rendered
from lapsewatch.errors import ConflictError
from lapsewatch.ports import Pages

from local.emulator import Emulator
from tests.fakes import FakePages

NOW = datetime(2026, 6, 9, 14, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def bucket(emulator: Emulator) -> tuple[Any, str]:
    client, name = emulator.client("s3"), f"pages-{uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    return client, name


@pytest.fixture(params=["fake", "emulator"])
def pages(request: pytest.FixtureRequest) -> Pages:
    return FakePages() if request.param == "fake" else S3Pages(*request.getfixturevalue("bucket"))


def test_a_catalog_comes_back_as_it_was_kept(pages: Pages) -> None:
    assert pages.catalog() == Catalog()

    kept = pages.keep(Catalog(NOW, NOW, {"index.html": "1a"}))

    assert pages.catalog() == kept
    assert (kept.begun_at, kept.generated_at, kept.fingerprints) == (NOW, NOW, {"index.html": "1a"})


def test_a_catalog_that_another_report_replaced_cannot_be_replaced_again(pages: Pages) -> None:
    seen = pages.catalog()
    pages.keep(Catalog(NOW))

    with pytest.raises(ConflictError):
        pages.keep(Catalog(NOW, NOW))
    with pytest.raises(ConflictError):
        pages.keep(seen)

    assert pages.catalog().generated_at is None


def test_many_pages_are_put_at_once(bucket: tuple[Any, str]) -> None:
    pages = [Rendered(f"customers/{number}.html", "text/html", b"%d" % number, "") for number in range(25)]

    S3Pages(*bucket).put_all(pages, NOW)

    shelf = S3Shelf(*bucket)
    found = [shelf.page(page.name, None) for page in pages]
    assert [page.body for page in found if page] == [page.body for page in pages]


def test_the_shelf_tells_when_a_page_was_written_and_when_all_were_looked_over(bucket: tuple[Any, str]) -> None:
    shelf, pages = S3Shelf(*bucket), S3Pages(*bucket)
    assert (shelf.known("index.html"), shelf.looked_over_at()) == (None, None)

    pages.put("index.html", b"page", "text/html", NOW)
    begun = pages.keep(Catalog(NOW))

    known = shelf.known("index.html")
    assert known is not None
    assert known[1] == NOW
    assert shelf.looked_over_at() is None
    pages.keep(Catalog(NOW, NOW, version=begun.version))
    assert shelf.looked_over_at() == NOW


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"fingerprints": {"a": 1}}'])
def test_a_catalog_that_cannot_be_read_is_empty_and_can_be_replaced(bucket: tuple[Any, str], body: bytes) -> None:
    client, name = bucket
    client.put_object(Bucket=name, Key=CATALOG, Body=body)
    pages = S3Pages(client, name)

    found = pages.catalog()

    assert (found.fingerprints, found.begun_at) == ({}, None)
    assert pages.keep(Catalog(NOW, version=found.version)) == pages.catalog()

"""Pages in the bucket: whole or not at all, and never an older one over a newer one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from lapsewatch.adapters.s3 import S3Pages, S3Shelf
from lapsewatch.errors import ConflictError

from local.emulator import Emulator

NOW = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
HTML = "text/html; charset=utf-8"


class Busy:
    """A client of S3 that lets another render in right before each of its writes."""

    def __init__(self, inner: Any, before_put: Callable[[], None]) -> None:
        self._inner = inner
        self._before_put = before_put

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def put_object(self, **request: Any) -> Any:
        self._before_put()
        return self._inner.put_object(**request)


@pytest.fixture
def bucket(emulator: Emulator) -> tuple[Any, str]:
    client, name = emulator.client("s3"), f"pages-{uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    return client, name


def test_a_page_comes_back_as_it_was_put(bucket: tuple[Any, str]) -> None:
    pages, shelf = S3Pages(*bucket), S3Shelf(*bucket)

    assert shelf.page("index.html", None) is None
    assert pages.put("index.html", b"first", HTML, NOW)

    found = shelf.page("index.html", None)
    assert found is not None
    assert (found.body, found.content_type, found.generated_at) == (b"first", HTML, NOW)
    known = shelf.page("index.html", found.etag)
    assert known is not None
    assert known.stored is None


def test_a_page_is_stored_compressed_and_the_same_page_as_the_same_bytes(bucket: tuple[Any, str]) -> None:
    pages, shelf = S3Pages(*bucket), S3Shelf(*bucket)
    body = b"<p>the same again</p>" * 100

    pages.put("index.html", body, HTML, NOW)
    pages.put("calendar.html", body, HTML, NOW + timedelta(minutes=1))

    found, again = shelf.page("index.html", None), shelf.page("calendar.html", None)
    assert found is not None
    assert again is not None
    assert (found.encoding, found.body) == ("gzip", body)
    assert found.stored is not None
    assert len(found.stored) < len(body) / 10
    assert found.stored == again.stored


def test_a_page_from_before_pages_were_compressed_is_still_there(bucket: tuple[Any, str]) -> None:
    client, name = bucket
    client.put_object(Bucket=name, Key="index.html", Body=b"plain", ContentType=HTML)

    found = S3Shelf(client, name).page("index.html", None)

    assert found is not None
    assert (found.encoding, found.body) == ("", b"plain")


def test_an_older_page_never_replaces_a_newer_one(bucket: tuple[Any, str]) -> None:
    pages, shelf = S3Pages(*bucket), S3Shelf(*bucket)
    pages.put("index.html", b"newer", HTML, NOW)

    assert not pages.put("index.html", b"older", HTML, NOW - timedelta(seconds=1))

    found = shelf.page("index.html", None)
    assert found is not None
    assert found.body == b"newer"


@pytest.mark.parametrize("first", [False, True], ids=["over a page", "as the first page"])
def test_a_newer_page_that_slips_in_during_the_write_stays(bucket: tuple[Any, str], first: bool) -> None:
    client, name = bucket
    if not first:
        S3Pages(client, name).put("index.html", b"old", HTML, NOW - timedelta(hours=1))
    newer = [lambda: S3Pages(client, name).put("index.html", b"newest", HTML, NOW + timedelta(seconds=5))]
    late = S3Pages(Busy(client, lambda: newer.pop()() if newer else None), name)  # type: ignore[arg-type]

    assert not late.put("index.html", b"late", HTML, NOW)
    found = S3Shelf(client, name).page("index.html", None)
    assert found is not None
    assert found.body == b"newest"


def test_a_page_that_others_keep_replacing_is_given_up_with_an_error(bucket: tuple[Any, str]) -> None:
    client, name = bucket
    bodies = iter(range(100))
    others = S3Pages(client, name)
    put_another = lambda: others.put("index.html", b"other %d" % next(bodies), HTML, NOW - timedelta(hours=1))  # noqa: E731
    pages = S3Pages(Busy(client, put_another), name)  # type: ignore[arg-type]

    with pytest.raises(ConflictError, match=r"index\.html"):
        pages.put("index.html", b"ours", HTML, NOW)


def test_what_is_put_once_is_not_written_again(bucket: tuple[Any, str]) -> None:
    client, name = bucket
    S3Pages(client, name).put_once("assets/page-1234.css", b"a{}", "text/css")
    writes: list[None] = []

    S3Pages(Busy(client, lambda: writes.append(None)), name).put_once("assets/page-1234.css", b"b{}", "text/css")  # type: ignore[arg-type]

    assert writes == []

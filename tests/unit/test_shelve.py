"""Only what shows something new is put on the shelf, and never an older page over a newer one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from lapsewatch.domain.catalog import Catalog, Rendered, fingerprint
from lapsewatch.errors import ConflictError
from lapsewatch.shelve import shelve

from tests.fakes import FakePages

NOW = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
GONE = Rendered("", "text/html", b"gone", "")


def rendered(**bodies: str) -> Callable[[], Iterator[Rendered]]:
    return lambda: (
        Rendered(name, "text/html", body.encode(), fingerprint(body.encode())) for name, body in bodies.items()
    )


class Interrupted(FakePages):
    """A shelf at which something else happens right before pages are put."""

    def __init__(self, before_put: Callable[[], object]) -> None:
        super().__init__()
        self._before_put = [before_put]

    def put_all(self, pages: Sequence[Rendered], generated_at: datetime) -> None:
        while self._before_put:
            self._before_put.pop()()
        super().put_all(pages, generated_at)


class Crowded(FakePages):
    """A shelf whose catalog others always replace first."""

    def keep(self, catalog: Catalog) -> Catalog:
        raise ConflictError


def test_what_shows_nothing_new_is_not_put_again() -> None:
    pages = FakePages()
    shelve(pages, rendered(a="1", b="1"), GONE, NOW)
    pages.puts.clear()

    counts = shelve(pages, rendered(a="1", b="2"), GONE, LATER)

    assert pages.puts == ["b"]
    assert counts == (1, 0)
    assert pages.catalog().generated_at == LATER


def test_a_report_without_any_change_moves_only_the_instant_of_the_catalog() -> None:
    pages = FakePages()
    shelve(pages, rendered(a="1"), GONE, NOW)
    pages.puts.clear()

    shelve(pages, rendered(a="1"), GONE, LATER)

    assert pages.puts == []
    assert pages.catalog().generated_at == LATER


def test_a_page_that_is_no_more_says_so_once_and_can_come_back() -> None:
    pages = FakePages()
    shelve(pages, rendered(a="1", b="1"), GONE, NOW)

    shelve(pages, rendered(a="1"), GONE, LATER)

    assert pages.bodies["b"] == b"gone"
    pages.puts.clear()
    shelve(pages, rendered(a="1"), GONE, LATER)
    assert pages.puts == []
    shelve(pages, rendered(a="1", b="1"), GONE, LATER)
    assert pages.bodies["b"] == b"1"


@pytest.mark.fault("R2")
def test_an_older_report_changes_nothing() -> None:
    pages = FakePages()
    shelve(pages, rendered(a="new"), GONE, LATER)

    counts = shelve(pages, rendered(a="old", b="old"), GONE, NOW)

    assert pages.bodies == {"a": b"new"}
    assert counts == (0, 1)


@pytest.mark.fault("R2")
def test_an_older_report_that_was_overtaken_cannot_put_what_the_newer_one_left_as_it_was() -> None:
    pages = Interrupted(lambda: shelve(pages, rendered(a="1", b="2"), GONE, LATER))
    FakePages.put_all(pages, [Rendered("a", "text/html", b"1", "")], NOW - timedelta(hours=1))
    pages.keep(Catalog(NOW - timedelta(hours=1), None, {"a": fingerprint(b"1")}))

    replaced, outdated = shelve(pages, rendered(a="old", b="old"), GONE, NOW)

    assert (pages.bodies["a"], pages.bodies["b"]) == (b"1", b"2")
    assert (replaced, outdated) == (0, 2)


@pytest.mark.fault("R2")
def test_a_newer_report_that_left_all_as_it_was_still_shuts_out_an_older_one() -> None:
    pages = FakePages()
    shelve(pages, rendered(a="1"), GONE, NOW - timedelta(hours=1))
    seen_by_the_older = pages.catalog()

    shelve(pages, rendered(a="1"), GONE, LATER)

    with pytest.raises(ConflictError):
        pages.keep(seen_by_the_older)


def test_what_a_report_broke_off_from_is_put_by_the_next() -> None:
    def broken() -> None:
        raise OSError("the network is gone")

    pages = Interrupted(broken)
    with pytest.raises(OSError, match="network"):
        shelve(pages, rendered(a="1"), GONE, NOW)

    assert pages.catalog().generated_at is None
    shelve(pages, rendered(a="1"), GONE, LATER)
    assert pages.bodies == {"a": b"1"}


@pytest.mark.fault("R1")
def test_nothing_is_touched_before_every_page_is_rendered() -> None:
    def half() -> Iterator[Rendered]:
        yield from rendered(a="2")()
        raise ValueError("cannot be rendered")

    pages = FakePages()
    shelve(pages, rendered(a="1"), GONE, NOW)
    before = pages.catalog()

    with pytest.raises(ValueError, match="cannot be rendered"):
        shelve(pages, half, GONE, LATER)

    assert (pages.bodies, pages.catalog()) == ({"a": b"1"}, before)


def test_reports_that_never_get_their_turn_give_up_with_an_error() -> None:
    pages = Crowded()

    with pytest.raises(ConflictError, match="replaced"):
        shelve(pages, rendered(a="1"), GONE, NOW)

"""What every page is made with: texts that are safe, parts that follow each other, the place of the page."""

from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from lapsewatch.adapters.pages import render_calendar, render_index
from lapsewatch.adapters.pages.addresses import customer_views
from lapsewatch.adapters.pages.engine import APART, AT_ONCE, escaped, part
from lapsewatch.adapters.pages.rows import row_views

from tests.unit.pages.builders import fleet, many, status_row
from tests.unit.pages.test_safety import Renderer


class Pair(NamedTuple):
    first: str
    second: str


def test_texts_are_escaped_one_by_one() -> None:
    assert list(escaped(Pair._make, [Pair("<b>", ""), Pair("a & b", "'\"")])) == [
        ("&lt;b&gt;", ""),
        ("a &amp; b", "&#x27;&quot;"),
    ]


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE])
def test_views_are_escaped_in_their_order_however_many(count: int) -> None:
    views = [Pair(f"<{number}", "") for number in range(count)]

    assert list(escaped(Pair._make, views)) == [(f"&lt;{number}", "") for number in range(count)]


@pytest.mark.parametrize("texts", [[f"<{APART}", "b"], ["a", f"b{APART}{APART}"], [APART], [f"a{APART}", APART, "c"]])
def test_what_stands_between_texts_cannot_part_one(texts: list[str]) -> None:
    assert [*next(escaped(tuple[str, ...], [tuple(texts)]))] == [
        text.replace(APART, "\ufffd").replace("<", "&lt;") for text in texts
    ]


def test_many_rows_follow_each_other_as_few_do() -> None:
    status = many(2 * AT_ONCE + 1)
    rows = list(row_views(status.rows, status, customer_views(status)))

    assert part("rows", rows) == "".join(part("rows", [row]) for row in rows)


@pytest.mark.parametrize(("render", "place"), [(render_index, "Status"), (render_calendar, "Calendar")])
def test_a_page_marks_its_own_place_among_the_pages(render: Renderer, place: str) -> None:
    page = BeautifulSoup(render(fleet([status_row()])), "html.parser")

    assert [link.get_text() for link in page.select("a[aria-current=page]")] == [place]

"""The template engine, the same for every page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from html import escape
from itertools import batched, chain
from typing import TYPE_CHECKING, Any

from lapsewatch.adapters.pages.files import asset_path

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

APART = "\x1f"
"""Stands between texts that are escaped together; no character of HTML."""

AT_ONCE = 500


def page(template: str, **facts: Any) -> str:
    """Return a whole page."""
    return printable(_environment().get_template(f"{template}.html.jinja").render(facts, here=template))


def part(template: str, items: Iterable[object]) -> "Markup":
    """Return what a template makes of many items that are escaped already, to be placed in a page as it is."""
    from markupsafe import Markup  # noqa: PLC0415  comes with Jinja, see below

    render = _environment().get_template(f"{template}.html.jinja").render
    # A few at a time: a template holds every little piece of text until it is through.
    return Markup("".join(render(items=some) for some in batched(items, AT_ONCE, strict=False)))  # noqa: S704  # nosec B704  see `escaped`


def escaped[View: tuple[str, ...]](make: Callable[[Iterable[str]], View], views: Iterable[View]) -> Iterator[View]:
    """Yield views whose texts are safe for a template that escapes nothing itself: many in one go, which makes it fast.

    `make` is what makes a view of its texts; all views have the same number of them.
    """
    for some in batched(views, AT_ONCE, strict=False):
        texts = _escaped(list(chain.from_iterable(some)))
        yield from map(make, batched(texts, len(some[0]), strict=True))


def _escaped(texts: Sequence[str]) -> list[str]:
    joined = APART.join(texts)
    if joined.count(APART) >= len(texts):
        joined = APART.join([text.replace(APART, "\ufffd") for text in texts])
    return escape(joined).split(APART)


def printable(text: str) -> str:
    """Return what can be stored: a lone surrogate cannot be encoded, and a NUL is no character of HTML."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode(errors="replace").decode()
    return text.replace("\0", "\ufffd")


@cache
def _environment() -> "Environment":
    # Imported here because the API serves most pages from the bucket and then never needs it.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        autoescape=True,
        auto_reload=False,
        loader=PackageLoader("lapsewatch"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["asset"] = asset_path
    return environment

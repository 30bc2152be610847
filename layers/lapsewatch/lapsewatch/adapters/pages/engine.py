"""The template engine, the same for every page."""

from functools import cache
from typing import TYPE_CHECKING, Any

from lapsewatch.adapters.pages.files import asset_path

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def page(template: str, **facts: Any) -> str:
    """Return a whole page."""
    return printable(_environment().get_template(f"{template}.html.jinja").render(facts, here=template))


def part(template: str, **facts: Any) -> "Markup":
    """Return a part of a page, to be placed in it as it is."""
    from markupsafe import Markup  # noqa: PLC0415  comes with Jinja, see below

    # Safe: the part went through the same autoescaping environment.
    return Markup(_environment().get_template(f"{template}.html.jinja").render(facts))  # noqa: S704


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

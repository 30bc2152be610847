"""Where on this site things are. All of it is safe in an address, whatever the names are."""

from urllib.parse import quote

from lapsewatch.domain.customers import slug_of, too_large
from lapsewatch.domain.status import Band, FleetStatus


def customer_page(name: str) -> str:
    """Return the address of a customer's own page, which a large fleet has."""
    return f"/customers/{slug_of(name)}"


def row_anchor(instance_id: str) -> str:
    """Return the place of an instance on the page that it is on."""
    return f"#instance-{quoted(instance_id)}"


def row_pages(status: FleetStatus) -> dict[str, str]:
    """Return the page that the rows of each customer are on."""
    names = {row.customer for row in status.rows}
    return {name: customer_page(name) if too_large(status) else "/" for name in names}


def customer_views(status: FleetStatus) -> dict[str, str]:
    """Return what each customer's name leads to: all of its rows, or without the script the first of them."""
    first = {row.customer: row_anchor(row.instance_id) for row in reversed(status.rows)}
    return {name: f"/?customer={quoted(name)}{anchor}" for name, anchor in first.items()} | {"": ""}


def first_rows(status: FleetStatus) -> dict[str, str]:
    """Return the place of the first row of each band; nothing for a band without any."""
    first = {row.band: row.instance_id for row in reversed(status.rows)}
    return {band.value: row_anchor(first[band]) if band in first else "" for band in Band}


def quoted(text: str) -> str:
    """Return a text as a part of an address."""
    return quote(text.encode(errors="replace"), safe="")

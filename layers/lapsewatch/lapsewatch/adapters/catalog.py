"""The catalog as it is stored. One that cannot be read is as good as none: every page is put anew."""

import logging

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from lapsewatch.domain.catalog import Catalog

log = logging.getLogger(__name__)

CATALOG = "catalog.json"


class _Stored(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    begun_at: AwareDatetime | None
    generated_at: AwareDatetime | None
    fingerprints: dict[str, str]


def catalog_body(catalog: Catalog) -> bytes:
    """Return a catalog as bytes; its version is whatever the shelf makes of them."""
    stored = _Stored(
        begun_at=catalog.begun_at, generated_at=catalog.generated_at, fingerprints=dict(catalog.fingerprints)
    )
    return stored.model_dump_json().encode()


def catalog_of(body: bytes, version: str) -> Catalog:
    """Return a stored catalog."""
    try:
        stored = _Stored.model_validate_json(body)
    except ValidationError:
        log.warning("the catalog cannot be read: every page is put anew")
        return Catalog(version=version)
    return Catalog(stored.begun_at, stored.generated_at, stored.fingerprints, version)

"""Pages in a private bucket: whole or not at all, and never an older one over a newer one."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lapsewatch.adapters.catalog import CATALOG, catalog_body, catalog_of
from lapsewatch.adapters.dynamodb.table import instant_of
from lapsewatch.domain.catalog import Catalog, Rendered
from lapsewatch.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

GZIP = "gzip"
COMPRESSION = 6
"""Once for each put: more takes twice as long for a hundredth less."""
GENERATED_AT = "generated-at"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
TRIES = 5
AT_ONCE = 10
"""Pages that are put at the same time: as many connections as a client keeps."""


@dataclass(frozen=True, slots=True)
class ShelvedPage:
    """A page as stored; `stored` is None when the caller has it already."""

    stored: bytes | None
    content_type: str
    etag: str
    generated_at: datetime | None = None
    """When it was rendered; None without a body, and for what is not rendered."""
    encoding: str = ""
    """`gzip`, or empty for what was put before pages were compressed."""

    @property
    def body(self) -> bytes | None:
        """Return what was put."""
        return gzip.decompress(self.stored) if self.stored and self.encoding == GZIP else self.stored


class S3Shelf:
    """The api's side of the bucket: read only."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def page(self, name: str, known_etag: str | None) -> ShelvedPage | None:
        """Return a page, without its body if the caller knows it already; None if there is no such page."""
        condition: Any = {"IfNoneMatch": known_etag} if known_etag else {}
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=name, **condition)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in {"304", "NotModified"} and known_etag:
                return ShelvedPage(None, "", known_etag)
            if code in {"404", "NoSuchKey", "403", "AccessDenied"}:
                return None
            raise
        generated_at = _generated_at(answer["Metadata"])
        encoding = answer.get("ContentEncoding", "")
        return ShelvedPage(answer["Body"].read(), answer["ContentType"], answer["ETag"], generated_at, encoding)

    def known(self, name: str) -> tuple[str, datetime] | None:
        """Return the ETag of what is there and when it was generated; None if there is no such page."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            # Without the right to list, S3 calls a missing object forbidden.
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "403"}:
                return None
            raise
        return head["ETag"], _generated_at(head["Metadata"]) or LONG_AGO

    def looked_over_at(self) -> datetime | None:
        """Return when the newest report was through: every page is as it was then."""
        found = self.known(CATALOG)
        return found[1] if found and found[1] > LONG_AGO else None


class S3Pages:
    """The report's side of the bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._shelf = S3Shelf(client, bucket)

    def put(self, name: str, body: bytes, content_type: str, generated_at: datetime) -> bool:
        for _ in range(TRIES):
            known = self._shelf.known(name)
            if known and known[1] > generated_at:
                return False
            condition = {"IfMatch": known[0]} if known else {"IfNoneMatch": "*"}
            if self._put(name, body, content_type, _metadata(generated_at), condition) is not None:
                return True
        raise ConflictError(f"{name} kept being replaced by other renders")

    def put_all(self, pages: Sequence[Rendered], generated_at: datetime) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda page: self.put(page.name, page.body, page.content_type, generated_at), pages))

    def put_once(self, name: str, body: bytes, content_type: str) -> None:
        if self._shelf.known(name) is None:
            self._put(name, body, content_type, {}, {"IfNoneMatch": "*"})

    def catalog(self) -> Catalog:
        found = self._shelf.page(CATALOG, None)
        return catalog_of(found.body, found.etag) if found and found.body is not None else Catalog()

    def keep(self, catalog: Catalog) -> Catalog:
        condition = {"IfMatch": catalog.version} if catalog.version else {"IfNoneMatch": "*"}
        metadata = _metadata(catalog.generated_at) if catalog.generated_at else {}
        version = self._put(CATALOG, catalog_body(catalog), "application/json", metadata, condition)
        if version is None:
            raise ConflictError("another report replaced the catalog meanwhile")
        return replace(catalog, version=version)

    def _put(self, name: str, body: bytes, content_type: str, metadata: dict[str, str], condition: Any) -> str | None:
        """Compress and put; return the ETag, or None if the condition did not hold."""
        try:
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=gzip.compress(body, COMPRESSION, mtime=0),
                ContentEncoding=GZIP,
                ContentType=content_type,
                Metadata=metadata,
                **condition,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}:
                return None
            raise
        return answer["ETag"]


def _metadata(generated_at: datetime) -> dict[str, str]:
    """Return what is stored beside a page: to the microsecond, because two reports may run in one second."""
    return {GENERATED_AT: generated_at.astimezone(UTC).isoformat()}


def _generated_at(metadata: Mapping[str, str]) -> datetime | None:
    text = metadata.get(GENERATED_AT)
    return instant_of(text) if text else None

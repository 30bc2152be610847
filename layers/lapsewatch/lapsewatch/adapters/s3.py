"""Pages in a private bucket: whole or not at all, and never an older one over a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lapsewatch.adapters.dynamodb.table import instant_of, stamp
from lapsewatch.errors import ConflictError

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

GENERATED_AT = "generated-at"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
TRIES = 5


@dataclass(frozen=True, slots=True)
class ShelvedPage:
    """A page as stored; `body` is None when the caller has it already."""

    body: bytes | None
    content_type: str
    etag: str
    generated_at: datetime | None = None
    """When it was rendered; None without a body, and for what is not rendered."""


class S3Pages:
    """The report's side of the bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: str, body: bytes, content_type: str, generated_at: datetime) -> bool:
        for _ in range(TRIES):
            known = self._known(name)
            if known and known[1] > generated_at:
                return False
            condition = {"IfMatch": known[0]} if known else {"IfNoneMatch": "*"}
            if self._put(name, body, content_type, {GENERATED_AT: stamp(generated_at)}, condition):
                return True
        raise ConflictError(f"{name} kept being replaced by other renders")

    def put_once(self, name: str, body: bytes, content_type: str) -> None:
        if self._known(name) is None:
            self._put(name, body, content_type, {}, {"IfNoneMatch": "*"})

    def _known(self, name: str) -> tuple[str, datetime] | None:
        """Return the ETag of what is there and when it was generated."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            # Without the right to list, S3 calls a missing object forbidden.
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "403"}:
                return None
            raise
        return head["ETag"], _generated_at(head["Metadata"]) or LONG_AGO

    def _put(self, name: str, body: bytes, content_type: str, metadata: dict[str, str], condition: Any) -> bool:
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=name, Body=body, ContentType=content_type, Metadata=metadata, **condition
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}:
                return False
            raise
        return True


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
        return ShelvedPage(answer["Body"].read(), answer["ContentType"], answer["ETag"], generated_at)


def _generated_at(metadata: Mapping[str, str]) -> datetime | None:
    text = metadata.get(GENERATED_AT)
    return instant_of(text) if text else None

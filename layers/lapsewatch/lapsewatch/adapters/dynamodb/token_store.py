"""Access tokens in the table, by their public id."""

from datetime import datetime

from lapsewatch.adapters.dynamodb.table import Table, instant_of, stamp
from lapsewatch.adapters.dynamodb.updates import put_new, update
from lapsewatch.adapters.dynamodb.wire import Item
from lapsewatch.domain.tokens import Role, Token

TOKENS = "META#TOKENS"


class DynamoTokens:
    """Tokens under one key: a stack has a few dozen."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def token(self, token_id: str) -> Token | None:
        item = self._table.get(TOKENS, token_id)
        return None if item is None else _token_of(item)

    def add(self, token: Token) -> None:
        self._table.write(
            put_new(
                {
                    "pk": TOKENS,
                    "sk": token.token_id,
                    "role": token.role.value,
                    "label": token.label,
                    "digest": token.digest,
                    "created_at": stamp(token.created_at),
                }
            )
        )

    def revoke(self, token_id: str, now: datetime) -> None:
        self._table.write(update(TOKENS, token_id, {"revoked_at": stamp(now)}, condition="attribute_exists(pk)"))

    def tokens(self) -> list[Token]:
        return [_token_of(item) for item in self._table.query("pk = :pk", {":pk": TOKENS})]


def _token_of(item: Item) -> Token:
    return Token(
        token_id=item["sk"],
        role=Role(item["role"]),
        label=item["label"],
        digest=bytes(item["digest"]),
        created_at=instant_of(item["created_at"]),
        revoked_at=instant_of(item["revoked_at"]) if "revoked_at" in item else None,
    )

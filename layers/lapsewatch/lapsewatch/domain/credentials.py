"""What a PBX is entered with."""

from dataclasses import dataclass

from lapsewatch.domain.instance import Access


@dataclass(frozen=True, slots=True)
class PbxSecret:
    """A client id and its secret, or a user and a password. Neither is ever printed."""

    user: str
    password: str
    way: Access | None = None
    """The only way in that these are for, if their own names tell."""

    def __repr__(self) -> str:
        return "PbxSecret(…)"

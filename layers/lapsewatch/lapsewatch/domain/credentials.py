"""What a PBX is entered with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PbxSecret:
    """A client id and its secret, or an extension and its password. Neither is ever printed."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "PbxSecret(…)"

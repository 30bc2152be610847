"""What people may do for whom an identity provider vouches: by the claims of a token that the gateway has checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lapsewatch.domain.tokens import Role

ENTRY = re.compile(r"(role:[\w.-]+|[\w.%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:=(viewer|operator|admin))?", re.ASCII)
APP_ROLE = "role:"
GOOGLE = frozenset({"https://accounts.google.com", "accounts.google.com"})
GMAIL = "gmail.com"
LONGEST_LABEL = 100

type Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grants:
    """Whom which role is given: `role:NAME`, an address, or `@` and a domain, in small letters. None is nobody."""

    roles: Mapping[str, Role]


def grants_from(text: str) -> Grants:
    """Read grants such as `@example.com, kim@example.com=admin, role:Operator=operator`; a viewer's need no role.

    Raises ValueError for anything else, and for one that is given twice.
    """
    roles: dict[str, Role] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = ENTRY.fullmatch(part)
        who = found[1] if found and found[1].startswith(APP_ROLE) else part.partition("=")[0].lower()
        if found is None or who in roles:
            raise ValueError("give role:NAME, an address or @domain once each, with =viewer, =operator or =admin")
        roles[who] = Role(found[2] or Role.VIEWER)
    return Grants(roles)


def granted(grants: Grants, claims: Claims) -> Role | None:
    """Return the strongest role that the claims of a checked token have; None if nobody gave them one."""
    order = list(Role)
    found = [grants.roles[who] for who in _names(claims) if who in grants.roles]
    return max(found, key=order.index, default=None)


def label_of(claims: Claims) -> str:
    """Return who it is, for people: the address, or what the provider calls them."""
    words = (claims.get(name) for name in ("email", "preferred_username", "sub"))
    text = next((str(word) for word in words if word), "somebody")
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_LABEL] + " (OIDC)"


def _names(claims: Claims) -> Iterator[str]:
    yield from (f"{APP_ROLE}{name}" for name in _several(claims.get("roles")))
    address = str(claims.get("email") or "")
    if address.isascii() and _is_theirs(address.lower(), claims):
        yield address.lower()
        yield f"@{address.lower().rpartition('@')[2]}"


def _is_theirs(address: str, claims: Claims) -> bool:
    """Whether the provider vouches for an address. Entra ID never says so: whoever runs a tenant may write any.

    Google asks once, and never again, but for addresses of its own and of domains that it runs.
    """
    if str(claims.get("email_verified")).lower() != "true":
        return False
    domain = address.rpartition("@")[2]
    return claims.get("iss") not in GOOGLE or domain in {GMAIL, str(claims.get("hd")).lower()}


def _several(value: Any) -> list[str]:
    """Return the values of a claim that has several: the gateway writes a list as `[a b]`."""
    if isinstance(value, list):
        return [str(part) for part in value]
    text = str(value or "")
    return text[1:-1].split() if text.startswith("[") and text.endswith("]") else [text]

"""The users of a PBX, in pages of at most a hundred."""

import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from local.simulator.odata import RefusedError, context, selected, selection
from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.properties import USER, known_to

LARGEST_PAGE = 100
FIRST_NUMBER = 100
FILTER = re.compile(r"(?:(AIAgent) eq (true|false)|(Number) eq '(\d+)')")

type Wanted = Callable[[dict[str, Any]], bool]


def users(request: web.Request, pbx: SimulatedPbx) -> web.Response:
    """Answer with a page of users."""
    known = known_to(pbx.build, USER)
    if pbx.mode is Mode.NO_COUNT and not {"$count", "$filter"}.isdisjoint(request.query):
        raise RefusedError(400, "Neither counting nor filtering is supported here.")
    wanted = selection(request, known, "Pbx.User")
    top, skip = _natural(request, "$top", LARGEST_PAGE), _natural(request, "$skip", 0)
    if top > LARGEST_PAGE:
        raise RefusedError(400, f"The limit for a page is {LARGEST_PAGE}; {top} is above it.", "$top")
    matches = _filter(request, known)
    found = [user for number in range(pbx.users) if matches(user := _user(pbx, number))]
    body: dict[str, Any] = context(pbx.fqdn, "Users", wanted)
    if request.query.get("$count") == "true":
        body["@odata.count"] = len(found)
    body["value"] = [
        selected({name: user[name] for name in user if name in known}, wanted) for user in found[skip : skip + top]
    ]
    if "$top" not in request.query and skip + top < len(found):
        # A reader that set no page size is led from page to page.
        body["@odata.nextLink"] = str(request.url.update_query({"$skip": str(skip + top)}))
    return web.json_response(body)


def _natural(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004  fits 32 bits
        raise RefusedError(400, "A number that is not negative was expected.", name)
    return int(text)


def _filter(request: web.Request, known: frozenset[str]) -> Wanted:
    text = request.query.get("$filter")
    if text is None:
        return lambda _: True
    shape = FILTER.fullmatch(text.strip())
    name = shape and (shape[1] or shape[3])
    if shape is None or name not in known:
        raise RefusedError(400, "This filter is not understood.", "$filter")
    value: Any = shape[4] if name == "Number" else shape[2] == "true"
    return lambda user: bool(user[name] == value)


def _user(pbx: SimulatedPbx, number: int) -> dict[str, Any]:
    """Return a user, with the secrets that the real one hands to whoever selects nothing."""
    artificial = number < pbx.ai_users
    extension = str(FIRST_NUMBER + number)
    return {
        "Id": number + 20,
        "Number": extension,
        "FirstName": "Agent" if artificial else "User",
        "LastName": extension,
        "DisplayName": f"{'Agent' if artificial else 'User'} {extension}",
        "EmailAddress": f"user{extension}@{pbx.fqdn}",
        "Enabled": True,
        "Internal": False,
        "IsRegistered": not artificial,
        "AIAgent": artificial,
        "Tags": ["AI"] if artificial and pbx.knows_seats else [],
        "AuthPassword": f"not-a-secret-{extension}",
        "DeskphonePassword": f"not-a-secret-{extension}",
        "VMPIN": "0000",
    }

"""Which ways into a PBX to try in one visit, and in which order. Pure: no clock, no I/O."""

from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.instance import Access
from lapsewatch.domain.license import Reason
from lapsewatch.domain.state import InstanceState

ANY = (Access.API_CLIENT, Access.USER_LOGIN, Access.LEGACY)
USERS_FIRST = (Access.USER_LOGIN, Access.API_CLIENT, Access.LEGACY)


def ways_in(access: Access, secret: PbxSecret, state: InstanceState | None = None) -> tuple[Access, ...]:
    """Return the ways to try, the likeliest first.

    A visit goes on to the next one only if the PBX has no such sign-in; it ends at the first refusal of the
    credentials, for 3CX blocks an address after a few. So the way that refused them comes last in the next visit.
    """
    if access is not Access.AUTO:
        return (access,)
    if secret.way is not None:
        return (secret.way,)
    order = USERS_FIRST if _is_user(secret.user) else ANY
    if state is None or state.way is None:
        return order
    last = order.index(state.way)
    if state.reason is Reason.BAD_CREDENTIALS:
        return order[last + 1 :] + order[: last + 1]
    if state.way is Access.LEGACY:
        # It may be updated to version 20 any day, which has no console.
        return (Access.LEGACY, *order[:last])
    # When a license lapses its API client may go first. To then try it as a user would only be refused.
    return (state.way, Access.LEGACY)


def known_way(access: Access, state: InstanceState) -> Access | None:
    """Return by which way an instance is entered; None as long as that is to be found out."""
    return state.way if access is Access.AUTO else access


def _is_user(name: str) -> bool:
    """Tell whether this looks like an extension or an e-mail address, as users have them."""
    return name.isdecimal() or "@" in name

"""The way in of versions 16 and 18."""

from lapsewatch.adapters.pbx.legacy.data import STATUS, count_ai_users, read_license
from lapsewatch.adapters.pbx.legacy.sign_in import LOGIN, sign_in
from lapsewatch.adapters.pbx.way import Way
from lapsewatch.domain.instance import Access

LEGACY = Way(
    access=Access.LEGACY,
    requests=frozenset({("POST", LOGIN), ("GET", STATUS)}),
    sign_in=sign_in,
    read_license=read_license,
    count_ai_users=count_ai_users,
    request_refresh=None,
)

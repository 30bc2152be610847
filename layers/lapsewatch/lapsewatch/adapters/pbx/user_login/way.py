"""The way in of a user of the web client."""

from lapsewatch.adapters.pbx.user_login.sign_in import LOGIN, sign_in
from lapsewatch.adapters.pbx.way import Way
from lapsewatch.adapters.pbx.xapi import DATA, count_ai_users, read_license, request_refresh
from lapsewatch.domain.instance import Access

USER_LOGIN = Way(
    access=Access.USER_LOGIN,
    requests=DATA | {("POST", LOGIN)},
    sign_in=sign_in,
    read_license=read_license,
    count_ai_users=count_ai_users,
    request_refresh=request_refresh,
)

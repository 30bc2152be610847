"""The way in of an API client."""

from lapsewatch.adapters.pbx.api_client.sign_in import TOKEN, sign_in
from lapsewatch.adapters.pbx.way import Way
from lapsewatch.adapters.pbx.xapi import DATA, count_ai_users, read_license, request_refresh
from lapsewatch.domain.instance import Access

API_CLIENT = Way(
    access=Access.API_CLIENT,
    requests=DATA | {("POST", TOKEN)},
    sign_in=sign_in,
    read_license=read_license,
    count_ai_users=count_ai_users,
    request_refresh=request_refresh,
)

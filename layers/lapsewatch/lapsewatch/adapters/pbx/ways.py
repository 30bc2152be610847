"""Every way in, by the name that an instance gives it."""

from lapsewatch.adapters.pbx.api_client.way import API_CLIENT
from lapsewatch.adapters.pbx.legacy.way import LEGACY
from lapsewatch.adapters.pbx.user_login.way import USER_LOGIN

WAYS = {way.access: way for way in (API_CLIENT, USER_LOGIN, LEGACY)}

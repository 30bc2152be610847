"""Sign in as the web client does."""

from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.refusals import bearer, fail_if_no_sign_in
from lapsewatch.adapters.pbx.visit import Visit
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.license import Reason

LOGIN = "/webclient/api/Login/GetAccessToken"


async def sign_in(visit: Visit, secret: PbxSecret) -> dict[str, str]:
    """Fetch a token for this visit."""
    body = {"Username": secret.user, "Password": secret.password, "SecurityCode": ""}
    answer = await visit.send("POST", LOGIN, body=body)
    fail_if_no_sign_in(answer, Reason.TOO_OLD)
    document = answer.document()
    if document.get("Status") != "AuthSuccess":
        # A failed sign-in may come with HTTP 200: only the word counts.
        second_factor = document.get("TwoFactorAuth") or "TwoFactor" in str(document.get("Status"))
        raise VisitFailedError(Reason.TWO_FACTOR if second_factor else Reason.BAD_CREDENTIALS)
    token = document.get("Token")
    return bearer(token.get("access_token") if isinstance(token, dict) else None)

"""Sign in with client credentials."""

from lapsewatch.adapters.pbx.refusals import bearer, fail_if_no_sign_in
from lapsewatch.adapters.pbx.visit import Visit
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.license import Reason

TOKEN = "/connect/token"  # noqa: S105  a path


async def sign_in(visit: Visit, secret: PbxSecret) -> dict[str, str]:
    """Fetch a token for this visit. What the PBX says about its life is not believed: the unit has changed."""
    form = {"client_id": secret.user, "client_secret": secret.password, "grant_type": "client_credentials"}
    answer = await visit.send("POST", TOKEN, form=form)
    fail_if_no_sign_in(answer, Reason.TOO_OLD)
    return bearer(answer.document().get("access_token"))

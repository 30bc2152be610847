"""Sign in to the management console."""

import re
from http import HTTPStatus

from lapsewatch.adapters.guarded.exchange import Headers
from lapsewatch.adapters.pbx.failures import VisitFailedError
from lapsewatch.adapters.pbx.refusals import fail_if_no_sign_in
from lapsewatch.adapters.pbx.visit import Visit
from lapsewatch.domain.credentials import PbxSecret
from lapsewatch.domain.license import Reason

LOGIN = "/api/login"
WELCOME = b"AuthSuccess"
LARGEST_PROOF = 16 * 1024
COOKIE = re.compile(
    # `Cookies` in version 16, `CookiesA` in 18; a large one comes in pieces that are numbered C1, C2 and so on.
    r"(\.AspNetCore\.Cookies[A-Z0-9]{0,6}=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,8192})(?:;.*)?",
    re.ASCII,
)


async def sign_in(visit: Visit, secret: PbxSecret) -> dict[str, str]:
    """Fetch a session cookie for this visit."""
    answer = await visit.send("POST", LOGIN, body={"Username": secret.user, "Password": secret.password})
    fail_if_no_sign_in(answer, Reason.TOO_NEW)
    if answer.body.lstrip()[:1] == b"<":
        raise VisitFailedError(Reason.NOT_A_PBX, "an HTML page instead of a sign-in")
    if answer.body != WELCOME:
        # Wrong credentials come with HTTP 200 too: only the exact word counts.
        raise VisitFailedError(Reason.BAD_CREDENTIALS, f"HTTP {HTTPStatus.OK} without AuthSuccess")
    return {"Cookie": _cookies(answer.headers)}


def _cookies(headers: Headers) -> str:
    """Return the session cookies of an answer, and no others."""
    found = [COOKIE.fullmatch(text) for text in headers.all("set-cookie")]
    proof = "; ".join(shape[1] for shape in found if shape)
    if not proof or len(proof) > LARGEST_PROOF:
        raise VisitFailedError(Reason.BAD_ANSWER, "no usable session cookie")
    return proof

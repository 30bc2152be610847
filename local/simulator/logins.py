"""The two ways to sign in: as an API client, and as a user of the web client."""

from typing import Any

from aiohttp import web

from local.simulator.pbx import Mode, SimulatedPbx
from local.simulator.tokens import LIFETIME

TOKEN_PATH = "/connect/token"  # noqa: S105  a path, not a token
LOGIN_PATH = "/webclient/api/Login/GetAccessToken"
UNAUTHORIZED = ("unauthorized", "The request requires valid user authentication.")
UNLICENSED = ("unauthorized_client", "WARNINGS.XAPI.INVALID_LICENSE_TYPE")
CODE_LENGTH = 6


async def token(request: web.Request, pbx: SimulatedPbx) -> web.Response:
    """Sign in an API client; the form may be URL-encoded or multipart."""
    try:
        form = await request.post()
    except ValueError:
        return _refused(pbx, 400, "invalid_request", "The form cannot be read.")
    if form.get("grant_type") != "client_credentials":
        return _refused(pbx, 400, "unsupported_grant_type", "Only client_credentials is supported.")
    if pbx.mode is Mode.REJECT:
        return _refused(pbx, 401, *UNAUTHORIZED)
    if pbx.mode is Mode.UNLICENSED or not pbx.own.enterprise:
        return _refused(pbx, 403, *UNLICENSED)
    if (form.get("client_id"), form.get("client_secret")) != (pbx.user, pbx.password):
        return _refused(pbx, 401, *UNAUTHORIZED)
    return web.json_response(_new_token(pbx))


async def login(request: web.Request, pbx: SimulatedPbx) -> web.Response:
    """Sign in a user. A failed second factor comes with HTTP 200: only the status word tells."""
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return _refused(pbx, 400, "invalid_request", "The body is not a JSON object.")
    if pbx.mode is Mode.REJECT or (body.get("Username"), body.get("Password")) != (pbx.user, pbx.password):
        pbx.refuse()
        return web.json_response({"Status": "AuthFailed", "Token": None, "TwoFactorAuth": None}, status=401)
    if pbx.mode is Mode.TWO_FACTOR and not _is_code(body.get("SecurityCode")):
        pbx.refuse()
        return web.json_response({"Status": "TwoFactorRequired", "Token": None, "TwoFactorAuth": "TOTP"})
    return web.json_response({"Status": "AuthSuccess", "Token": _new_token(pbx), "TwoFactorAuth": None})


def _new_token(pbx: SimulatedPbx) -> dict[str, Any]:
    pbx.counters["logins"] += 1
    # The same hour: builds before 20.0.9 tell it in minutes.
    lifetime = LIFETIME if pbx.knows_seats else LIFETIME // 60
    return {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "access_token": pbx.tokens.issue(),
        "refresh_token": None,
    }


def _refused(pbx: SimulatedPbx, status: int, error: str, description: str) -> web.Response:
    pbx.refuse()
    return web.json_response({"error": error, "error_description": description}, status=status)


def _is_code(text: Any) -> bool:
    """Tell whether this could come from an authenticator; the simulator takes any."""
    return isinstance(text, str) and len(text) == CODE_LENGTH and text.isdigit()

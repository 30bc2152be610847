"""Pages, assets and sign-in: what a browser asks for."""

import json
from base64 import b64encode
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from lapsewatch.access import sign_in
from lapsewatch.adapters import pages
from lapsewatch.adapters.http.context import COOKIE, Services, header, require, require_own_page
from lapsewatch.adapters.http.problems import problem
from lapsewatch.adapters.s3 import ShelvedPage
from lapsewatch.domain.customers import SLUG
from lapsewatch.domain.days import local_date
from lapsewatch.domain.tokens import SESSION, Role
from lapsewatch.errors import InvalidRequestError, SignInRequiredError

HTML = "text/html; charset=utf-8"
REVALIDATED = "private, no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"
LARGEST_FORM = 2048
NO_INSTANCE = "There is no such instance, or it was removed."
DATA = {"/fleet.json": "fleet.json", "/fleet.csv": "fleet.csv"}
PAGES = {"/": "index.html", "/calendar": "calendar.html", **DATA}


def add_page_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add the routes of the pages to the app."""

    def page() -> Response[Any]:
        path = app.current_event.path
        try:
            require(app, services, Role.VIEWER)
        except SignInRequiredError:
            if path in DATA:
                raise
            return to_sign_in(app)
        return page_of(app, services, PAGES[path])

    for path in PAGES:
        app.get(path)(page)

    @app.get("/status.json")
    def status() -> Response[Any]:
        """When the last report was through, and when the page at `page` last changed."""
        require(app, services, Role.VIEWER)
        name = name_of((app.current_event.query_string_parameters or {}).get("page", ""))
        known = services.shelf.known(name) if name else None
        times = {"generated_at": services.shelf.looked_over_at(), "page_generated_at": known[1] if known else None}
        told = {what: pages.iso(at) if at else None for what, at in times.items()}
        return Response(200, "application/json", json.dumps(told))

    @app.get("/assets/<name>")
    def asset(name: str) -> Response[Any]:
        return _asset(services, f"assets/{name}")


def add_session_routes(app: APIGatewayHttpResolver, services: Services) -> None:
    """Add sign-in and sign-out to the app."""

    @app.get("/session")
    def form() -> Response[Any]:
        if "application/json" in (header(app.current_event.raw_event, "accept") or ""):
            try:
                token = require(app, services, Role.VIEWER)
            except SignInRequiredError:
                # Nobody is an answer: the sign-in page asks, and its console is to stay clean.
                return Response(HTTPStatus.NO_CONTENT, None, "")
            return Response(200, "application/json", json.dumps({"role": token.role, "label": token.label}))
        wanted = (app.current_event.query_string_parameters or {}).get("return_to", "/")
        return Response(200, HTML, pages.render_sign_in(None, _own_path(wanted)))

    @app.post("/session")
    def enter() -> Response[Any]:
        fields = form_of(app.current_event.decoded_body or "")
        return_to = _own_path(fields.get("return_to", "/"))
        try:
            session = sign_in(services.gate, fields.get("token", ""), services.now())
        except SignInRequiredError as error:
            return Response(HTTPStatus.UNAUTHORIZED, HTML, pages.render_sign_in(str(error), return_to))
        return redirect(return_to, _cookie(session, int(SESSION.total_seconds())))

    @app.delete("/session")
    def leave() -> Response[Any]:
        require_own_page(app)
        return Response(HTTPStatus.NO_CONTENT, None, "", cookies=[_cookie("", -1)])


def name_of(path: str) -> str | None:
    """Return what the page at a path is called on the shelf; None for a path that can be no page's."""
    slug = path.removeprefix("/customers/")
    if slug != path:
        return f"customers/{slug}.html" if SLUG.fullmatch(slug) else None
    return PAGES.get(path)


def missing(text: str) -> Response[Any]:
    """Answer that there is nothing here, and why."""
    return Response(HTTPStatus.NOT_FOUND, HTML, pages.render_error(404, "Not found", text))


def page_of(app: APIGatewayHttpResolver, services: Services, name: str, absent: str | None = None) -> Response[Any]:
    """Answer with a page from the shelf. `absent` says why it may never come; without it, it will."""
    known = header(app.current_event.raw_event, "if-none-match")
    found = services.shelf.page(name, known)
    if found is None and absent:
        return missing(absent)
    if found is None:
        return unrendered()
    headers: dict[str, Any] = {"ETag": found.etag, "Cache-Control": REVALIDATED, "Vary": "Accept-Encoding"}
    if found.stored is None:
        return Response(HTTPStatus.NOT_MODIFIED, None, "", headers=headers)
    if name == "fleet.csv":
        day = local_date(found.generated_at or services.now(), services.zone)
        headers["Content-Disposition"] = f'attachment; filename="lapsewatch-{day}.csv"'
    return _sent(app, found, headers)


def _sent(app: APIGatewayHttpResolver, found: ShelvedPage, headers: dict[str, Any]) -> Response[Any]:
    """Answer with a page as it is stored, which is compressed, if the caller takes that."""
    taken = header(app.current_event.raw_event, "accept-encoding") or ""
    if found.stored and found.encoding and found.encoding in taken:
        # Bytes would be taken for an object to be written as JSON where that is what the page is.
        answer = Response(200, found.content_type, b64encode(found.stored).decode(), headers=headers)
        answer.headers["Content-Encoding"], answer.base64_encoded = found.encoding, True
        return answer
    return Response(200, found.content_type, (found.body or b"").decode(), headers=headers)


def unrendered() -> Response[Any]:
    """Answer for what the report has not made yet."""
    text = "The first report has not been made yet: this page comes by itself in a few minutes."
    return Response(HTTPStatus.SERVICE_UNAVAILABLE, HTML, pages.render_error(503, "Not rendered yet", text))


def _asset(services: Services, name: str) -> Response[Any]:
    """Answer from the package; an older page may still name an older asset, which the bucket keeps."""
    ours = pages.assets().get(name)
    if ours is not None:
        return _kept(ours.body, ours.content_type)
    older = services.shelf.page(name, None)
    body = older.body if older else None
    if older is None or body is None:
        return problem(HTTPStatus.NOT_FOUND, "There is no such asset.")
    return _kept(body, older.content_type)


def _kept(body: bytes, content_type: str) -> Response[Any]:
    return Response(200, content_type, body.decode(), headers={"Cache-Control": IMMUTABLE}, compress=True)


def form_of(body: str) -> dict[str, str]:
    """Return the fields of a form; raise InvalidRequestError for more than a form of ours can hold."""
    if len(body) > LARGEST_FORM:
        raise InvalidRequestError("The form is larger than any of ours can be.")
    return {name: values[0] for name, values in parse_qs(body).items()}


def _own_path(text: str) -> str:
    """Return a path of this site: never an address that could lead a fresh session elsewhere."""
    plain = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if plain else "/"


def to_sign_in(app: APIGatewayHttpResolver) -> Response[Any]:
    """Have a visitor sign in and come back to the same view, filters included."""
    query = app.current_event.raw_event.get("rawQueryString")
    wanted = app.current_event.path + (f"?{query}" if query else "")
    return redirect(f"/session?return_to={quote(wanted, safe='')}")


def redirect(address: str, *cookies: Cookie) -> Response[Any]:
    return Response(HTTPStatus.SEE_OTHER, None, "", headers={"Location": address}, cookies=list(cookies))


def _cookie(session: str, max_age: int) -> Cookie:
    """Return the session cookie; a negative age removes it."""
    return Cookie(
        COOKIE, session, path="/", max_age=max_age, http_only=True, secure=True, same_site=SameSite.STRICT_MODE
    )

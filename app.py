"""The agents' API as Chalice deploys it: the authorizer, the routes of every resource, and what surrounds them.

What each route takes, gives and refuses is declared beside it in chalicelib/api; nothing is decided here.
"""

import os
from collections.abc import Callable

from chalice.app import AuthRequest, AuthResponse, Chalice, ConvertToMiddleware, CORSConfig, Request, Response

from chalicelib.api import key_use
from chalicelib.api.problems import framework_refusals
from chalicelib.api.resources import RESOURCES
from chalicelib.domain.errors import NotAuthenticated
from chalicelib.observability import logger
from chalicelib.wiring import authorizer

app = Chalice(app_name="parley", configure_logs=False)

# Read when the stack is packaged too: Chalice writes it into the gateway's answers to preflights.
WEB_ORIGIN = os.environ.get("PARLEY_WEB_ORIGIN", "*")
# Tokens travel in a header that the page sets itself, never in cookies: any origin may ask, none is sent along.
CORS = CORSConfig(
    allow_origin=WEB_ORIGIN,
    allow_headers=["Authorization", "Content-Type"],
    expose_headers=["Retry-After"],
    max_age=600,
    allow_credentials=False,
)


@app.authorizer(ttl_seconds=60)
def authorize(request: AuthRequest) -> AuthResponse:
    """Who is calling. What they may do is each route's own question, so one answer serves all routes for a minute."""
    try:
        principal = authorizer.principal_of(request.token)
    except NotAuthenticated as error:
        # The one text that API Gateway answers with 401.
        raise Exception("Unauthorized") from error
    context = {"kind": principal.kind, "id": principal.id, "name": principal.name}
    return AuthResponse(["*"], principal.id, {**context, "role": principal.role.value})


for resource in RESOURCES:
    app.register_blueprint(resource.blueprint(authorize, CORS))


@app.middleware("http")
def note_key_use(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """When a key was last used is shown beside it, whatever came of the request."""
    key_use.note(request)
    return get_response(request)


app.register_middleware(ConvertToMiddleware(logger().inject_lambda_context(clear_state=True)), "http")
app.register_middleware(framework_refusals, "http")

"""Refusals of the sign-in service, named by the numbers that administrators search for."""

import time
import uuid

from starlette.responses import JSONResponse, Response

# OAuth error names by AADSTS number; what is not here is invalid_client.
_OAUTH = {
    50027: "invalid_request",
    50059: "invalid_request",
    65004: "authorization_declined",
    70000: "invalid_grant",
    70003: "unsupported_grant_type",
    70011: "invalid_scope",
    70016: "authorization_pending",
    70020: "expired_token",
    90002: "invalid_request",
    500011: "invalid_resource",
    700007: "invalid_request",
    700016: "unauthorized_client",
    900144: "invalid_request",
    1002012: "invalid_scope",
}
_UNAUTHORIZED = frozenset({7000215, 7000218, 700027, 7000272})


class SignInError(Exception):
    """A refusal of the token endpoint. Its text never holds what the client sent as a secret."""

    def __init__(self, code: int, text: str) -> None:
        """Keep the number of the AADSTS code and the text."""
        super().__init__(text)
        self.code = code


def refusal(code: int, text: str) -> Response:
    """Spell an error of the token endpoint."""
    trace, moment = str(uuid.uuid4()), time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    body = {
        "error": _OAUTH.get(code, "invalid_client"),
        "error_description": f"AADSTS{code}: {text} Trace ID: {trace} Correlation ID: {trace} Timestamp: {moment}",
        "error_codes": [code],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": trace,
        "error_uri": f"https://login.microsoftonline.com/error?code={code}",
    }
    return JSONResponse(body, status_code=401 if code in _UNAUTHORIZED else 400)
